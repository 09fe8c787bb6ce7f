"""Code of commands: files that are meant to be run, and what they alone import."""

from __future__ import annotations

from functools import lru_cache

from fastapi_audit.model.module import Module
from fastapi_audit.model.project import Project


@lru_cache(maxsize=1)
def modules_of_commands(project: Project) -> frozenset[Module]:
    """Return the modules that only files meant to be run load, these included, and no application of the service."""
    run = [one for one in project.modules if (one.is_runnable or one.is_of_commands) and one.path not in project.loaded]
    loaded = project.imports.loaded_by(run, lambda _: True)
    return frozenset(module for module in loaded if module.path not in project.loaded)
