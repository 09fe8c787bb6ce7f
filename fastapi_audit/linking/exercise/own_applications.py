"""Applications that tests make for themselves, to serve some of the service's routers under other paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from fastapi_audit.linking.evaluation.types import APPLICATION, ROUTER
from fastapi_audit.linking.exercise.route_map import WEBSOCKET, Entry, RouteMap
from fastapi_audit.linking.routes import RouteBuilder, path_text
from fastapi_audit.linking.tests import CLIENTS
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function
from fastapi_audit.model.routing import Application, Route
from fastapi_audit.model.values import Known, Value, options_of
from fastapi_audit.model.wiring import RouterObject

RoutesOf = Callable[[Function], Sequence[Route]]
_INCLUDES = frozenset({f"{APPLICATION}.include_router", f"{ROUTER}.include_router"})
_TRANSPORTS = ("httpx.ASGITransport", *CLIENTS)


def own_maps(
    calls: Iterable[Call], applications: Iterable[Application], builder: RouteBuilder, routes_of: RoutesOf
) -> Mapping[str, RouteMap]:
    """Return what the applications of each test module serve, by its path; the routes are those of the service."""
    entries: dict[str, list[Entry]] = {}
    for application in applications:
        for route in application.routes:
            targets = routes_of(route.handler) if route.handler is not None else ()
            methods = (WEBSOCKET,) if route.kind == "websocket" else route.methods
            entries.setdefault(application.place.path, []).extend(
                Entry(method, route.full_path, route.order, tuple(targets), application)
                for method in methods
                if targets
            )
    for call in calls:
        for router, prefix in _served(call):
            entries.setdefault(call.module.path, []).extend(_entries(router, prefix, builder, routes_of))
    return {path: RouteMap(found) for path, found in entries.items() if found}


def _served(call: Call) -> Iterator[tuple[RouterObject, Value]]:
    """Yield the routers of the service that a call serves by themselves, and the prefix under which it does."""
    if call.name in _INCLUDES:
        prefix = call.named.get("prefix", Known(""))
    elif call.name in _TRANSPORTS:
        prefix = Known("")
    else:
        return
    given = call.argument(0, "router", "app")
    for option in options_of(given) if given is not None else ():
        if isinstance(option, RouterObject) and not option.is_application:
            yield option, prefix


def _entries(router: RouterObject, prefix: Value, builder: RouteBuilder, routes_of: RoutesOf) -> Iterator[Entry]:
    text, _ = path_text(prefix)
    for order, (methods, path, handler) in enumerate(builder.registered(router, text)):
        targets = tuple(routes_of(handler))
        for method in methods or (WEBSOCKET,) if targets else ():
            yield Entry(method, path, order, targets, None)
