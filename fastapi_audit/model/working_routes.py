"""The routes of an application that are there for its work, and not for those who watch it."""

from __future__ import annotations

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Application, Route

METRICS = frozenset({"metrics"})


def working_routes(application: Application, project: Project) -> list[Route]:
    """Return the routes that an application serves, without those that tell how it is."""
    watched = names("probes", "liveness") | names("probes", "readiness") | METRICS
    routes = project.served_by(application)
    return [one for one in routes if one not in project.probed and watched.isdisjoint(one.words[-1:])]


def has_one_task(application: Application, project: Project) -> bool:
    """Say whether an application is there for one thing alone, as the server of a model is."""
    return len(working_routes(application, project)) == 1
