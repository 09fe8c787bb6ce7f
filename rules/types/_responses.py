"""What a route answers with: whether FastAPI makes JSON of it, and of what."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_audit.rule_api import Call, Class, Function, Project, Return, Route, TypeRef, syntax

BODILESS_METHODS = frozenset({"HEAD", "OPTIONS", "TRACE"})
BODILESS_STATUSES = frozenset({204, 205, 304})
_UNKNOWN = TypeRef("?")


def answers_json(route: Route) -> bool:
    """Say whether FastAPI serialises what the handler returns, as far as the declaration of the route says."""
    if route.kind == "websocket" or BODILESS_METHODS.issuperset(route.methods):
        return False
    if route.status_code is not None and (route.status_code in BODILESS_STATUSES or 300 <= route.status_code < 400):
        return False
    if not route.is_declared_as_json:
        return False
    return not (route.returns is not None and all(option.is_response for option in route.returns.options))


def returned_types(route: Route, project: Project) -> list[TypeRef] | None:
    """Return the types of all that the handler returns, without None; None if the handler is not known."""
    if route.handler is None or route.handler.node.is_generator:
        return None
    coroutines = {id(call.node) for call in project.calls_in(route.handler) if _gives_coroutine(call)}
    return [
        option
        for item in project.returns_in(route.handler)
        for option in (_UNKNOWN if _returned(item) in coroutines else item.type).options
    ]


def _returned(item: Return) -> int:
    return id(item.node.value) if isinstance(item.node, syntax.Return) else 0


def _gives_coroutine(call: Call) -> bool:
    """Say whether a call gives a coroutine of the project, of which nobody awaits the result."""
    is_own = isinstance(call.target, Function) and call.target.is_async and not call.target.node.is_generator
    return is_own and not call.is_awaited


def table_in(types: Iterable[TypeRef], project: Project) -> Class | None:
    """Return the first table among types and what is inside them; None if there is none."""
    tables = {table.cls for table in project.tables}
    return next((part.cls for type_ in types for part in type_.walk() if part.cls in tables), None)
