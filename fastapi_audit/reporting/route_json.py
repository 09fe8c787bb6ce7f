"""The route map as JSON: the routes in the fields of the report, and what of the code could not be resolved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import PlainSerializer

from fastapi_audit.audit.report import ServiceRoutes, UnresolvedName
from fastapi_audit.reporting import json_records
from fastapi_audit.reporting.document_part import Part, Text
from fastapi_audit.reporting.document_records import RoutePart

Share = Annotated[float, PlainSerializer(lambda share: round(share, 4))]


class UnresolvedPart(Part):
    name: Text
    file: Text
    line: int
    column: int
    reason: Text


class RouteListing(Part):
    """The routes that were asked for; the rest is of the code as a whole, whatever was asked for."""

    routes: tuple[RoutePart, ...]
    names: int
    resolved: int
    unresolved_share: Share
    unresolved: tuple[UnresolvedPart, ...]


def render_routes_json(services: Sequence[ServiceRoutes]) -> str:
    """Return the route map as JSON."""
    return json.dumps(route_listing(services).model_dump(mode="json"), indent=2) + "\n"


def route_listing(services: Sequence[ServiceRoutes]) -> RouteListing:
    """Return the route map of all services as one list."""
    routes = (json_records.route(route, each.service) for each in services for route in each.routes)
    names = sum(each.inventory.names for each in services)
    resolved = sum(each.inventory.resolved for each in services)
    return RouteListing(
        routes=json_records.routes_in_order(routes),
        names=names,
        resolved=resolved,
        unresolved_share=(names - resolved) / names if names else 0.0,
        unresolved=tuple(_unresolved(name for each in services for name in each.inventory.unresolved)),
    )


def _unresolved(names: Iterable[UnresolvedName]) -> Iterable[UnresolvedPart]:
    for found in sorted(names, key=lambda found: (found.place, found.name, found.reason)):
        at = found.place
        yield UnresolvedPart(name=found.name, file=at.path, line=at.line, column=at.column, reason=found.reason)
