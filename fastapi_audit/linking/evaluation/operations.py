"""Operators on values: texts and numbers are folded, types are joined, everything else is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.evaluation.combine import MAX_TYPES, combine, truth
from fastapi_audit.linking.evaluation.slices import sliced
from fastapi_audit.linking.evaluation.times import of_time
from fastapi_audit.linking.evaluation.types import ENUMS, type_name
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    Collection,
    External,
    ExternalObject,
    Generic,
    Instance,
    Item,
    Known,
    OneOf,
    Origin,
    Table,
    Template,
    Unknown,
    Value,
)

_LONGEST_TEXT = 20_000
MAX_MEMBERS = 500
_PATHS = ("pathlib.Path", "pathlib.PurePath")


def f_string(parts: Sequence[Value]) -> Value:
    """Join the parts of an f-string; what is not a constant stays a part of a `Template`."""
    flat: list[str | Value] = []
    is_default = False
    for part in parts:
        if isinstance(part, Template):
            flat.extend(part.parts)
            is_default = is_default or part.is_default
        elif isinstance(part, Known) and not isinstance(part.value, bytes):
            flat.append(str(part.value))
            is_default = is_default or part.is_default
        else:
            flat.append(part)
    if all(isinstance(part, str) for part in flat):
        return Known("".join(part for part in flat if isinstance(part, str))[:_LONGEST_TEXT], is_default)
    return Template(tuple(_joined(flat)), is_default)


def _joined(parts: list[str | Value]) -> list[str | Value]:
    joined: list[str | Value] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined


def binary(op: str, left: Value, right: Value) -> Value:
    """Apply a binary operator, `and` and `or` included."""
    if op in ("and", "or"):
        return _boolean(op, left, right)
    if op == "|" and isinstance(left, Table) and isinstance(right, Table):
        return Table([*left.items, *right.items], left.is_open or right.is_open)
    if op == "|" and _is_type(left) and _is_type(right):
        return combine((left, right), MAX_TYPES)
    if op == "+":
        return _add(left, right)
    if op == "%" and isinstance(left, (Known, Template)) and _is_text(left):
        values = tuple(right.items) if isinstance(right, Collection) else (right,)
        return Template((*_text_parts(left), *values))
    if op == "*" and (_is_text(left) or _is_text(right)):
        return ExternalObject("str", arguments=(left, right))
    if op == "/" and (_is_path(left) or _is_path(right)):
        return ExternalObject("pathlib.Path", arguments=(left, right))
    if isinstance(left, Known) and isinstance(right, Known):
        return _arithmetic(op, left, right)
    return of_time(op, left, right) or Unknown("a computed value")


def _boolean(op: str, left: Value, right: Value) -> Value:
    known = truth(left)
    if known is None:
        return combine((left, right))
    return right if known == (op == "and") else left


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, Collection) and isinstance(right, Collection):
        return Collection(left.kind, [*left.items, *right.items], left.is_open or right.is_open)
    if _is_text(left) or _is_text(right) or _is_typed_as_text(left) or _is_typed_as_text(right):
        return f_string((left, right))
    if isinstance(left, Known) and isinstance(right, Known):
        return _arithmetic("+", left, right)
    if isinstance(left, Collection) or isinstance(right, Collection):
        known = left if isinstance(left, Collection) else right
        return Collection(known.kind, list(known.items), is_open=True) if isinstance(known, Collection) else known
    return of_time("+", left, right) or Unknown("a computed value")


def _arithmetic(op: str, left: Known, right: Known) -> Value:
    first, second = left.value, right.value
    if not isinstance(first, (int, float)) or not isinstance(second, (int, float)):
        return Unknown("a computed value")
    try:
        result = _CALCULATE[op](first, second)
    except (KeyError, ArithmeticError):
        return Unknown("a computed value")
    return Known(result, left.is_default or right.is_default)


_CALCULATE = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}


def negate(value: Value) -> Value:
    """Apply `not`."""
    return Known(not value.value, value.is_default) if isinstance(value, Known) else Unknown("a condition")


def compare(op: str, left: Value, right: Value) -> Value:
    """Compare two values: constants, classes, members of enumerations; with an unknown one the result is unknown."""
    found = _contains(right, left) if op in ("in", "not in") else _same(left, right) if op in _EQUALITY else None
    if found is None:
        return Unknown("a condition")
    is_default = any(isinstance(value, (Known, Instance)) and value.is_default for value in (left, right))
    return Known(found is (op in _POSITIVE), is_default)


_EQUALITY = ("==", "is", "!=", "is not")
_POSITIVE = ("==", "is", "in")
_SETS = ("set", "frozenset")


def _same(left: Value, right: Value) -> bool | None:
    if isinstance(left, Known) and isinstance(right, Known):
        return left.value == right.value
    if isinstance(left, ClassValue) and isinstance(right, ClassValue):
        return left.cls is right.cls
    if isinstance(left, Instance) and isinstance(right, Instance):
        return _same_member(left, right)
    if isinstance(left, Collection) and isinstance(right, Collection):
        return _same_items(left, right)
    return None


def _same_items(left: Collection, right: Collection) -> bool | None:
    if left.is_open or right.is_open:
        return None
    if left.kind in _SETS and right.kind in _SETS:
        verdicts = [_contains(right, item) for item in left.items] + [_contains(left, item) for item in right.items]
    elif len(left.items) != len(right.items):
        return False
    else:
        verdicts = [_same(one, other) for one, other in zip(left.items, right.items, strict=True)]
    return False if False in verdicts else None if None in verdicts else True


def _same_member(left: Instance, right: Instance) -> bool | None:
    """Compare members of an enumeration, which are made anew wherever one is named; a parameter may be any of them."""
    names = [member.attributes.get("name") for member in (left, right) if member.cls.is_a(*ENUMS)]
    is_told = len(names) == 2 and None not in names and left.cls is right.cls
    return names[0] == names[1] if is_told else None


def _contains(container: Value, item: Value) -> bool | None:
    if isinstance(container, Known) and isinstance(item, Known):
        is_text = isinstance(container.value, str) and isinstance(item.value, str)
        return str(item.value) in str(container.value) if is_text else None
    if not isinstance(container, (Collection, Table)):
        return None
    members = container.items if isinstance(container, Collection) else [key for key, _ in container.items]
    is_sure = not container.is_open
    for member in members[:MAX_MEMBERS]:
        verdict = _same(member, item)
        if verdict:
            return True
        is_sure = is_sure and verdict is not None
    return False if is_sure and len(members) <= MAX_MEMBERS else None


def subscript(owner: Value, index: tuple[Value, ...]) -> Value:
    """Return `owner[index]`: a generic type, an item, or unknown."""
    if isinstance(owner, External) and owner.name == "os.environ":
        variable = index[0] if index else None
        return ExternalObject(
            "str", origin=Origin("environment", str(variable.value) if isinstance(variable, Known) else "?")
        )
    if isinstance(owner, (External, ClassValue)):
        return Generic(owner, index)
    if isinstance(owner, Generic):
        return Generic(owner.base, (*owner.arguments, *index))
    key = index[0] if len(index) == 1 else None
    if isinstance(owner, Table):
        return _table_item(owner, key)
    part = sliced(owner, key)
    if part is not None:
        return part
    if isinstance(owner, Collection) and isinstance(key, Known) and isinstance(key.value, int) and not owner.is_open:
        if -len(owner.items) <= key.value < len(owner.items):
            return owner.items[key.value]
        return Unknown("no such item is known")
    if isinstance(owner, (BoundExternal, ExternalObject)):
        return _dynamic_item(owner, key)
    return Unknown("an item of an unknown collection", derived=Item(owner, key))


def _table_item(owner: Table, key: Value | None) -> Value:
    """Return the item under a constant key; under an unknown one, every item of a table that is fully known."""
    if isinstance(key, Known) and not key.is_default:
        found = owner.get(key.value)
        return found if found is not None else Unknown("no such key is known")
    if isinstance(key, Collection):
        matching = [value for known, value in owner.items if _same(known, key) is not False]
        return combine(matching) if matching else Unknown("no such key is known")
    if key is None or owner.is_open:
        return Unknown("an item of an unknown collection")
    return combine(value for _, value in owner.items)


def _dynamic_item(owner: BoundExternal | ExternalObject, key: Value | None) -> Value:
    name = type_name(owner)
    item = texts("types", "items").get(name) if name else None
    source = owner.owner if isinstance(owner, BoundExternal) else owner
    origin = source.origin if isinstance(source, ExternalObject) else None
    is_caught = origin is not None and origin.kind == "exception"
    type_ = item or (f"{name}[]" if name else None)
    return ExternalObject(type_, origin=origin if is_caught else None, derived=Item(owner, key))


def _text_parts(value: Value) -> tuple[str | Value, ...]:
    if isinstance(value, Template):
        return value.parts
    return (str(value.value),) if isinstance(value, Known) else (value,)


def _is_text(value: Value) -> bool:
    return isinstance(value, Template) or (isinstance(value, Known) and isinstance(value.value, str))


def _is_typed_as_text(value: Value) -> bool:
    return isinstance(value, ExternalObject) and value.type == "str"


def _is_path(value: Value) -> bool:
    return isinstance(value, (ExternalObject, BoundExternal)) and type_name(value) in _PATHS


def _is_type(value: Value) -> bool:
    if isinstance(value, Known):
        return value.value is None
    return isinstance(value, (External, ClassValue, Generic, OneOf, Unknown))
