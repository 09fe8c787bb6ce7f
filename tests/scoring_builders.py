"""Rules, results and quality models for the tests of the scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fastapi_audit.audit.finding import Finding, RuleInfo, RuleResult
from fastapi_audit.audit.score import Band, Mode
from fastapi_audit.audit.verdict import Confidence, Priority, Severity
from fastapi_audit.checking.registry import load_rules
from fastapi_audit.model.place import Place
from fastapi_audit.scoring.declaration import (
    Cap,
    ChecklistEntry,
    Criterion,
    Declaration,
    Dimension,
    ItemEntry,
    Rung,
    SignalEntry,
)

FAMILIES = {
    "TYP": "types",
    "ERR": "errors",
    "SEC": "security",
    "PRF": "performance",
    "OBS": "observability",
    "DBS": "database",
    "TST": "testing",
    "DEP": "deployment",
    "API": "documentation",
    "ARC": "architecture",
    "COR": "correctness",
}


@dataclass(frozen=True)
class Counts:
    """How many subjects pass, fail and are unknown."""

    passes: int = 0
    fails: int = 0
    unknowns: int = 0


def a_scored_rule(
    code: str,
    severity: Severity = Severity.WARNING,
    priority: Priority | None = None,
    *,
    is_preview: bool = False,
) -> RuleInfo:
    """Build a rule whose family follows from its code."""
    family = FAMILIES.get(code[:3], "other")
    return RuleInfo(code, code.lower(), family, f"What {code} says.", severity, priority, is_preview)


def shipped_rules() -> list[RuleInfo]:
    """Build the rules of the package, without their documentation."""
    infos = [rule.info for rule in load_rules()]
    return [a_scored_rule(info.code, info.severity, info.priority, is_preview=info.is_preview) for info in infos]


def results_of(rules: Sequence[RuleInfo], counts: Mapping[str, Counts]) -> list[RuleResult]:
    """Build a result for each rule, with a finding for each fail; rules without counts have no subjects."""
    results = []
    for rule in rules:
        counted = counts.get(rule.code, Counts())
        findings = tuple(
            Finding(rule, Place("app/main.py", line, 1), rule.summary, Confidence.HIGH)
            for line in range(1, counted.fails + 1)
        )
        results.append(RuleResult(rule, counted.passes, counted.fails, counted.unknowns, findings))
    return results


def a_rung(*criteria: tuple[str, int, Mode]) -> Rung:
    """Build a rung of (rule, weight, mode)."""
    return Rung("a rung", tuple(Criterion(code, Fraction(weight), mode) for code, weight, mode in criteria))


def a_declaration(
    *ladders: tuple[int, Sequence[Rung]],
    signals: Sequence[SignalEntry] = (),
    items: Sequence[ItemEntry] = (),
) -> Declaration:
    """Build a model of dimensions (weight, rungs), with the bands and the cap of the package."""
    return Declaration(
        version="test",
        unknown_share_limit=Fraction(1, 2),
        bands={Band.CRITICAL: 0, Band.NEEDS_WORK: 40, Band.SOLID: 60, Band.PRODUCTION_GRADE: 80},
        cap=Cap(Fraction(79), (Priority.P0,), ("correctness",)),
        dimensions=tuple(
            Dimension(f"d{number}", f"Dimension {number}", Fraction(weight), tuple(rungs))
            for number, (weight, rungs) in enumerate(ladders, 1)
        ),
        signals=tuple(signals),
        checklists=(ChecklistEntry("list", "A list", tuple(items)),),
    )
