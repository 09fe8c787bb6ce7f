"""The schema of the lists: findings, suppressions, routes, problems, inventory."""

from __future__ import annotations

from typing import Literal

from fastapi_audit.audit.verdict import Priority, Severity
from fastapi_audit.reporting.document_part import Location, Part, RuleReference, Text

ConfidenceName = Literal["low", "medium", "high"]


class RuleCount(RuleReference):
    """How many subjects of the rule pass, fail and cannot be judged."""

    family: Text
    severity: Severity
    passes: int
    fails: int
    unknowns: int


class RelatedPlace(Location):
    message: Text


class Judged(Location):
    """A verdict at a place; `subject` names what was judged, "" for the project."""

    service: Text
    rule: Text
    name: Text
    subject: Text
    message: Text


class FindingPart(Judged):
    severity: Severity
    confidence: ConfidenceName
    priority: Priority | None
    related: tuple[RelatedPlace, ...]


class Suppression(Part):
    """A finding that was taken out; `path`, `line` and `column` say where the suppression stands."""

    finding: FindingPart
    reason: Text
    path: Text | None
    line: int
    column: int


class RoutePart(Part):
    """One row of the route map; `file` and `line` are those of the handler.

    `guard_levels` says on what each of `guards` is declared, `public_by` by which of the `public-paths` it is public.
    """

    service: Text
    kind: Text
    app: Text
    method: Text | None
    path: Text
    handler: Text
    file: Text | None
    line: int | None
    is_async: bool
    response_model: Text | None
    status_code: int | None
    tags: tuple[Text, ...]
    in_schema: bool
    deprecated: bool
    dependencies: tuple[Text, ...]
    security: tuple[Text, ...]
    params: dict[Text, tuple[Text, ...]]
    guards: tuple[Text, ...]
    guard_places: tuple[Location, ...]
    guard_levels: tuple[Text, ...]
    public_by: Text | None


class Problem(Part):
    """A file that could not be taken into account."""

    path: Text
    line: int
    kind: Text
    reason: Text


class Crash(Part):
    """A rule that failed on a subject."""

    service: Text
    rule: Text
    subject: Text
    error: Text


class Unresolved(Location):
    name: Text
    reason: Text


class InventoryPart(Part):
    files: int
    lines: int
    names: int
    resolved: int
    unresolved: tuple[Unresolved, ...]
