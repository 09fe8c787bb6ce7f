"""Types that say so little about a value that nothing is validated."""

from __future__ import annotations

from fastapi_audit.rule_api import TypeRef

ANYTHING = frozenset({"typing.Any", "object", "pydantic.JsonValue", "pydantic.types.JsonValue"})
CONTAINERS = frozenset({
    "dict", "list", "set", "tuple", "frozenset", "typing.Mapping", "typing.MutableMapping", "typing.Sequence",
    "typing.Iterable", "typing.Collection",
})  # fmt: skip


def weak_part(type_: TypeRef) -> TypeRef | None:
    """Return the first part of a type that takes anything: `Any`, `object`, or a container of it; None if none does."""
    return next((part for part in type_.walk() if is_weak(part)), None)


def is_weak(type_: TypeRef) -> bool:
    """Say whether a type, apart from what is inside it, takes anything."""
    return type_.name in ANYTHING or (type_.name in CONTAINERS and not type_.arguments)
