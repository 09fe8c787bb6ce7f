"""Evaluated annotations → `TypeRef`."""

from __future__ import annotations

from dataclasses import replace

from fastapi_audit.linking.evaluation.types import ANNOTATED, TRANSPARENT, UNIONS
from fastapi_audit.model.types import UNION, TypeRef
from fastapi_audit.model.values import (
    ClassValue,
    Collection,
    External,
    ExternalObject,
    Generic,
    Instance,
    Known,
    OneOf,
    Table,
    Template,
    Value,
)

MAX_DEPTH = 6
NONE = TypeRef("None")
UNRESOLVED = TypeRef("?")
_BUILTIN = {
    "typing.List": "list", "typing.Dict": "dict", "typing.Set": "set", "typing.Tuple": "tuple",
    "typing.FrozenSet": "frozenset", "typing.Type": "type", "NoneType": "None", "types.NoneType": "None",
}  # fmt: skip


def type_ref(annotation: Value) -> TypeRef:
    """Return the type that an evaluated annotation stands for; "?" where it cannot be told."""
    if isinstance(annotation, External):
        return TypeRef(_BUILTIN.get(annotation.name, annotation.name))
    if isinstance(annotation, ClassValue):
        return TypeRef(str(annotation.cls), (), annotation.cls)
    if isinstance(annotation, Known):
        return NONE if annotation.value is None else TypeRef(repr(annotation.value))
    if isinstance(annotation, OneOf):
        return _union([type_ref(option) for option in annotation.options])
    if isinstance(annotation, Generic):
        return _generic(annotation)
    if isinstance(annotation, ExternalObject) and annotation.call is not None:
        return _type_variable(annotation)
    return UNRESOLVED


def value_type(value: Value, depth: int = 0) -> TypeRef:
    """Return the type of a value; "?" where it cannot be told. Collections may hold themselves: depth is bounded."""
    if depth > MAX_DEPTH:
        return UNRESOLVED
    if isinstance(value, OneOf):
        return _union([value_type(option, depth) for option in value.options])
    if isinstance(value, Instance):
        return TypeRef(str(value.cls), (), value.cls)
    if isinstance(value, ExternalObject) and value.type is not None:
        return TypeRef(_BUILTIN.get(value.type, value.type), tuple(type_ref(argument) for argument in value.arguments))
    if isinstance(value, Known):
        return NONE if value.value is None else TypeRef(type(value.value).__name__)
    if isinstance(value, Template):
        return TypeRef("str")
    if isinstance(value, Collection):
        return TypeRef("list" if value.kind == "generator" else value.kind, _content(value.items, value.is_open, depth))
    if isinstance(value, Table):
        keys = _content([key for key, _ in value.items], False, depth)
        content = _content([inner for _, inner in value.items], value.is_open, depth)
        return TypeRef("dict", (*keys, *content) if keys else ())
    return UNRESOLVED


def _content(items: list[Value], is_open: bool, depth: int) -> tuple[TypeRef, ...]:
    members = [value_type(item, depth + 1) for item in items] + ([UNRESOLVED] if is_open else [])
    return (_union(members),) if members else ()


def _generic(annotation: Generic) -> TypeRef:
    base = annotation.base
    name = base.name if isinstance(base, External) else ""
    if (name == ANNOTATED or name in TRANSPARENT) and annotation.arguments:
        inner = type_ref(annotation.arguments[0])
        return replace(inner, alias=annotation.alias) if inner.name == UNION else inner
    arguments = [type_ref(argument) for argument in annotation.arguments]
    if name in UNIONS:
        return _union([*arguments, NONE] if name == UNIONS[1] else arguments)
    outer = type_ref(base)
    return TypeRef(outer.name, tuple(arguments), outer.cls)


def _type_variable(annotation: ExternalObject) -> TypeRef:
    bound = annotation.call.argument(None, "bound") if annotation.call is not None else None
    return type_ref(bound) if bound is not None else UNRESOLVED


def _union(members: list[TypeRef]) -> TypeRef:
    flat: list[TypeRef] = []
    for member in members:
        for option in member.arguments if member.name == UNION else (member,):
            if option not in flat:
                flat.append(option)
    return flat[0] if len(flat) == 1 else TypeRef(UNION, tuple(flat))
