"""The stages in their order: discover → (finished before? then that) → extract → link → check → score → `Audit`.

What a run without changes does without is imported where it is needed: the analysis takes longer to load than such a
run takes in all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_audit.audit.report import Audit, ServiceRoutes
from fastapi_audit.cache.contents import Contents, look_at_all
from fastapi_audit.collection import collection_held_off
from fastapi_audit.config.settings import Settings
from fastapi_audit.discovery.discover import discover
from fastapi_audit.means import Means
from fastapi_audit.model.repository import Repository

if TYPE_CHECKING:
    from fastapi_audit.analysis import Linked
    from fastapi_audit.checking.route_selection import RouteSelection


def audit(root: Path, settings: Settings, means: Means | None = None) -> Audit:
    """Audit the tree at `root`, or return what an earlier run found of the same tree."""
    means = means or Means()
    with means.profile.stage("discover"):
        repository = discover(root, exclude=settings.exclude)
    contents = Contents(repository.root)
    if means.cache is None:
        return _analyse(repository, settings, means, contents)
    with means.profile.stage("look up"):
        key = _key(repository, settings, contents)
        known = means.cache.audit(key)
    if known is not None:
        return known
    found = _analyse(repository, settings, means, contents)
    with means.profile.stage("keep"):
        if contents.is_stable:  # otherwise the key is that of other contents
            means.cache.keep_audit(key, found)
    return found


def understand(root: Path, settings: Settings, means: Means | None = None) -> Linked:
    """Read the tree at `root` and link it: all that is done before any rule runs."""
    from fastapi_audit import analysis

    means = means or Means()
    with means.profile.stage("discover"):
        repository = discover(root, exclude=settings.exclude)
    with collection_held_off():
        return analysis.understand(repository, settings, means, Contents(repository.root))


def list_routes(
    root: Path, settings: Settings, selection: RouteSelection, means: Means | None = None
) -> tuple[ServiceRoutes, ...]:
    """Return the selected routes of the tree at `root`, by service; raise `UsageError` for an unknown application."""
    from fastapi_audit.checking.records import example_records, inventory, route_records
    from fastapi_audit.checking.route_selection import narrow_routes

    projects = understand(root, settings, means).projects
    services = (
        ServiceRoutes(project.name, (*route_records(project), *example_records(project)), inventory(project))
        for project in projects
    )
    return narrow_routes(services, selection)


def _analyse(repository: Repository, settings: Settings, means: Means, contents: Contents) -> Audit:
    with means.profile.stage("load"):
        from fastapi_audit import analysis

    with collection_held_off():
        return analysis.analyse(repository, settings, means, contents)


def _key(repository: Repository, settings: Settings, contents: Contents) -> str:
    from fastapi_audit.cache.fingerprints import audit_key

    look_at_all(repository, contents)
    return audit_key(repository, contents.digests, settings)
