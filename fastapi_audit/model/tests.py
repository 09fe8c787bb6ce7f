"""The project's tests: what they ask of the service, and what they expect of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Route

ERRORS = range(400, 600)


@dataclass(frozen=True, eq=False, slots=True)
class Test:
    """A test function or method. `requests` are its calls of an HTTP client that talks to the application;
    `is_async_client` says whether any of them is asynchronous, `uses_client` whether it makes any, or a client.
    """

    function: Function
    requests: tuple[Call, ...]
    uses_client: bool
    is_async_client: bool

    def __str__(self) -> str:
        return self.function.qualname

    @property
    def place(self) -> Place:
        """The place of its `def`."""
        return self.function.place


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """One request of the tests, with what its callers and cases give for its parts: the same call may be several.

    `method` is None where it is not known, "WEBSOCKET" for a websocket. `path` has `{?}` for what is not known, a
    single one where nothing is. `routes` are those that answer it. Where that cannot be told they are empty, and
    `candidates` the routes that may.
    """

    call: Call
    method: str | None
    path: str
    routes: tuple[Route, ...]
    candidates: tuple[Route, ...] = ()

    def __str__(self) -> str:
        return f"{self.method or '?'} {self.path}"

    @property
    def place(self) -> Place:
        """The place of the call."""
        return self.call.place


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """One run of a test, of those that its parameters make.

    `statuses` are the HTTP statuses that it asserts, each group what one assertion allows. `raised` are the names of
    the exceptions that it expects, None for one not known. `fails_otherwise`: it asserts an error in another way, the
    exit status of a command or what a redirect tells. `is_seen`: what it expects can be told.
    """

    function: Function
    statuses: tuple[frozenset[int], ...]
    raised: tuple[str | None, ...]
    fails_otherwise: bool
    is_seen: bool

    @property
    def expects_error(self) -> bool:
        """Whether it takes a sad path: an error status, an exception, a command that fails."""
        return bool(self.raised) or self.fails_otherwise or any(_are_errors(group) for group in self.statuses)


def _are_errors(statuses: frozenset[int]) -> bool:
    return bool(statuses) and all(status in ERRORS for status in statuses)


@dataclass(frozen=True, eq=False, slots=True)
class Exercise:
    """What the tests do with the service. `handlers` are the functions of routes that they call, or hand to what may
    call them; `generators` the places where a library makes requests from the OpenAPI document.
    """

    requests: Sequence[Request] = ()
    runs: Sequence[Run] = ()
    handlers: frozenset[Function] = frozenset()
    generators: Sequence[Place] = ()
