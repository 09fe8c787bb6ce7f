"""Builds the model of a few files for the tests of linking."""

from __future__ import annotations

from textwrap import dedent

from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Route
from fastapi_audit.testing import understand_files


def project_of(**files: str) -> Project:
    """Return the one service of files given as `app__main="…"` for `app/main.py`, `app__init="…"` for a package."""
    paths = {_path(name): dedent(text) for name, text in files.items()}
    (project,) = understand_files(paths)
    return project


def _path(name: str) -> str:
    package = name.removesuffix("__init")
    inner = f"{package}/__init__" if package != name else name
    return inner.replace("__init__", "\0").replace("__", "/").replace("\0", "__init__") + ".py"


def served(project: Project) -> list[str]:
    """Return the routes of a project as `METHOD path`, in the order in which they are tried."""
    return [str(route) for route in project.routes]


def route_at(project: Project, path: str) -> Route:
    """Return the only route of a path."""
    (route,) = (route for route in project.routes if route.path == path)
    return route
