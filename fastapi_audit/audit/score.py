"""The score: dimensions with their rungs, health check, checklists, mistakes and gains. Points are 0–100 floats."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.model.place import Place


class Mode(str, Enum):
    """How a criterion turns a rule's counts into an attainment between 0 and 1."""

    RATIO = "ratio"
    ALL = "all"
    ANY = "any"


class Band(str, Enum):
    """What a total means."""

    CRITICAL = "critical"
    NEEDS_WORK = "needs work"
    SOLID = "solid"
    PRODUCTION_GRADE = "production-grade"


class Status(str, Enum):
    """The state of a checklist item."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """A rule's part in a rung; `attainment` (0–1) is None when the criterion does not apply or is unknown."""

    rule: RuleInfo
    weight: float
    mode: Mode
    passes: int
    fails: int
    unknowns: int
    attainment: float | None


@dataclass(frozen=True, slots=True)
class RungScore:
    """`attainment` is the rung's own (None: no applicable criterion), `effective` what it pays after the rung below."""

    title: str
    attainment: float | None
    effective: float
    criteria: tuple[CriterionScore, ...]


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """`score` is 0–100, or None when nothing of it applies; `weight` is its share of the total after scaling (0–1)."""

    key: str
    title: str
    weight: float
    score: float | None
    rungs: tuple[RungScore, ...]
    has_insufficient_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One of the eight health signals: 0, 1 or 2 points, None when it does not apply."""

    key: str
    title: str
    points: int | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`points` of `maximum` (16 when every signal applies). Below half: critical work is needed."""

    points: int
    maximum: int
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a rule said of one subject; without a place it speaks of the project as a whole."""

    rule: str
    place: Place | None
    message: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item: the rules that measure it, what proves its status, and how many subjects pass, fail and stay open.

    `note` says why an item without proofs has its status, "" where proofs tell.
    """

    title: str
    priority: str | None
    status: Status
    rules: tuple[str, ...]
    proofs: tuple[Proof, ...] = ()
    passes: int = 0
    fails: int = 0
    unknowns: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A named list of the methodology; `key` is what the command line calls it. For "mistakes", fail means made."""

    key: str
    title: str
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What fixing every finding of a rule would add to the total, alone (points)."""

    rule: RuleInfo
    points: float
    findings: int


@dataclass(frozen=True, slots=True)
class Loss:
    """What a rule costs now: the losses and the total add up to 100. `dimension` is "cap" for what the cap takes."""

    rule: RuleInfo
    dimension: str
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """The whole judgement of one service.

    `total` is what counts (after the caps), `uncapped` what the dimensions alone give; both 0–100. `blockers` are the
    rules that hold the total at 79. `path_to_next_band` is the cheapest set of
    rules whose fixing reaches the next band.
    """

    total: float
    uncapped: float
    band: Band
    blockers: tuple[RuleInfo, ...]
    dimensions: tuple[DimensionScore, ...]
    health: HealthCheck
    checklists: tuple[Checklist, ...]
    gains: tuple[Gain, ...]
    losses: tuple[Loss, ...]
    path_to_next_band: tuple[RuleInfo, ...]
    model_version: str
