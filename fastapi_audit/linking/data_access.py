"""Which calls reach a database, through what kind of driver, and with which SQL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import cast

from fastapi_audit.knowledge.tables import Entry, table
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.model.code import Call, DataAccess
from fastapi_audit.model.values import ExternalObject, Known, Template, Unknown, Value

TEXT = "sqlalchemy.TextClause"


@dataclass(frozen=True, slots=True)
class _Kind:
    is_async: bool
    is_text: bool
    is_orm: bool
    is_repository: bool
    methods: frozenset[str]
    waits: frozenset[str]
    statements: frozenset[str]


def data_access(call: Call) -> DataAccess | None:
    """Return a call as an access to a database, None when it is not one."""
    if call.name is None:
        return None
    owner, _, method = call.name.rpartition(".")
    kind = _kind(owner)
    if kind is None or kind.methods.isdisjoint((method, "*")):
        return None
    statement = _statement(call.argument(0, "statement", "query", "sql"), kind) if method in kind.statements else None
    return DataAccess(
        call.module,
        call.function,
        call.node,
        call.blocks,
        call,
        is_async=kind.is_async or call.is_awaited,
        waits=method in kind.waits or call.is_awaited,
        is_orm=kind.is_orm,
        is_repository=kind.is_repository,
        statement=statement,
    )


def _statement(value: Value | None, kind: _Kind) -> Value | None:
    """Return the SQL of a statement given as text; None for one built with the ORM, or not known to be text."""
    if value is None:
        return None
    for option in present(value):
        if isinstance(option, ExternalObject) and option.type == TEXT and option.call is not None:
            return option.call.argument(0, "text") or Unknown("its text is not known")
        if isinstance(option, Template) or (isinstance(option, Known) and isinstance(option.value, str)):
            return value
    return value if kind.is_text else None


@cache
def _kind(owner: str) -> _Kind | None:
    entry = table("database").get(owner)
    if entry is None:
        return None
    like = entry.get("like")
    base = _kind(like) if isinstance(like, str) else None
    return _Kind(
        is_async=entry["driver"] == "async" if "driver" in entry else base is not None and base.is_async,
        is_text=bool(entry.get("text", base is not None and base.is_text)),
        is_orm=bool(entry.get("orm", base is not None and base.is_orm)),
        is_repository=bool(entry.get("repository", base is not None and base.is_repository)),
        methods=_listed(entry, "methods") | (base.methods if base else frozenset()),
        waits=_listed(entry, "waits") | (base.waits if base else frozenset()),
        statements=_listed(entry, "statements") | (base.statements if base else frozenset()),
    )


def _listed(entry: Entry, key: str) -> frozenset[str]:
    return frozenset(cast("list[str]", entry.get(key, [])))
