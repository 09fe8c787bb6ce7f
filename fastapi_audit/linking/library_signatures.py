"""What a library's callable takes from the request when it is used as a dependency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from fastapi_audit.knowledge.tables import table
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Parameter
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import ClassValue, External, ExternalObject, Instance, Value

TEXT = TypeRef("str")


def library_parameters(callee: Value, place: Place) -> Iterator[Parameter]:
    """Yield the parameters of a library's class or instance, or those that a class of the project inherits from it."""
    for name in _names(callee):
        entry = table("signatures").get(name)
        if entry is not None:
            for source, listed in entry.items():
                names = cast("list[str]", listed)
                yield from (Parameter(item, item, source, TEXT, place, is_of_library=True) for item in names)
            return


def _names(callee: Value) -> tuple[str, ...]:
    if isinstance(callee, External):
        return (callee.name,)
    if isinstance(callee, ExternalObject):
        return (callee.type,) if callee.type is not None else ()
    if isinstance(callee, ClassValue) and callee.cls.find_method("__init__") is None:
        return tuple(base for base in callee.cls.ancestors if isinstance(base, str))
    if isinstance(callee, Instance) and callee.cls.find_method("__call__") is None:
        return tuple(base for base in callee.cls.ancestors if isinstance(base, str))
    return ()
