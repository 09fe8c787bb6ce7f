"""One route as the texts that a table shows: what is called, who may call it, and what answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi_audit.audit.report import RouteRecord
from fastapi_audit.model.place import Place

ANYONE = "anyone"
NOT_KNOWN = "not known"
KIND_WORDS = {"websocket": "WS", "mount": "MOUNT"}
_QUALIFIER = re.compile(r"\b(?:[^\W\d]\w*\.)+(?=[^\W\d])")


@dataclass(frozen=True, slots=True)
class RouteRow:
    """The texts of a route, "" where there is nothing to say; `callers` are names, each with where it is declared."""

    method: str
    path: str
    callers: tuple[tuple[str, str], ...]
    handler: str
    place: str
    response: str
    tags: str


def route_row(route: RouteRecord) -> RouteRow:
    """Return the texts of a route."""
    guards = zip(route.guards, map(_line, route.guard_places), strict=True)
    return RouteRow(
        method=route.method or KIND_WORDS.get(route.kind, route.kind),
        path=route.path or "/",
        callers=(_anyone(route),) if route.is_open else tuple(guards),
        handler=_definition(route) + route.handler.rpartition(":")[2],
        place=_line(route.place) if route.place else "",
        response=_QUALIFIER.sub("", route.response_model or ""),
        tags=", ".join(route.tags),
    )


def _anyone(route: RouteRecord) -> tuple[str, str]:
    """Return who may call a route that nothing is known to guard, and who says so, if the configuration does."""
    if route.public_by is not None:
        return ANYONE, f"public-paths {route.public_by}"
    return NOT_KNOWN if route.is_doubtful else ANYONE, ""


def _definition(route: RouteRecord) -> str:
    if route.kind == "mount":
        return ""
    return "async def " if route.is_async else "def "


def _line(place: Place) -> str:
    return f"{place.path}:{place.line}"
