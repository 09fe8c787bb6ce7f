"""The quality model together with the rules that exist, checked against each other at loading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.verdict import Severity
from fastapi_audit.errors import QualityModelError
from fastapi_audit.scoring.declaration import Cap, Declaration, read_declaration
from fastapi_audit.scoring.validation import complaints, may_score

_SEVERITY_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class QualityModel:
    """What the scorer works with. `capping` and `scored` are in order of severity; `scored` move the total."""

    declaration: Declaration
    rules: Mapping[str, RuleInfo]
    capping: tuple[RuleInfo, ...]
    scored: tuple[RuleInfo, ...]


def load_quality_model(rules: Sequence[RuleInfo]) -> QualityModel:
    """Read the model of the package and fit it to all rules that exist; raise `QualityModelError` where it does not."""
    text = files("fastapi_audit.scoring").joinpath("quality_model.toml").read_text(encoding="utf-8")
    return fit(read_declaration(text), rules)


def fit(declaration: Declaration, rules: Sequence[RuleInfo]) -> QualityModel:
    """Join a declaration with the rules it names; raise `QualityModelError` with everything that is wrong."""
    by_code = {rule.code: rule for rule in rules}
    if wrong := complaints(declaration, by_code):
        raise QualityModelError("the quality model does not fit the rules: " + "; ".join(wrong))
    on_ladder = {code for dimension in declaration.dimensions for code in dimension.codes}
    ranked = sorted(by_code.values(), key=_rank)
    capping = tuple(rule for rule in ranked if _caps(declaration.cap, rule))
    scored = tuple(rule for rule in ranked if rule.code in on_ladder or rule in capping)
    return QualityModel(declaration, by_code, capping, scored)


def _caps(cap: Cap, rule: RuleInfo) -> bool:
    if not may_score(rule):
        return False
    return rule.priority in cap.priorities or (rule.family in cap.families and rule.severity is Severity.ERROR)


def _rank(rule: RuleInfo) -> tuple[int, bool, str]:
    """Order by severity, then the methodology's mandatory rules, then code."""
    return _SEVERITY_RANK[rule.severity], rule.priority is None, rule.code
