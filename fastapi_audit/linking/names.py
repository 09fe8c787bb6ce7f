"""The one name under which a library's object is known to us."""

from __future__ import annotations

from functools import cache

from fastapi_audit.knowledge.tables import texts


@cache
def canonical(name: str) -> str:
    """Return the published name of a library's object, whatever name it was imported by."""
    objects, modules = texts("names", "objects"), texts("names", "modules")
    if name in objects:
        return objects[name]
    head, dot, tail = name.rpartition(".")
    if not dot:
        return name
    if head in modules:
        return canonical(f"{modules[head]}.{tail}")
    parent = canonical(head)
    return name if parent == head else canonical(f"{parent}.{tail}")
