"""Going through collections, and binding targets."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.combine import combine, coming_from
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.recorder import Store
from fastapi_audit.model.values import (
    Collection,
    FunctionValue,
    Instance,
    Item,
    Known,
    OneOf,
    Origin,
    Scope,
    Table,
    Unknown,
    Value,
)
from fastapi_audit.model.wiring import RouterObject

MAX_ITEMS = 500

Evaluate = Callable[[syntax.Expr, Frame], Value]


def iterate(value: Value) -> list[Value] | None:
    """Return the items of a collection, or None when they are not all known."""
    if isinstance(value, Collection) and not value.is_open and len(value.items) <= MAX_ITEMS:
        return list(value.items)
    if isinstance(value, Table) and not value.is_open and len(value.items) <= MAX_ITEMS:
        return [key for key, _ in value.items]
    return None


def bind(target: syntax.Expr, value: Value, frame: Frame, evaluate: Evaluate) -> None:
    """Assign a value to a target: a name, an attribute, an item, or several at once."""
    if isinstance(target, syntax.Name):
        scope = _scope_of(target.id, frame)
        if isinstance(value, Known) and scope.parent is None and target.id in frame.module.facts.declared_global:
            value = replace(value, is_default=True)  # what it is when somebody asks depends on who ran before
        scope.names[target.id] = value
        if isinstance(value, RouterObject) and frame.scope.parent is None:
            frame.interpreter.bindings.setdefault(value, f"{frame.module.name}:{target.id}")
    elif isinstance(target, syntax.Sequence):
        _unpack(target, value, frame, evaluate)
    elif isinstance(target, syntax.Attribute):
        owner = evaluate(target.value, frame)
        if isinstance(owner, FunctionValue) and target.attr == "__signature__":  # what `inspect.signature` tells of it
            bind(target.value, replace(owner, signature=value), frame, evaluate)
        _set_attribute(owner, target.attr, value, frame)
    elif isinstance(target, syntax.Subscript):
        owner, index = evaluate(target.value, frame), [evaluate(part, frame) for part in target.index]
        if frame.recorder is not None and index:
            frame.recorder.stores[id(target)] = Store(target, owner, index[0], value)
        _set_item(owner, index, value)
    elif isinstance(target, syntax.Starred):
        bind(target.value, Collection("list", [], is_open=True), frame, evaluate)


def _scope_of(name: str, frame: Frame) -> Scope:
    if name not in frame.scope.globals:
        return frame.scope
    return frame.interpreter.module_scope(frame.module)


def _unpack(target: syntax.Sequence, value: Value, frame: Frame, evaluate: Evaluate) -> None:
    items = _side_by_side(value) if isinstance(value, OneOf) else iterate(value)
    fits = items is not None and len(items) == len(target.items)
    for number, part in enumerate(target.items):
        item = items[number] if items is not None and fits else _part(value, number)
        bind(part, item, frame, evaluate)


def _part(value: Value, number: int) -> Value:
    return Unknown("part of an unknown collection", derived=Item(value, Known(number)))


def _side_by_side(value: OneOf) -> list[Value] | None:
    """Return what each target of an assignment may get where one of several sequences of one length is unpacked."""
    rows = [iterate(option) for option in value.options]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows) or len({len(row) for row in known}) != 1:
        return None
    return [combine(column, most=MAX_ITEMS) for column in zip(*known, strict=True)]


def _set_attribute(owner: Value, name: str, value: Value, frame: Frame) -> None:
    """Set an attribute; methods that are only read run in any order, so what one sets joins what others did.

    What fills the fields of an object without an `__init__` of its own is not seen, so a field may also hold that.
    """
    if not isinstance(owner, (Instance, RouterObject)):
        return
    known = owner.attributes.get(name)
    if known is None and isinstance(owner, Instance) and owner.cls.find_method("__init__") is None:
        declared = frame.interpreter.declared_attribute(owner.cls, name)
        known = coming_from(declared, Origin("field", name, owner.cls)) if declared is not None else None
    is_joined = known is not None and known is not value and not frame.wires
    owner.attributes[name] = combine((known, value)) if is_joined and known is not None else value


def _set_item(owner: Value, index: list[Value], value: Value) -> None:
    if isinstance(owner, Table) and index:
        if isinstance(index[0], Known) and owner.get(index[0].value) is not None:
            owner.items = [(key, old) for key, old in owner.items if key != index[0]]
        owner.items.append((index[0], value))
