"""What the audit keeps of a service besides verdicts: its route map, and how much of it was understood."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.audit.report import Inventory, RouteRecord, UnresolvedName
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Route

PARAMETER_KINDS = ("path", "query", "header", "cookie", "body")


def route_records(project: Project) -> tuple[RouteRecord, ...]:
    """Return the route map, one record for each method, in the order of path, method and handler."""
    records = (record for route in project.routes for record in _records(route))
    return tuple(sorted(records, key=lambda record: (record.app, record.path, record.method or "", record.handler)))


def inventory(project: Project) -> Inventory:
    """Count what was read and what was resolved."""
    unresolved = sorted((name.place, name.name, name.reason) for name in project.unresolved)
    return Inventory(
        files=len(project.all_modules),
        lines=sum(module.facts.lines for module in project.all_modules),
        names=project.names,
        resolved=project.names - len(unresolved),
        unresolved=tuple(UnresolvedName(name, place, reason) for place, name, reason in unresolved),
    )


def _records(route: Route) -> Iterator[RouteRecord]:
    reached = route.all_dependencies
    for method in route.methods or (None,):
        yield RouteRecord(
            kind=route.kind,
            app=route.application.name,
            method=method,
            path=route.path,
            handler=route.handler_name,
            place=route.handler.place if route.handler else route.place,
            is_async=route.handler is not None and route.handler.is_async,
            response_model=str(route.response_model) if route.response_model else None,
            status_code=route.status_code,
            tags=tuple(sorted(route.tags)),
            in_schema=route.in_schema,
            deprecated=route.deprecated,
            dependencies=tuple(sorted({dependency.name for dependency in reached})),
            security=tuple(sorted({dependency.scheme for dependency in reached if dependency.scheme})),
            params=_parameters(route),
            guards=tuple(guard.name for guard in route.guards),
            guard_places=tuple(guard.place for guard in route.guards),
        )


def _parameters(route: Route) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {kind: set() for kind in PARAMETER_KINDS}
    for parameter in route.all_parameters:
        names[parameter.source if parameter.source in names else "body"].add(parameter.name)
    return {kind: tuple(sorted(found)) for kind, found in names.items()}
