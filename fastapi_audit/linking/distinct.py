"""Applications and routes as subjects of rules: one factory that several modules call makes one of each.

What a server would see as two stays two in the route map; rules say the same of both, at the same place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from fastapi_audit.model.routing import Application, Inclusion, Route
from fastapi_audit.model.values import Known

S = TypeVar("S")


def distinct_applications(applications: Sequence[Application]) -> list[Application]:
    """Return the applications without those that were made at the place of an earlier one, and are as that one is."""
    return _first_of_each((_application_key(application), application) for application in applications)


def distinct_routes(routes: Sequence[Route]) -> list[Route]:
    """Return the routes without those that an earlier application, made at the same place, has as well."""
    first: dict[Hashable, Application] = {}
    return [route for route in routes if first.setdefault(_route_key(route), route.application) is route.application]


def distinct_inclusions(inclusions: Sequence[Inclusion]) -> list[Inclusion]:
    """Return the inclusions without those that stand at the place of an earlier one and do the same."""
    return _first_of_each((_inclusion_key(inclusion), inclusion) for inclusion in inclusions)


def _first_of_each(keyed: Iterable[tuple[Hashable, S]]) -> list[S]:
    found: dict[Hashable, S] = {}
    for key, one in keyed:
        found.setdefault(key, one)
    return list(found.values())


def _application_key(application: Application) -> Hashable:
    return (
        _making_key(application),
        tuple((one.place, one.name) for one in application.middlewares),
        tuple((one.place, one.error) for one in application.exception_handlers),
        tuple(_route_key(route) for route in application.routes),
        tuple((one.place, one.path) for one in application.mounts),
    )


def _making_key(application: Application) -> Hashable:
    """Return what tells applications of one factory apart: with what it was called, and where they are mounted."""
    constants = (item for item in application.arguments.items() if isinstance(item[1], Known))
    around = (application, *application.around)
    return (
        application.place,
        frozenset(application.arguments),
        frozenset(constants),
        tuple((one.place, one.mount_path) for one in around),
    )


def _route_key(route: Route) -> Hashable:
    return (
        _making_key(route.application),
        route.order,  # one application may have it twice: its router is included again
        route.kind,
        route.methods,
        route.path,
        route.place,
        tuple((one.name, one.place) for one in route.guards),
        route.doubts,
        tuple(one.name for one in route.all_dependencies),
    )


def _inclusion_key(inclusion: Inclusion) -> Hashable:
    return inclusion.place, inclusion.name, inclusion.prefix, inclusion.nameless, inclusion.cycle
