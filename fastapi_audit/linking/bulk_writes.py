"""Calls that write the fields of a model to a table, all at once, whatever fields these are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from fastapi_audit.facts import syntax, tree
from fastapi_audit.linking.class_kinds import fields_of
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.recorder import RecordedCall, Recorder
from fastapi_audit.linking.evaluation.types import MODELS, dotted_name
from fastapi_audit.model.code import BulkWrite
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    ExternalObject,
    Instance,
    Known,
    Table,
    Value,
)

MAKERS = ("from_orm", "model_validate", "parse_obj")
UPDATES = ("sqlmodel_update",)
STATEMENTS = ("update", "values")  # of queries, and of `update(…)` and `insert(…)`
MAX_DEPTH = 4
DUMPS = tuple(f"{base}.{name}" for base in MODELS for name in ("model_dump", "dict"))


class Source(NamedTuple):
    """A model as it is written: which class, and which of its fields."""

    model: Class
    fields: frozenset[str]


def bulk_writes_of(
    recorder: Recorder, module: Module, function: Function | None, tables: Collection[Class], interpreter: Interpreter
) -> Iterator[BulkWrite]:
    """Yield the bulk writes of one scope."""
    if function is None:
        return
    for call in recorder.calls.values():
        table, source = _written(call, recorder, tables, interpreter)
        if table is not None and source is not None and source.model is not table:
            fields = source.fields - _replaced(call)
            yield BulkWrite(module, function, call.node, call.blocks, table, source.model, fields)


def _written(
    call: RecordedCall, recorder: Recorder, tables: Collection[Class], interpreter: Interpreter
) -> tuple[Class | None, Source | None]:
    """Return the table that a call writes to, and the model that it writes, as far as it does."""
    callee = present(call.callee)[0]
    first = call.positional[0] if call.positional else None
    if isinstance(callee, ClassValue):
        return _table(callee, recorder, tables), _source(call.spread, interpreter)
    if dotted_name(callee) == "setattr" and len(call.positional) == 3:
        return _table(first, recorder, tables), _source([_copied_from(call, recorder)], interpreter)
    if not isinstance(callee, BoundExternal):
        return None, None
    if callee.name in (*MAKERS, *UPDATES):
        return _table(callee.owner, recorder, tables), _source([first], interpreter)
    if callee.name in STATEMENTS and (dotted_name(callee) or "").startswith("sqlalchemy."):
        return _of_statement(call.node, recorder, tables), _source([*call.spread, first], interpreter)
    return None, None


def _table(value: Value | None, recorder: Recorder, tables: Collection[Class], depth: int = 0) -> Class | None:
    """Return the table that a value is of, or a row of: made, or found by a query."""
    for option in present(value) if value is not None and depth < MAX_DEPTH else ():
        if isinstance(option, (Instance, ClassValue)) and option.cls in tables:
            return option.cls
        made = option.call if isinstance(option, ExternalObject) else None
        found = _of_statement(made.node, recorder, tables, depth + 1) if made is not None else None
        if found is not None:
            return found
    return None


def _source(values: Collection[Value | None], interpreter: Interpreter) -> Source | None:
    """Return the model that a value is, or was dumped from."""
    for option in (option for value in values if value is not None for option in present(value)):
        made = option.call if isinstance(option, ExternalObject) else None
        if isinstance(option, Instance) and option.cls.is_a(*MODELS):
            return Source(option.cls, _fields(option.cls, {}, interpreter))
        if made is not None and made.name in DUMPS and isinstance(option, ExternalObject) and option.arguments:
            model = option.arguments[0]
            if isinstance(model, Instance):
                return Source(model.cls, _fields(model.cls, made.named, interpreter))
    return None


def _fields(model: Class, options: Mapping[str, Value], interpreter: Interpreter) -> frozenset[str]:
    """Return the fields that a dump gives; none where it cannot be told which ones."""
    excluded, included = _names(options.get("exclude")), _names(options.get("include"))
    if excluded is None or included is None:
        return frozenset()
    fields = {field.name for field in fields_of(model, interpreter)}
    return frozenset((fields & included if "include" in options else fields) - excluded)


def _names(value: Value | None) -> set[str] | None:
    """Return the names in a set, list or dict of them; None where they are not all known."""
    if value is None or value == Known(None):
        return set()
    items = iterate(value)
    if items is None or not all(isinstance(item, Known) for item in items):
        return None
    return {str(item.value) for item in items if isinstance(item, Known)}


def _replaced(call: RecordedCall) -> set[str]:
    """Return the fields to which a call gives values of its own."""
    update = call.named.get("update")
    keys = [key for key, _ in update.items] if isinstance(update, Table) else []
    return {*call.named, *(str(key.value) for key in keys if isinstance(key, Known))}


def _copied_from(call: RecordedCall, recorder: Recorder) -> Value | None:
    """Return what the value of a `setattr` in a loop comes from: `data[name]`, `getattr(data, name)`, an item of it."""
    value = call.node.args[2].value
    if isinstance(value, syntax.Subscript) and id(value) in recorder.subscripts:
        return recorder.subscripts[id(value)][1]
    if isinstance(value, syntax.Call) and (inner := recorder.calls.get(id(value))) is not None:
        return inner.positional[0] if dotted_name(inner.callee) == "getattr" and inner.positional else None
    if isinstance(value, syntax.Name):
        loops = [block for block in call.blocks if isinstance(block, syntax.For) and _binds(block, value.id)]
        return _items_of(loops[-1].iter, recorder) if loops else None
    return None


def _binds(loop: syntax.For, name: str) -> bool:
    parts = loop.target.items if isinstance(loop.target, syntax.Sequence) else ()
    return any(tree.is_name(part, name) for part in parts)


def _items_of(iterated: syntax.Expr, recorder: Recorder) -> Value | None:
    """Return what `.items()` is taken of."""
    func = iterated.func if isinstance(iterated, syntax.Call) else None
    if not isinstance(func, syntax.Attribute) or func.attr != "items" or id(func) not in recorder.attributes:
        return None
    return recorder.attributes[id(func)][1]


def _of_statement(node: syntax.Expr, recorder: Recorder, tables: Collection[Class], depth: int = 0) -> Class | None:
    """Return the table that a chain of calls is about: `update(User).where(…)`, `session.query(User).first()`."""
    while isinstance(node, (syntax.Call, syntax.Attribute, syntax.Await)):
        call = recorder.calls.get(id(node))
        found = _table(call.positional[0], recorder, tables, depth) if call is not None and call.positional else None
        if found is not None:
            return found
        node = node.func if isinstance(node, syntax.Call) else node.value
    return None
