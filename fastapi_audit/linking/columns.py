"""Mapped classes of SQLAlchemy and SQLModel → their columns that refer to other tables, with an index or without."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.model_fields import FIELD_CALLS, metadata
from fastapi_audit.model.classes import ForeignKey
from fastapi_audit.model.module import Class, ClassAttribute
from fastapi_audit.model.values import Collection, ExternalCall, ExternalObject, Known, Value

COLUMNS = ("sqlalchemy.Column", "sqlalchemy.orm.mapped_column")
REFERENCE = "sqlalchemy.ForeignKey"
INDEXING = ("index", "primary_key", "unique")
ARGUMENTS = "__table_args__"
ON_DELETE = frozenset({"CASCADE", "SET NULL", "SET DEFAULT"})
FIRST = {"sqlalchemy.Index": 1, "sqlalchemy.UniqueConstraint": 0, "sqlalchemy.PrimaryKeyConstraint": 0}


def foreign_keys_of(cls: Class, interpreter: Interpreter) -> tuple[ForeignKey, ...]:
    """Return the columns of a mapped class, own and inherited, that refer to another table."""
    arguments = _name_in(cls, ARGUMENTS, interpreter)
    declared: dict[str, tuple[Class, ClassAttribute]] = {}
    for ancestor in cls.lineage:
        for attribute in ancestor.attributes.values():
            declared.setdefault(attribute.name, (ancestor, attribute))
    found: list[ForeignKey] = []
    for owner, attribute in declared.values():
        values = list(_values(owner, attribute, interpreter))
        calls = [call for value in values for call in _calls(value)]
        references = [reference for call in calls for reference in _references(call)]
        if references:
            name = _column_name(calls) or attribute.name
            is_indexed = _is_indexed(calls, {name, attribute.name}, values, arguments)
            reference, goes_with_parent = references[0]
            found.append(
                ForeignKey(cls, attribute.name, name, attribute.place, is_indexed, reference, goes_with_parent)
            )
    return tuple(found)


def _values(cls: Class, attribute: ClassAttribute, interpreter: Interpreter) -> Iterator[Value]:
    """Yield what a class body gives an attribute, and what its annotation says besides the type."""
    scope = interpreter.class_scopes.get(cls)
    if scope is not None and attribute.name in scope.names:
        yield scope.names[attribute.name]
    yield from metadata(interpreter.class_annotation(cls, attribute))


def _column_name(calls: list[ExternalCall]) -> str | None:
    """Return the name that a column is given in the database, None where it has that of its attribute."""
    named = (call.argument(0, "name") for call in calls if call.name in COLUMNS)
    return next((one.value for one in named if isinstance(one, Known) and isinstance(one.value, str)), None)


def _calls(value: Value | None) -> Iterator[ExternalCall]:
    """Yield the calls that describe a column: its own, and that of the column in a field of SQLModel."""
    call = value.call if isinstance(value, ExternalObject) else None
    if call is not None and call.name in (*COLUMNS, *FIELD_CALLS):
        yield call
        yield from _calls(call.named.get("sa_column"))


def _references(call: ExternalCall) -> Iterator[tuple[Value | None, bool]]:
    """Yield what a column refers to, and whether its rows go, or are emptied, with what they refer to."""
    for one in (*call.positional, *_items(call.named.get("sa_column_args"))):
        if isinstance(one, ExternalObject) and one.call is not None and one.call.name == REFERENCE:
            yield one.call.argument(0, "column"), _is_said(one.call.named.get("ondelete"))
    if isinstance(call.named.get("foreign_key"), Known):
        yield call.named["foreign_key"], _is_said(call.named.get("ondelete"))


def _is_said(option: Value | None) -> bool:
    return isinstance(option, Known) and str(option.value).upper() in ON_DELETE


def _is_indexed(
    calls: list[ExternalCall], names: set[str], values: list[Value], arguments: Value | None
) -> bool | None:
    """Say whether an index begins with a column; None when that is not known."""
    options = [call.named[name] for call in calls for name in INDEXING if name in call.named]
    if any(isinstance(option, Known) and option.value for option in options):
        return True
    leading = list(_leading(arguments))
    if any(one in values if not isinstance(one, Known) else one.value in names for one in leading):
        return True
    is_closed = arguments is None or (isinstance(arguments, Collection) and not arguments.is_open)
    is_known = is_closed and all(isinstance(option, Known) for option in options)
    return False if is_known and not any(call.is_open for call in calls) else None


def _leading(arguments: Value | None) -> Iterator[Value]:
    """Yield what each index and constraint of a table begins with."""
    for item in _items(arguments):
        call = item.call if isinstance(item, ExternalObject) else None
        if call is not None and call.name in FIRST and len(call.positional) > FIRST[call.name]:
            yield call.positional[FIRST[call.name]]


def _items(value: Value | None) -> list[Value]:
    return value.items if isinstance(value, Collection) else []


def _name_in(cls: Class, name: str, interpreter: Interpreter) -> Value | None:
    scopes = (interpreter.class_scopes.get(ancestor) for ancestor in cls.lineage)
    return next((scope.names[name] for scope in scopes if scope is not None and name in scope.names), None)
