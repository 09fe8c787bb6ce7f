"""The routes of a service, as requests find them and as `url_path_for` names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi_audit.linking.exercise.addresses import HOLE
from fastapi_audit.linking.exercise.route_map import RouteMap, entries_of
from fastapi_audit.linking.routes import path_text
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Route
from fastapi_audit.model.values import Known

_PARAMETER = re.compile(r"\{[^{}]*\}")
_NAMES = re.compile(r"\{([^{}:]*)(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class ServedRoutes:
    """The routes of the service's own applications."""

    map: RouteMap
    by_name: dict[str, list[Route]]

    @classmethod
    def of(cls, project: Project) -> ServedRoutes:
        """Return those of a project."""
        by_name: dict[str, list[Route]] = {}
        for route in project.routes:
            by_name.setdefault(_name(route), []).append(route)
        return cls(RouteMap(entries_of(project.routes), cls.roots_of(project)), by_name)

    @staticmethod
    def roots_of(project: Project) -> Sequence[str]:
        """Return what may stand before the paths of a project, as its applications are told of proxies."""
        roots = [path_text(one.arguments.get("root_path")) for one in project.applications]
        return sorted({text.rstrip("/") for text, is_known in roots if is_known and text.rstrip("/")})

    def paths_named(self, name: str, given: Sequence[str]) -> Sequence[str]:
        """Return the path of the first route of a name that has the given parameters, as `url_path_for` finds it."""
        for route in self.by_name.get(name, self.by_name.get(name.rpartition(":")[2], [])):
            if set(_NAMES.findall(route.full_path)) == set(given):
                return (_PARAMETER.sub(HOLE, route.full_path),)
        return ()


def _name(route: Route) -> str:
    given = route.options.get("name")
    if isinstance(given, Known) and given.value:
        return str(given.value)
    return route.handler_name.rpartition(":")[2].rpartition(".")[2]  # the `__name__` of the handler
