"""Which routes are listed: `--app`, `--method`, `--path` and `--unauthenticated`; a route must satisfy all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase

from fastapi_audit.audit.report import RouteRecord, ServiceRoutes
from fastapi_audit.errors import UsageError

NAMED_APPLICATIONS = 10


@dataclass(frozen=True, slots=True)
class RouteSelection:
    """What is asked of a route: its application, one of some methods, a path, that nothing authenticates the caller.

    `path` is a glob, and takes in what lies below it.
    """

    app: str | None = None
    methods: Collection[str] = ()
    path: str | None = None
    is_unauthenticated: bool = False

    def shows(self, route: RouteRecord) -> bool:
        """Whether a route is listed."""
        return (
            self.app in (None, route.app)
            and (not self.methods or route.method in self.methods)
            and (self.path is None or _lies_below(route.path, self.path))
            and (route.is_open or not self.is_unauthenticated)
        )


def narrow_routes(services: Iterable[ServiceRoutes], selection: RouteSelection) -> tuple[ServiceRoutes, ...]:
    """Return the routes that are listed; raise `UsageError` where no route belongs to the application asked for."""
    services = tuple(services)
    _refuse_unknown_application(selection.app, {route.app for service in services for route in service.routes})
    return tuple(replace(service, routes=tuple(filter(selection.shows, service.routes))) for service in services)


def _lies_below(path: str, pattern: str) -> bool:
    pattern = pattern.rstrip("/")
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")


def _refuse_unknown_application(name: str | None, known: Collection[str]) -> None:
    if name is None or name in known:
        return
    if not known:
        raise UsageError(f"there is no application `{name}`: no route was found")
    nearest = get_close_matches(name, sorted(known), n=NAMED_APPLICATIONS, cutoff=0)
    others = len(known) - len(nearest)
    rest = f" and {others} more (`fastapi-audit routes` lists them)" if others else ""
    raise UsageError(f"there is no application `{name}` with routes; there are {', '.join(nearest)}{rest}")
