"""What the audit keeps of a service besides verdicts: its route map, and how much of it was understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_audit.audit.report import Inventory, RouteRecord, UnresolvedName
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Application, Mount, Route

_Served = tuple[Application, str, str]
PARAMETER_KINDS = ("path", "query", "header", "cookie", "body")


def route_records(project: Project) -> tuple[RouteRecord, ...]:
    """Return the route map of application code, one record for each method and mount.

    They are in the order of application, path, method and handler. What an application mounts is served by it.
    """
    return _served(project.applications)


def example_records(project: Project) -> tuple[RouteRecord, ...]:
    """Return the route map of the applications in scripts and examples."""
    return _served(project.examples)


def _served(applications: Sequence[Application]) -> tuple[RouteRecord, ...]:
    mounted = {mount.application for application in applications for mount in application.mounts}
    outermost = [application for application in applications if application not in mounted]
    served = [way for application in outermost for way in _reached(application, application.name, "", ())]
    reached = {application for application, _, _ in served}
    served += [(application, application.name, "") for application in applications if application not in reached]
    records = (record for way in served for record in _records(*way))
    return tuple(sorted(records, key=lambda record: (record.app, record.path, record.method or "", record.handler)))


def _reached(application: Application, name: str, prefix: str, around: tuple[Application, ...]) -> Iterator[_Served]:
    """Yield an application and those mounted below it, with the outermost one's name and the path to each."""
    yield application, name, prefix
    for mount in application.mounts:
        if mount.application is not None and mount.application not in (application, *around):
            yield from _reached(mount.application, name, prefix + mount.path, (application, *around))


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


def _records(application: Application, name: str, prefix: str) -> Iterator[RouteRecord]:
    for route in application.routes:
        yield from _route_records(route, name, prefix)
    for mount in application.mounts:
        if mount.application is None:
            yield _mount_record(mount, name, prefix)


def _route_records(route: Route, name: str, prefix: str) -> Iterator[RouteRecord]:
    reached = route.all_dependencies
    for method in route.methods or (None,):
        yield RouteRecord(
            kind=route.kind,
            app=name,
            method=method,
            path=prefix + route.path,
            handler=route.handler_name,
            place=route.handler.place if route.handler else route.place,
            is_async=route.handler is not None and route.handler.is_async,
            response_model=str(route.response_model) if route.response_model else None,
            status_code=route.status_code,
            tags=tuple(sorted(route.tags)),
            in_schema=route.in_schema,
            deprecated=route.deprecated,
            dependencies=tuple(sorted({dependency.name for dependency in reached if not dependency.scheme})),
            security=tuple(sorted({dependency.scheme for dependency in reached if dependency.scheme})),
            params=_parameters(route),
            guards=tuple(guard.name for guard in route.guards),
            guard_places=tuple(guard.place for guard in route.guards),
            guard_levels=tuple(guard.level for guard in route.guards),
            public_by=route.public_by,
            is_doubtful=route.is_of_library or bool(route.doubts),
        )


def _mount_record(mount: Mount, name: str, prefix: str) -> RouteRecord:
    return RouteRecord(
        kind="mount",
        app=name,
        method=None,
        path=prefix + mount.path,
        handler=mount.name.rpartition(".")[2],
        place=mount.place,
        is_async=False,
        response_model=None,
        status_code=None,
        tags=(),
        in_schema=False,
        deprecated=False,
        dependencies=(),
        security=(),
        params=dict.fromkeys(PARAMETER_KINDS, ()),
    )


def _parameters(route: Route) -> dict[str, tuple[str, ...]]:
    names: dict[str, set[str]] = {kind: set() for kind in PARAMETER_KINDS}
    for parameter in route.all_parameters:
        names[parameter.source if parameter.source in names else "body"].add(parameter.name)
    return {kind: tuple(sorted(found)) for kind, found in names.items()}
