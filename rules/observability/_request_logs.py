"""Code that every request passes, and that writes to the log what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Call,
    ClassValue,
    Function,
    LogCall,
    Middleware,
    Project,
    names,
    options_of,
    syntax,
    tree,
)

OF_REQUESTS = frozenset({
    "client", "duration", "elapsed", "latency", "method", "path", "req", "request", "requests", "response", "route",
    "scope", "status", "url",
})  # fmt: skip
LOUD = frozenset({"warning", "error", "exception", "critical"})
_WORD = re.compile(r"[a-z]+")


def request_log(application: Application, project: Project) -> LogCall | None:
    """Return the log call that tells of each request, of a middleware, a dependency of all routes or a route class."""
    functions = project.reached(passed(application, project), depth=2)
    logs = (log for function in functions for log in project.log_calls_in(function))
    return next((log for log in logs if _is_of_each_request(log)), None)


def possible_log(application: Application, project: Project) -> Call | None:
    """Return a call of something unknown, a logger's method in a variable say, that is told of each request."""
    functions = project.reached(passed(application, project), depth=2)
    calls = (call for function in functions for call in project.calls_in(function) if call.name is None)
    return next((call for call in calls if len(OF_REQUESTS.intersection(_keywords(call))) > 1), None)


def _keywords(call: Call) -> Iterator[str]:
    return (word for name in call.named for word in _WORD.findall(name.lower()))


def passed(application: Application, project: Project) -> Iterator[Function]:
    """Yield the functions that every request to an application passes, and those of the route classes."""
    for one in (application, *application.around):
        yield from (entry for middleware in one.middlewares for entry in middleware.entries)
    for route in application.routes:
        yield from (one.function for one in route.dependencies if one.function and one.level == "application")
    yield from _route_handlers(project)


def _route_handlers(project: Project) -> Iterator[Function]:
    """Yield what the route classes of routers do around handlers: `get_route_handler` and what is inside of it."""
    for maker in makers_of_handlers(project):
        yield maker
        yield from (one for one in project.functions if str(one).startswith(f"{maker}.<locals>."))


def makers_of_handlers(project: Project) -> list[Function]:
    """Return the `get_route_handler` of the route classes that routers are given."""
    given = (one.arguments.get("route_class") for one in project.routers)
    classes = {option.cls for value in given if value for option in options_of(value) if isinstance(option, ClassValue)}
    found = (cls.find_method("get_route_handler") for cls in sorted(classes, key=str))
    return [maker for maker in found if maker is not None]


def _is_of_each_request(log: LogCall) -> bool:
    is_in_clause = any(isinstance(block, syntax.Handler) for block in log.blocks)
    return not is_in_clause and log.level not in LOUD and not OF_REQUESTS.isdisjoint(_words(log.node))


def _words(node: syntax.Node) -> Iterator[str]:
    """Yield the words of the names that a call mentions, and of its texts."""
    for inner in tree.descendants([node]):
        name = inner.keyword if isinstance(inner, syntax.Argument) else tree.name_of(inner)
        text = inner.value if isinstance(inner, syntax.Constant) else ""
        yield from _WORD.findall((name or "").lower())
        yield from _WORD.findall(text.lower()) if isinstance(text, str) else ()


def unknown_middleware(application: Application) -> Middleware | None:
    """Return a middleware of a library of which nobody knows what it does."""
    around = (middleware for one in (application, *application.around) for middleware in one.middlewares)
    return next((one for one in around if not one.entries and not _is_known(one.name)), None)


def _is_known(name: str | None) -> bool:
    known = (
        names("security", "harmless_middleware") | names("rate_limits", "middleware") | names("rate_limits", "by_path")
    )
    return name in known
