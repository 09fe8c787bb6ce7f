"""What a rule says of one subject: pass, fail, unknown, or that it is no subject after all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from fastapi_audit.model.place import Place


class Severity(str, Enum):
    """How bad a finding is. Rules of severity info are advice and never move the score."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Priority(str, Enum):
    """The methodology's priority of a rule: P0 is mandatory in production, P1 recommended."""

    P0 = "P0"
    P1 = "P1"


class Confidence(IntEnum):
    """How sure a verdict is. Low confidence is shown on request and never moves the score."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2


class Outcome(str, Enum):
    """The four things a rule can say of a subject."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Related:
    """A further place that belongs to a verdict, and what is there."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One outcome. `place` proves it; None stands for the project as a whole (a file that is missing)."""

    outcome: Outcome
    place: Place | None = None
    message: str = ""
    confidence: Confidence = Confidence.HIGH
    related: tuple[Related, ...] = ()


skip = Verdict(Outcome.SKIP)


def ok(place: Place | None = None, message: str = "", confidence: Confidence = Confidence.HIGH) -> Verdict:
    """Say that the subject is as it should be; `place` is the evidence."""
    return Verdict(Outcome.PASS, place, message, confidence)


def fail(
    place: Place | None,
    message: str,
    *,
    related: tuple[Related, ...] = (),
    confidence: Confidence = Confidence.HIGH,
) -> Verdict:
    """Say that the subject breaks the rule at `place`."""
    return Verdict(Outcome.FAIL, place, message, confidence, related)


def unknown(place: Place | None, reason: str) -> Verdict:
    """Say that this cannot be decided without running the code, and why."""
    return Verdict(Outcome.UNKNOWN, place, reason)
