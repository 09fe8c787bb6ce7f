"""The six stages in their order: discover → extract → link → check → score → `Audit`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fastapi_audit import __version__
from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.report import Audit, ServiceAudit, ServiceRoutes
from fastapi_audit.audit.verdict import Confidence
from fastapi_audit.checking.frames import framed_lines, lines_around
from fastapi_audit.checking.public_paths import public_path_notes
from fastapi_audit.checking.records import example_records, inventory, route_records
from fastapi_audit.checking.registry import Rule, load_rules
from fastapi_audit.checking.route_selection import RouteSelection, narrow_routes
from fastapi_audit.checking.runner import check
from fastapi_audit.checking.selection import Selection, narrow, refuse_unknown_codes
from fastapi_audit.checking.suppressions import Suppression, read_comments, read_ignores, suppression_notes
from fastapi_audit.collection import collection_held_off
from fastapi_audit.config.settings import Settings
from fastapi_audit.discovery.content import Opened, read_start
from fastapi_audit.discovery.discover import DEFAULT_MAX_FILE_SIZE, discover
from fastapi_audit.extraction.extract import extract
from fastapi_audit.knowledge.calls import CallKnowledge, call_knowledge
from fastapi_audit.linking.link import link
from fastapi_audit.model.project import Project
from fastapi_audit.model.repository import FileProblem, Repository
from fastapi_audit.scoring.quality_model import QualityModel, load_quality_model
from fastapi_audit.scoring.scorer import score

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Linked:
    """What is known before any rule runs: the services, and what could not be read."""

    repository: Repository
    projects: tuple[Project, ...]
    problems: tuple[FileProblem, ...]


def audit(root: Path, settings: Settings, progress: Progress | None = None) -> Audit:
    """Audit the tree at `root`; `progress` is told how many Python files are read, of how many."""
    rules = load_rules()
    known = [rule.info for rule in rules]
    refuse_unknown_codes(settings.named_rules, known)
    quality_model = load_quality_model(known)

    linked = understand(root, settings, progress)
    comments = {path: found for project in linked.projects for path, found in project.comments.items()}
    suppressions = (*read_comments(comments), *read_ignores(settings.per_path_ignores))
    judged = [_judge(project, rules, suppressions, quality_model) for project in linked.projects]
    services = sorted(judged, key=lambda service: (service.score.total, service.root))
    notes = (
        *suppression_notes(comments, suppressions, _results(services), [rule.code for rule in known]),
        *public_path_notes(settings.public_paths, linked.projects),
    )
    shown = tuple(replace(service, results=narrow(service.results, _selection(settings))) for service in services)
    return Audit(
        project=linked.repository.root.name,
        tool_version=__version__,
        total=services[0].score.total,
        band=services[0].score.band,
        services=shown,
        problems=linked.problems,
        sources=_sources(linked.repository, _results(shown)),
        notes=notes,
    )


def understand(root: Path, settings: Settings, progress: Progress | None = None) -> Linked:
    """Read the tree at `root` and link it: all that is done before any rule runs."""
    repository = discover(root, exclude=settings.exclude)
    extraction = extract(repository, jobs=settings.jobs or 1, progress=progress)
    with collection_held_off():
        projects = link(repository, extraction, _known_calls(settings), settings.public_paths)
    return Linked(repository, projects, (*repository.problems, *extraction.problems))


def list_routes(
    root: Path, settings: Settings, selection: RouteSelection, progress: Progress | None = None
) -> tuple[ServiceRoutes, ...]:
    """Return the selected routes of the tree at `root`, by service; raise `UsageError` for an unknown application."""
    projects = understand(root, settings, progress).projects
    services = (
        ServiceRoutes(project.name, (*route_records(project), *example_records(project)), inventory(project))
        for project in projects
    )
    return narrow_routes(services, selection)


def _known_calls(settings: Settings) -> CallKnowledge:
    """Return what comes with us and what the settings add."""
    return call_knowledge().extended(
        blocking=settings.blocking_calls, offloading=settings.offloading_calls, trusted=settings.trusted_calls
    )


def _judge(
    project: Project, rules: Sequence[Rule], suppressions: Sequence[Suppression], quality_model: QualityModel
) -> ServiceAudit:
    with collection_held_off():
        results, failures = check(project, rules, suppressions)
    return ServiceAudit(
        name=project.name,
        root=project.root,
        score=score(results, quality_model),
        results=results,
        routes=route_records(project),
        inventory=inventory(project),
        failures=failures,
    )


def _results(services: Iterable[ServiceAudit]) -> list[RuleResult]:
    return [result for service in services for result in service.results]


def _selection(settings: Settings) -> Selection:
    return Selection(settings.select, settings.ignore, Confidence[settings.min_confidence.name])


def _sources(repository: Repository, results: Iterable[RuleResult]) -> dict[str, dict[int, str]]:
    sources: dict[str, dict[int, str]] = {}
    for path, lines in framed_lines(results).items():
        opened = read_start(repository.root / path, DEFAULT_MAX_FILE_SIZE)
        if isinstance(opened, Opened):
            sources[path] = lines_around(opened.content, lines)
    return sources
