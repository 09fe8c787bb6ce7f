"""Which routes of an application are there for its work, and which for those who watch it."""

from __future__ import annotations

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Application, Route

METRICS = frozenset({"metrics"})


def is_for_watchers(route: Route, project: Project) -> bool:
    """Say whether a route tells how the service is, by its path or because it is asked that."""
    known = names("probes", "liveness") | names("probes", "readiness") | METRICS
    return route in project.probed or not known.isdisjoint(route.words[-1:])


def has_one_task(application: Application, project: Project) -> bool:
    """Say whether an application is there for one thing alone, as the server of a model is."""
    return sum(not is_for_watchers(route, project) for route in project.served_by(application)) == 1
