"""The parts of the JSON document that are lists of records: findings, suppressions, routes, inventory."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar

from fastapi_audit.audit.finding import Evidence, Finding, RuleInfo, RuleResult, Suppressed
from fastapi_audit.audit.report import Inventory, RouteRecord
from fastapi_audit.audit.verdict import Confidence, Related
from fastapi_audit.model.place import Place
from fastapi_audit.reporting.document_part import Location
from fastapi_audit.reporting.document_records import (
    ConfidenceName,
    FindingPart,
    InventoryPart,
    Judged,
    RelatedPlace,
    RoutePart,
    RuleCount,
    Suppression,
    Unresolved,
)

CONFIDENCES: dict[Confidence, ConfidenceName] = {
    Confidence.LOW: "low",
    Confidence.MEDIUM: "medium",
    Confidence.HIGH: "high",
}
PROJECT = Location(path=None, line=0, column=0)

JudgedT = TypeVar("JudgedT", bound=Judged)


def location(place: Place | None) -> Location:
    """Return a place; None is the project as a whole."""
    return Location(path=place.path, line=place.line, column=place.column) if place else PROJECT


def finding(found: Finding, service: str) -> FindingPart:
    """Return one finding of a service."""
    at = location(found.place)
    return FindingPart(
        service=service,
        rule=found.rule.code,
        name=found.rule.name,
        severity=found.rule.severity,
        confidence=CONFIDENCES[found.confidence],
        priority=found.rule.priority,
        path=at.path,
        line=at.line,
        column=at.column,
        subject=found.subject,
        message=found.message,
        related=tuple(_related(related) for related in found.related),
    )


def undecided(rule: RuleInfo, evidence: Evidence, service: str) -> Judged:
    """Return a subject of which a rule cannot tell."""
    at = location(evidence.place)
    return Judged(
        service=service,
        rule=rule.code,
        name=rule.name,
        path=at.path,
        line=at.line,
        column=at.column,
        subject=evidence.subject,
        message=evidence.message,
    )


def suppression(suppressed: Suppressed, service: str) -> Suppression:
    """Return a finding that a comment or the configuration took out."""
    at = location(suppressed.place)
    return Suppression(
        finding=finding(suppressed.finding, service),
        reason=suppressed.reason,
        path=at.path,
        line=at.line,
        column=at.column,
    )


def route(record: RouteRecord, service: str) -> RoutePart:
    """Return one row of the route map."""
    return RoutePart(
        service=service,
        kind=record.kind,
        app=record.app,
        method=record.method,
        path=record.path,
        handler=record.handler,
        file=record.place.path if record.place else None,
        line=record.place.line if record.place else None,
        is_async=record.is_async,
        response_model=record.response_model,
        status_code=record.status_code,
        tags=record.tags,
        in_schema=record.in_schema,
        deprecated=record.deprecated,
        dependencies=record.dependencies,
        security=record.security,
        params={kind: record.params[kind] for kind in sorted(record.params)},
        guards=record.guards,
        guard_places=tuple(location(place) for place in record.guard_places),
        guard_levels=record.guard_levels,
        public_by=record.public_by,
    )


def rule_count(result: RuleResult) -> RuleCount:
    """Return the counts of one rule."""
    rule = result.rule
    return RuleCount(
        rule=rule.code,
        name=rule.name,
        family=rule.family,
        severity=rule.severity,
        passes=result.passes,
        fails=result.fails,
        unknowns=result.unknowns,
    )


def inventory(read: Inventory) -> InventoryPart:
    """Return how much was read, and what could not be resolved."""
    unresolved = (
        Unresolved(path=u.place.path, line=u.place.line, column=u.place.column, name=u.name, reason=u.reason)
        for u in sorted(read.unresolved, key=lambda u: (u.place, u.name, u.reason))
    )
    return InventoryPart(
        files=read.files, lines=read.lines, names=read.names, resolved=read.resolved, unresolved=tuple(unresolved)
    )


def added_up(counts: Iterable[RuleCount]) -> tuple[RuleCount, ...]:
    """Return one count per rule, sorted by code."""
    by_rule = groupby(sorted(counts, key=lambda count: count.rule), key=lambda count: count.rule)
    return tuple(_sum(tuple(same)) for _, same in by_rule)


def total(parts: Iterable[InventoryPart]) -> InventoryPart:
    """Return the inventories of all services as one."""
    parts = tuple(parts)
    return InventoryPart(
        files=sum(part.files for part in parts),
        lines=sum(part.lines for part in parts),
        names=sum(part.names for part in parts),
        resolved=sum(part.resolved for part in parts),
        unresolved=tuple(unresolved for part in parts for unresolved in part.unresolved),
    )


def in_order(judged: Iterable[JudgedT]) -> tuple[JudgedT, ...]:
    """Sort verdicts by place, then rule."""
    return tuple(sorted(judged, key=lambda j: (j.path or "", j.line, j.column, j.rule, j.subject, j.message)))


def routes_in_order(routes: Iterable[RoutePart]) -> tuple[RoutePart, ...]:
    """Sort routes by path."""
    return tuple(sorted(routes, key=lambda r: (r.path, r.method or "", r.kind, r.handler, r.app, r.service)))


def _sum(counts: tuple[RuleCount, ...]) -> RuleCount:
    return counts[0].model_copy(
        update={
            "passes": sum(count.passes for count in counts),
            "fails": sum(count.fails for count in counts),
            "unknowns": sum(count.unknowns for count in counts),
        }
    )


def _related(related: Related) -> RelatedPlace:
    place = related.place
    return RelatedPlace(path=place.path, line=place.line, column=place.column, message=related.message)
