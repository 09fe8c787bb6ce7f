"""The parts of the JSON document that say how the score came about."""

from __future__ import annotations

from fastapi_audit.audit.score import (
    Checklist,
    ChecklistItem,
    CriterionScore,
    DimensionScore,
    Gain,
    HealthCheck,
    Loss,
    Proof,
    RungScore,
    Score,
)
from fastapi_audit.reporting.document_part import RuleReference
from fastapi_audit.reporting.document_score import (
    Criterion,
    Dimension,
    GainPart,
    Health,
    HealthSignal,
    ListedChecks,
    ListedItem,
    LossPart,
    ProofPart,
    Rung,
    ScorePart,
)
from fastapi_audit.reporting.json_records import location

DECIMALS = 4  # Enough for every comparison, few enough to hide the noise of binary fractions.


def score_part(score: Score) -> ScorePart:
    """Return the total, what holds it, and its dimensions."""
    return ScorePart(
        total=_number(score.total),
        band=score.band,
        uncapped=_number(score.uncapped),
        model_version=score.model_version,
        blockers=tuple(RuleReference(rule=rule.code, name=rule.name) for rule in score.blockers),
        dimensions=tuple(_dimension(dimension) for dimension in score.dimensions),
    )


def health(check: HealthCheck) -> Health:
    """Return the health check."""
    signals = tuple(HealthSignal(key=s.key, title=s.title, points=s.points, rules=s.rules) for s in check.signals)
    return Health(points=check.points, maximum=check.maximum, signals=signals)


def checklist(checks: Checklist) -> ListedChecks:
    """Return one checklist."""
    return ListedChecks(key=checks.key, title=checks.title, items=tuple(_item(item) for item in checks.items))


def gain(gained: Gain) -> GainPart:
    """Return what fixing a rule would add."""
    rule = gained.rule
    return GainPart(rule=rule.code, name=rule.name, points=_number(gained.points), findings=gained.findings)


def loss(lost: Loss) -> LossPart:
    """Return what a rule costs in a dimension."""
    rule = lost.rule
    return LossPart(rule=rule.code, name=rule.name, dimension=lost.dimension, points=_number(lost.points))


def _item(item: ChecklistItem) -> ListedItem:
    return ListedItem(
        title=item.title,
        priority=item.priority,
        status=item.status,
        rules=item.rules,
        passes=item.passes,
        fails=item.fails,
        unknowns=item.unknowns,
        note=item.note,
        proofs=tuple(_proof(proof) for proof in item.proofs),
    )


def _proof(proof: Proof) -> ProofPart:
    at = location(proof.place)
    return ProofPart(path=at.path, line=at.line, column=at.column, rule=proof.rule, message=proof.message)


def _dimension(dimension: DimensionScore) -> Dimension:
    return Dimension(
        key=dimension.key,
        title=dimension.title,
        weight=_number(dimension.weight),
        score=_optional_number(dimension.score),
        insufficient_evidence=dimension.has_insufficient_evidence,
        rungs=tuple(_rung(rung) for rung in dimension.rungs),
    )


def _rung(rung: RungScore) -> Rung:
    return Rung(
        title=rung.title,
        attainment=_optional_number(rung.attainment),
        effective=_number(rung.effective),
        criteria=tuple(_criterion(criterion) for criterion in rung.criteria),
    )


def _criterion(criterion: CriterionScore) -> Criterion:
    return Criterion(
        rule=criterion.rule.code,
        name=criterion.rule.name,
        weight=_number(criterion.weight),
        mode=criterion.mode,
        passes=criterion.passes,
        fails=criterion.fails,
        unknowns=criterion.unknowns,
        attainment=_optional_number(criterion.attainment),
    )


def _number(value: float) -> float:
    return round(value, DECIMALS)


def _optional_number(value: float | None) -> float | None:
    return None if value is None else _number(value)
