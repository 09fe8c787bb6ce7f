"""Which routes are worth a test: not those of the documentation, and none that always gives the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from fastapi_audit.rule_api import Call, Class, Project, Route, names, syntax

COMPUTED = (syntax.Await, syntax.Comprehension, syntax.IfExp, syntax.Subscript)


@lru_cache(maxsize=1)
def judged_routes(project: Project) -> Sequence[Route]:
    """Return the routes that are worth a test."""
    return [route for route in project.subjects(Route) if is_judged(route, project)]


def is_judged(route: Route, project: Project) -> bool:
    """Say whether a route is worth a test."""
    return not is_documentation(route, project) and not is_constant(route, project)


def is_documentation(route: Route, project: Project) -> bool:
    calls = project.calls_in(route.handler) if route.handler is not None else ()
    return any(call.name in names("test_requests", "documents") for call in calls)


def is_constant(route: Route, project: Project) -> bool:
    """Say whether a route takes nothing and gives always the same: a text, a file, an address."""
    handler = route.handler
    if handler is None or handler.node.params or route.all_dependencies or len(handler.statements) != 1:
        return False
    is_return = isinstance(handler.statements[0], syntax.Return)
    is_computed = any(isinstance(node, COMPUTED) for node in handler.nodes)
    return is_return and not is_computed and all(map(makes_object, project.calls_in(handler)))


def makes_object(call: Call) -> bool:
    """Say whether a call makes an object, of the project's classes or by its name of a library's."""
    return isinstance(call.target, Class) or (call.name or "").rpartition(".")[2][:1].isupper()
