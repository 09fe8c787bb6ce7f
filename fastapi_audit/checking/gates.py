"""The gates of a run: the least score and the weakest finding that makes it fail."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.audit.finding import Finding
from fastapi_audit.audit.report import Audit
from fastapi_audit.audit.verdict import Priority, Severity
from fastapi_audit.config.settings import FailOn, Settings


def broken_gates(audit: Audit, settings: Settings) -> tuple[str, ...]:
    """Say which gates do not hold, in one line each; what is not shown breaks no gate."""
    return tuple(_broken_gates(audit, settings))


def _broken_gates(audit: Audit, settings: Settings) -> Iterator[str]:
    if settings.min_score is not None and audit.total < settings.min_score:
        yield f"the score {audit.total:g} is below the minimum {settings.min_score:g}"
    results = (result for service in audit.services for result in service.results)
    failing = sum(_breaks(finding, settings.fail_on) for result in results for finding in result.findings)
    if failing:
        yield f"{failing} {'finding' if failing == 1 else 'findings'} fail the gate `{settings.fail_on.value}`"


def _breaks(finding: Finding, fail_on: FailOn) -> bool:
    if fail_on is FailOn.P0:
        return finding.rule.priority is Priority.P0
    if fail_on is FailOn.WARNING:
        return finding.rule.severity is not Severity.INFO
    return fail_on is FailOn.ERROR and finding.rule.severity is Severity.ERROR
