"""The schema of the JSON report: versioned, closed, and independent of the records inside the auditor.

A reader may rely on every field of a `schema_version`: a field that goes or changes its meaning raises the major
number, a field that comes raises the minor one. Paths are relative to the audited root.
"""

from __future__ import annotations

from typing import Final, Literal

from fastapi_audit.reporting.document_part import Part, Text
from fastapi_audit.reporting.document_records import (
    Crash,
    FindingPart,
    InventoryPart,
    Judged,
    Problem,
    RoutePart,
    RuleCount,
    Suppression,
)
from fastapi_audit.reporting.document_score import GainPart, Health, ListedChecks, LossPart, ScorePart

SCHEMA_VERSION: Final = "1.0"


class Tool(Part):
    name: str
    version: str


class Judgement(Part):
    """What is said of one service, and of the whole."""

    score: ScorePart
    health: Health
    checklists: tuple[ListedChecks, ...]
    gains: tuple[GainPart, ...]
    losses: tuple[LossPart, ...]
    path_to_next_band: tuple[Text, ...]
    rules: tuple[RuleCount, ...]
    findings: tuple[FindingPart, ...]
    undecided: tuple[Judged, ...]
    suppressions: tuple[Suppression, ...]
    routes: tuple[RoutePart, ...]
    failures: tuple[Crash, ...]
    inventory: InventoryPart


class ServiceHeader(Part):
    name: Text
    root: Text


class Service(Judgement, ServiceHeader):
    """One service of the repository; `root` is its directory, "" for the audited root."""


class Header(Part):
    schema_version: Literal["1.0"]
    tool: Tool
    project: Text


class Document(Judgement, Header):
    """The report: judged by its worst service, with the findings and routes of all of them."""

    problems: tuple[Problem, ...]
    notes: tuple[Text, ...]
    services: tuple[Service, ...]
