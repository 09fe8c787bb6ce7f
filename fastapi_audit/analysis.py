"""A repository → what is known and judged of it: extract → link → check → score. A warm run does without all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from fastapi_audit import __version__
from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.report import Audit, ServiceAudit
from fastapi_audit.audit.verdict import Confidence
from fastapi_audit.cache.contents import Contents
from fastapi_audit.checking.frames import framed_lines, lines_around
from fastapi_audit.checking.public_paths import public_path_notes
from fastapi_audit.checking.records import inventory, route_records
from fastapi_audit.checking.registry import Rule, load_rules
from fastapi_audit.checking.selection import Selection, narrow, refuse_unknown_codes
from fastapi_audit.checking.sharing import check_shared
from fastapi_audit.checking.suppressions import Suppression, read_comments, read_ignores, suppression_notes
from fastapi_audit.config.settings import Settings
from fastapi_audit.extraction.extract import extract
from fastapi_audit.knowledge.calls import CallKnowledge, call_knowledge
from fastapi_audit.linking.link import link
from fastapi_audit.means import Means
from fastapi_audit.model.extraction import Extraction
from fastapi_audit.model.project import Project
from fastapi_audit.model.repository import FileProblem, Repository
from fastapi_audit.profile import Profile
from fastapi_audit.scoring.quality_model import QualityModel, load_quality_model
from fastapi_audit.scoring.scorer import score


@dataclass(frozen=True, slots=True)
class Linked:
    """What is known before any rule runs: the services, and what could not be read."""

    repository: Repository
    projects: tuple[Project, ...]
    problems: tuple[FileProblem, ...]


def analyse(repository: Repository, settings: Settings, means: Means, contents: Contents) -> Audit:
    """Audit a repository, whose files are read through `contents`."""
    with means.profile.stage("load rules"):
        rules = load_rules()
        known = [rule.info for rule in rules]
        refuse_unknown_codes(settings.named_rules, known)
        quality_model = load_quality_model(known)

    linked = understand(repository, settings, means, contents)
    comments = {path: found for project in linked.projects for path, found in project.comments.items()}
    suppressions = (*read_comments(comments), *read_ignores(settings.per_path_ignores))
    with means.profile.stage("check"):
        judged = [
            _judge(project, rules, suppressions, quality_model, means.profile, settings.jobs or 1)
            for project in linked.projects
        ]
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
        sources=_sources(contents, _results(shown)),
        notes=notes,
    )


def understand(repository: Repository, settings: Settings, means: Means, contents: Contents) -> Linked:
    """Read a repository and link it: all that is done before any rule runs."""
    with means.profile.stage("extract"):
        extraction = _extract(repository, settings, means, contents)
    with means.profile.stage("link"):
        projects = link(repository, extraction, _known_calls(settings), settings.public_paths)
    return Linked(repository, projects, (*repository.problems, *extraction.problems))


def _extract(repository: Repository, settings: Settings, means: Means, contents: Contents) -> Extraction:
    store = means.cache.facts() if means.cache else None
    found = extract(repository, jobs=settings.jobs or 1, read=contents, progress=means.progress, store=store)
    if means.cache and store:
        means.cache.keep_facts(store)
    means.profile.files.update(found.seconds)
    return found


def _known_calls(settings: Settings) -> CallKnowledge:
    """Return what comes with us and what the settings add."""
    return call_knowledge().extended(
        blocking=settings.blocking_calls, offloading=settings.offloading_calls, trusted=settings.trusted_calls
    )


def _judge(
    project: Project,
    rules: Sequence[Rule],
    suppressions: Sequence[Suppression],
    quality_model: QualityModel,
    profile: Profile,
    jobs: int,
) -> ServiceAudit:
    results, failures = check_shared(project, rules, suppressions, profile, jobs)
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


def _sources(contents: Contents, results: Iterable[RuleResult]) -> dict[str, dict[int, str]]:
    """Return the lines around every finding, by path; a file that is gone by now has none."""
    sources: dict[str, dict[int, str]] = {}
    for path, lines in framed_lines(results).items():
        with suppress(OSError):
            sources[path] = lines_around(contents(path), lines)
    return sources
