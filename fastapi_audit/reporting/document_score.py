"""The schema of how the score came about. Points and scores are 0-100, shares and attainments 0-1."""

from __future__ import annotations

from fastapi_audit.audit.score import Band, Mode, Status
from fastapi_audit.reporting.document_part import Location, Part, RuleReference, Text


class Criterion(RuleReference):
    """A rule's part in a rung; `attainment` (0-1) is null where the criterion does not apply or cannot be judged."""

    weight: float
    mode: Mode
    passes: int
    fails: int
    unknowns: int
    attainment: float | None


class Rung(Part):
    title: Text
    attainment: float | None
    effective: float
    criteria: tuple[Criterion, ...]


class Dimension(Part):
    """`weight` is its share of the total (0-1); `score` is null where nothing of it applies."""

    key: Text
    title: Text
    weight: float
    score: float | None
    insufficient_evidence: bool
    rungs: tuple[Rung, ...]


class ScorePart(Part):
    """`uncapped` is what the dimensions give before the blockers hold the total."""

    total: float
    band: Band
    uncapped: float
    model_version: Text
    blockers: tuple[RuleReference, ...]
    dimensions: tuple[Dimension, ...]


class HealthSignal(Part):
    """`points` is 0, 1 or 2, null where the signal does not apply."""

    key: Text
    title: Text
    points: int | None
    rules: tuple[Text, ...]


class Health(Part):
    points: int
    maximum: int
    signals: tuple[HealthSignal, ...]


class ProofPart(Location):
    """What a rule said of one subject; without a path it speaks of the project as a whole."""

    rule: Text
    message: Text


class ListedItem(Part):
    """One item with the numbers of subjects that pass, fail and stay open; `note` stands where there are no proofs."""

    title: Text
    priority: Text | None
    status: Status
    rules: tuple[Text, ...]
    passes: int
    fails: int
    unknowns: int
    note: Text
    proofs: tuple[ProofPart, ...]


class ListedChecks(Part):
    key: Text
    title: Text
    items: tuple[ListedItem, ...]


class GainPart(RuleReference):
    """What fixing every finding of the rule would add to the total."""

    points: float
    findings: int


class LossPart(RuleReference):
    """What the rule costs the total now."""

    dimension: Text
    points: float
