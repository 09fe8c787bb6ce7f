"""How applications and routers are put together: what was registered on each, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi_audit.model.module import Class
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Condition
from fastapi_audit.model.values import Value


@dataclass(frozen=True, eq=False, slots=True)
class RouteRegistration:
    """One route as declared; `methods` is empty for a websocket. `arguments` are those of the decorator or call.

    `is_operation`: it is FastAPI's own, and not a route of Starlette's (`add_route`).
    """

    kind: str
    methods: tuple[str, ...]
    path: Value
    endpoint: Value
    arguments: Mapping[str, Value]
    place: Place
    conditions: tuple[Condition, ...] = ()
    is_operation: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class Inclusion:
    """`include_router`; `seen` is how many registrations the router had by then. `alternatives` are routers that other
    branches made: one of them is included in its stead.
    """

    router: Value
    arguments: Mapping[str, Value]
    place: Place
    seen: int
    conditions: tuple[Condition, ...] = ()
    alternatives: tuple[RouterObject, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Mounting:
    """`mount` of another application, or `host`: then it takes the requests to that host only.

    `is_last`: it is tried after all routes, wherever it was registered (`frontend`).
    """

    path: Value
    app: Value
    place: Place
    conditions: tuple[Condition, ...] = ()
    host: Value | None = None
    is_last: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class MiddlewareRegistration:
    """`add_middleware`, the `middleware=` argument (`is_listed`), `@app.middleware("http")`, or a wrapper around the
    application (`is_wrapper`).
    """

    middleware: Value
    arguments: Mapping[str, Value]
    place: Place
    conditions: tuple[Condition, ...] = ()
    is_listed: bool = False
    is_wrapper: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class HandlerRegistration:
    """An exception handler: for an exception class or a status code."""

    error: Value
    handler: Value
    place: Place
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class EventRegistration:
    """`on_event`/`add_event_handler`."""

    event: Value
    handler: Value
    place: Place


@dataclass(frozen=True, eq=False, slots=True)
class OpaqueRegistration:
    """Something unknown got hold of the object and may have registered anything: who, and where."""

    actor: str
    place: Place


Registration = (
    RouteRegistration
    | Inclusion
    | Mounting
    | MiddlewareRegistration
    | HandlerRegistration
    | EventRegistration
    | OpaqueRegistration
)


@dataclass(eq=False, slots=True)
class RouterObject:
    """A `FastAPI` application or an `APIRouter`, of FastAPI's own class or of one derived from it (`cls`).

    `is_open`: `**` may have given it more arguments than are known.
    """

    is_application: bool
    place: Place
    cls: Class | None = None
    arguments: Mapping[str, Value] = field(default_factory=dict)
    is_open: bool = False
    registrations: list[Registration] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)
