"""The findings of a service rule by rule, what matters most first, and the source lines around a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi_audit.audit.finding import Finding, RuleInfo
from fastapi_audit.audit.report import ServiceAudit
from fastapi_audit.audit.verdict import Confidence, Severity
from fastapi_audit.model.place import Place

SEVERITIES = tuple(Severity)
CONTEXT = 2
MAX_LINE = 300  # A frame is for reading; a line of megabytes is not.


@dataclass(frozen=True, slots=True)
class RuleFindings:
    """The findings of one rule; `gain` is what fixing them adds to the total, None where that is not known."""

    rule: RuleInfo
    findings: tuple[Finding, ...]
    is_blocker: bool
    gain: float | None


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One line of a code frame; `is_hit` marks the line of the finding."""

    number: int
    text: str
    is_hit: bool


def findings_by_rule(service: ServiceAudit, least: Confidence = Confidence.LOW) -> tuple[RuleFindings, ...]:
    """Return the rules with findings of at least a confidence: blockers, then by severity, gain and code."""
    gains = {gain.rule.code: gain.points for gain in service.score.gains}
    blockers = {rule.code for rule in service.score.blockers}
    groups = []
    for result in service.results:
        code = result.rule.code
        if findings := tuple(finding for finding in result.findings if finding.confidence >= least):
            groups.append(RuleFindings(result.rule, findings, code in blockers, gains.get(code)))
    return tuple(sorted(groups, key=_rank))


def by_severity(groups: tuple[RuleFindings, ...]) -> dict[Severity, int]:
    """Count findings by severity, the worst first, without those that do not occur."""
    counts = {
        severity: sum(len(group.findings) for group in groups if group.rule.severity is severity)
        for severity in SEVERITIES
    }
    return {severity: count for severity, count in counts.items() if count}


def code_frame(sources: Mapping[str, Mapping[int, str]], place: Place | None) -> tuple[FrameLine, ...]:
    """Return the lines around a place, as far as the audit carries them."""
    if place is None or place.line not in (lines := sources.get(place.path, {})):
        return ()
    around = range(place.line - CONTEXT, place.line + CONTEXT + 1)
    return tuple(
        FrameLine(number, lines[number][:MAX_LINE], number == place.line) for number in around if number in lines
    )


def _rank(group: RuleFindings) -> tuple[bool, int, float, str]:
    return (not group.is_blocker, SEVERITIES.index(group.rule.severity), -(group.gain or 0.0), group.rule.code)
