"""Which middlewares are built on `BaseHTTPMiddleware`, and where that is felt: the reasons, in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import (
    Application,
    Call,
    Function,
    FunctionValue,
    Middleware,
    Project,
    has_one_task,
    is_for_development,
    names,
    syntax,
    tree,
)

BASE = "starlette.middleware.base.BaseHTTPMiddleware"
SETS, READS = "contextvars.ContextVar.set", "contextvars.ContextVar.get"
REQUEST = "fastapi.Request"
BODY = frozenset({"body", "form", "json", "stream"})
STREAMING = frozenset({"fastapi.responses.StreamingResponse"})


def is_on_base(middleware: Middleware) -> bool:
    """Say whether a middleware of the project is built on the base: by its class, or as a function for `http`."""
    if middleware.cls is not None:
        return middleware.cls.is_a(BASE)
    return middleware.name == BASE or (middleware.function is not None and middleware.function.is_async)


def is_for_developers(middleware: Middleware) -> bool:
    """Say whether a middleware is only added where developers run the service."""
    return any(map(is_for_development, middleware.conditions))


def reason_of(middleware: Middleware, project: Project) -> str | None:
    """Say why it matters that a middleware is built on the base; None where it hardly does."""
    application = next((one for one in project.applications if middleware in one.middlewares), None)
    if application is None or has_one_task(application, project):
        return None
    around = [one for each in (application, *application.around) for one in each.middlewares]
    number = sum(_adds_to(one, middleware) for one in around if one is not middleware)
    if number:
        return f"each request passes {number + 1} of them"
    functions = project.reached(_entries(middleware), depth=2)
    calls = [call for function in functions for call in project.calls_in(function)]
    if any(call.name == SETS for call in calls) and not _readers(project) <= set(functions):
        return "it sets context variables, which do not come back out of the inner task"
    if any(_reads_body(call) for call in calls):
        return "it reads the body, which is kept in memory for the inner task"
    return "it hands on each piece of streamed answers" if _streams(application, project) else None


def _adds_to(other: Middleware, middleware: Middleware) -> bool:
    return is_on_base(other) and not other.excludes(middleware) and not is_for_developers(other)


def _entries(middleware: Middleware) -> Iterator[Function]:
    yield from middleware.entries
    dispatch = middleware.arguments.get("dispatch")
    if isinstance(dispatch, FunctionValue):
        yield dispatch.original.function


@lru_cache(maxsize=1)
def _readers(project: Project) -> set[Function]:
    """Return the functions that read a context variable."""
    return {call.function for call in project.calls if call.name == READS and call.function is not None}


def _reads_body(call: Call) -> bool:
    if call.method not in BODY or not isinstance(call.node, syntax.Call) or call.function is None:
        return False
    if call.name is not None:
        return call.name == f"{REQUEST}.{call.method}"
    asked = next((param.name for param in call.function.node.params if param.name != "self"), None)
    return isinstance(call.node.func, syntax.Attribute) and tree.is_name(call.node.func.value, asked)


def _streams(application: Application, project: Project) -> bool:
    """Say whether a handler of the application gives an answer piece by piece."""
    streaming = STREAMING | names("responses", "other")
    handlers = (route.handler for route in project.served_by(application) if route.handler is not None)
    return any(call.name in streaming for handler in handlers for call in project.calls_in(handler))
