"""What tells a client of an error: `HTTPException`s that are raised, and responses that are returned."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fastapi_audit.rule_api import (
    Class,
    Collection,
    ExceptionHandler,
    ExternalObject,
    Function,
    Instance,
    Project,
    Raise,
    Return,
    Value,
    options_of,
    syntax,
    tree,
)

from ._hierarchy import HTTP_EXCEPTIONS


@dataclass(frozen=True)
class ErrorResponse:
    """One answer to a failure; `status` is None where it is not known, `body` where there is none."""

    site: Raise | Return
    status: int | None
    body: Value | None
    maker: str = ""

    @property
    def is_server_error(self) -> bool:
        """Whether the status is known and blames the server."""
        return self.status is not None and self.status >= 500


def error_responses(function: Function, project: Project) -> Iterator[ErrorResponse]:
    """Yield the answers to failures that a function makes, in the order of the source."""
    for raised in project.raises_in(function):
        if raised.is_a(*HTTP_EXCEPTIONS) and (raised.status is None or raised.status >= 400):
            yield from _raised(raised)
    for returned in project.returns_in(function):
        yield from _returned(returned, project)


def _raised(raised: Raise) -> Iterator[ErrorResponse]:
    if raised.cls is not None and raised.call is not None:
        given = [*raised.call.positional, *raised.call.named.values()]
        yield ErrorResponse(raised, raised.status, Collection("tuple", given), str(raised.cls))
    made = raised.value.call if isinstance(raised.value, ExternalObject) else None
    if made is not None:
        yield ErrorResponse(raised, raised.status, made.argument(1, "detail"), made.name)


def _returned(returned: Return, project: Project) -> Iterator[ErrorResponse]:
    for option in options_of(returned.value):
        is_error = returned.status >= 400 if returned.status is not None else _answers_failure(returned, project)
        if isinstance(option, Instance) and returned.type.is_response and is_error:
            yield ErrorResponse(returned, returned.status, None, str(option.cls))
        if not isinstance(option, ExternalObject) or not (option.type or "").startswith("fastapi.responses."):
            continue
        body = option.call.argument(0, "content") if option.call is not None else None
        if is_error:
            yield ErrorResponse(returned, returned.status, body, option.call.name if option.call is not None else "")


def _answers_failure(returned: Return, project: Project) -> bool:
    """Say whether a response is made where something failed, or for an exception handler."""
    return caught_in(returned) is not None or returned.function in answering_failures(project)


@lru_cache(maxsize=1)
def answering_failures(project: Project) -> frozenset[Function]:
    """Return the exception handlers of the applications, with what they call."""
    return frozenset(project.reached(exception_handlers(project), depth=2))


def caught_in(site: Raise | Return) -> syntax.Handler | None:
    """Return the innermost `except` clause around a place."""
    return next((block for block in reversed(site.blocks) if isinstance(block, syntax.Handler)), None)


@lru_cache(maxsize=1)
def exception_handlers(project: Project) -> dict[Function, list[str]]:
    """Return the functions that the applications register for exceptions, each with the names of these."""
    found: dict[Function, list[str]] = {}
    for handler in (handler for one in project.applications for handler in one.exception_handlers):
        if handler.function is not None:
            found.setdefault(handler.function, []).append(_error_name(handler))
    return found


def _error_name(handler: ExceptionHandler) -> str:
    """Return the class that a handler is for; a number stands for `HTTPException`, and 500 for all others as well."""
    if handler.error_class is not None:
        return str(handler.error_class)
    name = handler.error or "Exception"
    return name if not name.isdigit() else "Exception" if name == "500" else HTTP_EXCEPTIONS[0]


def given_to_calls(site: Raise | Return, project: Project) -> Iterator[tuple[Function | Class, Value]]:
    """Yield what a statement hands to functions and classes of the project, whose result it raises or returns."""
    if site.function is None:
        return
    inside = {id(node) for node in tree.descendants([site.node])}
    for call in project.calls_in(site.function):
        if call.target is not None and id(call.node) in inside:
            yield from ((call.target, value) for value in (*call.positional, *call.named.values()))
