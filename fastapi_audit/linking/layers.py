"""Who is called by FastAPI, who asks the database, and what things are called → the layer of each function."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.layers import Layer, Layers, Membership
from fastapi_audit.model.module import Function, Module
from fastapi_audit.model.project import Project

CALLED = Membership(Layer.WEB, "which FastAPI calls")
BESIDE_HANDLERS = Membership(Layer.WEB, "beside the handlers")
ASKS = Membership(Layer.REPOSITORY, "which asks the database", is_by_deed=True)
LEADS = Membership(Layer.SERVICE, "which leads to the database", is_by_deed=True)


def build_layers(project: Project) -> Layers:
    """Return the layers of a service; what is nested in a function belongs to the layer of that.

    FastAPI calls the constructor of a repository that it injects, which makes it no part of the web layer.
    """
    entries = frozenset(_entries(project))
    with_handlers = frozenset(function.module for function in entries if project.routes_of(function))
    outer = {(function.module, function.qualname) for function in entries}
    found: dict[Function, Membership] = {}
    for function in project.functions:
        is_called = _is_entry(function, outer) and not (function.name == "__init__" and _by_class(function))
        membership = CALLED if is_called else _membership(function, with_handlers, project)
        if membership is not None:
            found[function] = membership
    return Layers(found, entries)


def _entries(project: Project) -> Iterator[Function]:
    yield from project.injected
    for route in project.routes:
        if route.handler is not None:
            yield route.handler
        for dependency in route.all_dependencies:
            called = [dependency.cls.find_method(name) for name in ("__init__", "__call__")] if dependency.cls else []
            yield from (one for one in (dependency.function, *called) if one is not None)
    for application in project.applications:
        for middleware in application.middlewares:
            yield from middleware.entries
        yield from (one.function for one in application.exception_handlers if one.function is not None)


def _is_entry(function: Function, entries: set[tuple[Module, str]]) -> bool:
    """Say whether FastAPI calls a function, or one that it is nested in."""
    name = function.qualname
    while (function.module, name) not in entries:
        name, found, _ = name.rpartition(".<locals>.")
        if not found:
            return False
    return True


def _membership(function: Function, with_handlers: frozenset[Module], project: Project) -> Membership | None:
    if (of_class := _by_class(function)) is not None:
        return of_class
    if function.module in with_handlers:
        return BESIDE_HANDLERS
    for part in reversed(function.module.name.split(".")):
        for layer in Layer:
            if part in names("layers", layer.value):
                return Membership(layer, f"of the layer `{part}`")
    if function not in project.reaching_data:
        return None
    asks = any(access.moves_data for access in project.data_accesses_in(function))
    return ASKS if asks and not _leads_on(function, project) else LEADS


def _leads_on(function: Function, project: Project) -> bool:
    """Say whether a function gets to data through another class or module, too."""
    callees = (edge.callee for edge in project.flow.callees(function))
    return any(callee in project.reaching_data and callee.home is not function.home for callee in callees)


def _by_class(function: Function) -> Membership | None:
    if function.owner is None:
        return None
    for layer in (Layer.SERVICE, Layer.REPOSITORY):
        if function.owner.name.endswith(tuple(names("layers", f"{layer.value}_classes"))):
            return Membership(layer, f"of the class {function.owner.name}")
    return None
