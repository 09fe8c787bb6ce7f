"""Findings, evidence and the results of one rule, as the runner counted them."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi_audit.audit.verdict import Confidence, Priority, Related, Severity
from fastapi_audit.model.place import Place


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What is known of a rule before it runs; the texts are Markdown taken from its docstring."""

    code: str
    name: str
    family: str
    summary: str
    severity: Severity
    priority: Priority | None = None
    is_preview: bool = False
    why: str = ""
    bad: str = ""
    good: str = ""
    fix: str = ""
    limits: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict that says fail. `subject` names what was judged ("POST /items"), "" for the project."""

    rule: RuleInfo
    place: Place | None
    message: str
    confidence: Confidence
    subject: str = ""
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verdict that says pass or unknown, and what proves it."""

    place: Place | None
    message: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment or the configuration takes out. Without a reason it still counts in the score."""

    finding: Finding
    reason: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that crashed: which, on what subject, and the error in one line."""

    code: str
    subject: str
    error: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule found in one service.

    `passes`, `fails` and `unknowns` count subjects, each once, by its worst verdict; verdicts of low confidence and
    subjects suppressed with a reason are in none of them. `findings` holds those of every confidence, sorted by place.
    """

    rule: RuleInfo
    passes: int
    fails: int
    unknowns: int
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    undecided: tuple[Evidence, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether the rule had a subject that it could judge, or could not."""
        return bool(self.passes or self.fails or self.unknowns)
