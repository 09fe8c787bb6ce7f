"""What is said of the paths that the configuration declares public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi_audit.knowledge.url_paths import fits
from fastapi_audit.model.project import Project


def public_path_notes(patterns: Iterable[str], projects: Sequence[Project]) -> tuple[str, ...]:
    """Say which patterns no route is of."""
    applications = (application for project in projects for application in (*project.applications, *project.examples))
    paths = {route.full_path for application in applications for route in application.routes}
    return tuple(
        f"public-paths `{pattern}` is the path of no route"
        for pattern in patterns
        if not any(fits(pattern, path) for path in paths)
    )
