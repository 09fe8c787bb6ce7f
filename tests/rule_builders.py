"""What one rule says of a small project."""

from __future__ import annotations

from importlib import import_module

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.testing import Files, check_files

Counts = tuple[int, int, int]  # passes, fails, unknowns
PASSES: Counts = (1, 0, 0)
FAILS: Counts = (0, 1, 0)
UNKNOWN: Counts = (0, 0, 1)
NO_SUBJECT: Counts = (0, 0, 0)


def result_of(rule: str, files: Files) -> RuleResult:
    """Return what a rule, as "security.sql_injection", says of some files; it must not crash."""
    checked = check_files(import_module(f"fastapi_audit_rules.{rule}"), files)
    assert checked.crashes == ()
    (found,) = checked.results
    return found


def counts_of(rule: str, files: Files) -> Counts:
    """Return how many subjects of some files pass, fail and are unknown."""
    found = result_of(rule, files)
    return found.passes, found.fails, found.unknowns
