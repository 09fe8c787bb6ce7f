"""What a function of a migration does, over the functions that it calls: nothing, to rows, to the schema."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.model.code import Call
from fastapi_audit.model.migrations import Change, Direction
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import ExternalObject, Known, Template, Value

OPERATIONS = ("alembic.op", "alembic.operations.Operations", "alembic.operations.BatchOperations")
TEXTS = ("sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.DDL", "sqlalchemy.schema.DDL")
RUNNING = frozenset({"execute", "exec", "exec_driver_sql", "scalar", "scalars"})
WRITING = frozenset(
    {"add", "add_all", "bulk_insert_mappings", "bulk_save_objects", "commit", "delete", "flush", "merge"}
)
READING = frozenset({"all", "fetchall", "fetchone", "filter", "first", "get", "join", "mappings", "one", "query"})

_QUOTED = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_OF_SCHEMA = re.compile(
    r"(create|alter|drop)\s+(unique\s+|materialized\s+|unlogged\s+)?"
    r"(table|index|sequence|type|schema|view|domain|column|constraint)\b",
    re.IGNORECASE,
)
# What has no way back, or needs none: a value of an enumeration stays, and a constraint stays checked.
_WITHOUT_RETURN = re.compile(r"alter\s+type\b.*\badd\s+value\b|.*\bvalidate\s+constraint\b", re.IGNORECASE | re.DOTALL)
_OF_ROWS = re.compile(
    r"(insert|update|delete|truncate|merge|with|select|set|copy|lock|analyze|vacuum|refresh|comment|commit|begin)\b",
    re.IGNORECASE,
)


class ChangeReader:
    """Tells what functions do; `calls_in` gives the calls of a function, `beside` the functions of its module."""

    def __init__(
        self, calls_in: Callable[[Function], Sequence[Call]], beside: Callable[[Function], Iterable[Function]]
    ) -> None:
        self._calls_in = calls_in
        self._beside = beside
        self._known: dict[Function, Change] = {}

    def direction(self, function: Function) -> Direction:
        """Return a function as one direction of a migration."""
        raised = next((one for one in function.statements if isinstance(one, syntax.Raise)), None)
        refusal = function.module.at(raised) if raised is not None else None
        return Direction(function.place, self.change_of(function), refusal)

    def change_of(self, function: Function) -> Change:
        """Return what a function does; one that calls itself does what else is in it."""
        if function not in self._known:
            self._known[function] = Change.NOTHING
            calls = self._calls_in(function)
            found = [self._of_call(call) for call in calls]
            if any(call.name == "globals" for call in calls):  # `upgrade_users`, by the name of the database
                parts = [one for one in self._beside(function) if one.name.startswith(f"{function.name}_")]
                found = [self.change_of(part) for part in parts] or [Change.UNSEEN]
            self._known[function] = max(found, default=Change.NOTHING)
        return self._known[function]

    def _of_call(self, call: Call) -> Change:
        if isinstance(call.target, Function):
            return self.change_of(call.target)
        owner, _, last = (call.name or "").rpartition(".")
        if owner in OPERATIONS:
            return _of_operation(call, last)
        method = call.method or last
        if method in RUNNING:
            return _of_statement(call.argument(0, "statement", "sql"))
        is_of_sqlalchemy = (call.name or "").startswith(("sqlalchemy", "sqlmodel"))
        if is_of_sqlalchemy and method in names("migrations", "of_schema_objects"):
            return Change.SCHEMA
        if method in WRITING and (is_of_sqlalchemy or call.name is None):
            return Change.DATA
        return Change.UNSEEN if _is_opaque(call) else Change.NOTHING


def _of_operation(call: Call, name: str) -> Change:
    if name in names("migrations", "schema"):
        return Change.SCHEMA
    if name in names("migrations", "execution"):
        return _of_statement(call.argument(0, "sqltext"))
    if name in names("migrations", "neutral"):
        return Change.NOTHING
    return Change.DATA if name in names("migrations", "rows") else Change.UNSEEN


def _is_opaque(call: Call) -> bool:
    """Say whether a call stands for itself and nobody knows what it does."""
    if isinstance(call.target, Class) or not isinstance(call.parent, (syntax.ExprStmt, syntax.Await)):
        return False
    if call.name is None:
        return call.method not in READING
    package, dot, _ = call.name.partition(".")
    return bool(dot) and package not in sys.stdlib_module_names


def _of_statement(value: Value | None) -> Change:
    if value is None:
        return Change.UNSEEN
    return max(map(_of_option, present(value)), default=Change.UNSEEN)


def _of_option(value: Value) -> Change:
    if isinstance(value, ExternalObject) and value.call is not None:
        if value.call.name in TEXTS:
            return _of_statement(value.call.argument(0, "text", "statement"))
        return Change.DATA if value.call.name.startswith("sqlalchemy") else Change.UNSEEN
    if isinstance(value, Known) and isinstance(value.value, str):
        return change_of_sql(value.value)
    if isinstance(value, Template):
        return change_of_sql("".join(part if isinstance(part, str) else "x" for part in value.parts))
    return Change.UNSEEN


def change_of_sql(text: str) -> Change:
    """Return what SQL does, by the words that its statements begin with; quoted bodies of functions are left out."""
    statements = (part.strip() for part in _COMMENT.sub(" ", _QUOTED.sub("x", text)).split(";"))
    return max((_of_sql(statement) for statement in statements if statement), default=Change.NOTHING)


def _of_sql(statement: str) -> Change:
    if _WITHOUT_RETURN.match(statement):
        return Change.UNSEEN
    if _OF_SCHEMA.match(statement):
        return Change.SCHEMA
    return Change.DATA if _OF_ROWS.match(statement) else Change.UNSEEN
