"""Runs every rule over its subjects of one service and counts what the rules say.

A rule that crashes on a subject becomes a `RuleFailure`; the other subjects and rules are not disturbed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fastapi_audit.audit.finding import Evidence, Finding, RuleFailure, RuleInfo, RuleResult, Suppressed
from fastapi_audit.audit.verdict import Confidence, Outcome, Verdict, skip
from fastapi_audit.checking.registry import Rule
from fastapi_audit.checking.suppressions import Suppression, suppress
from fastapi_audit.model.place import Place
from fastapi_audit.profile import Profile

NEWEST = "99999"
NOWHERE = Place("")


Subject = TypeVar("Subject")


class Service(Protocol):
    """What the runner needs of a project; it is handed on to rules as it is."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each distribution, where it is known."""

    def subjects(self, kind: type[Subject]) -> Sequence[Subject]:
        """Return the subjects of a kind."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One subject and what a rule said of it, without what says nothing."""

    subject: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a subject counts as (SKIP: as nothing), its findings that stay, and those that are suppressed."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def check(
    project: Service, rules: Sequence[Rule], suppressions: Sequence[Suppression], profile: Profile | None = None
) -> tuple[tuple[RuleResult, ...], tuple[RuleFailure, ...]]:
    """Return one result for each rule, in their order, and the failures of those that crashed."""
    profile = profile or Profile()
    by_reason = sorted(suppressions, key=lambda suppression: not suppression.reason)
    results: list[RuleResult] = []
    failures: list[RuleFailure] = []
    for rule in rules:
        with profile.rule(rule.info.code):
            judged = [] if not is_true_for(rule, project.versions) else _judge(rule, project, failures)
            results.append(_count(rule.info, judged, by_reason))
    return tuple(results), tuple(failures)


def is_true_for(rule: Rule, versions: Mapping[str, str]) -> bool:
    """Whether the rule holds for the versions that the project uses; an unknown version counts as the newest."""
    required = rule.definition.requires.items()
    return all(wanted.contains(versions.get(name, NEWEST)) for name, wanted in required)


def _judge(rule: Rule, project: Service, failures: list[RuleFailure]) -> list[Judged]:
    judged: list[Judged] = []
    subjects: Sequence[object] = project.subjects(rule.definition.subject)
    check, takes_project = rule.definition.check, rule.definition.takes_project
    for subject in subjects:
        try:
            answer = check(subject, project) if takes_project else check(subject)
            verdicts = () if answer is skip else _verdicts(answer)  # most subjects of most rules are skipped
        except Exception as error:  # a rule may raise anything, and the audit goes on without it
            failures.append(RuleFailure(rule.info.code, _name(subject, project), f"{type(error).__name__}: {error}"))
            continue
        if verdicts:
            judged.append(Judged(_name(subject, project), verdicts))
    return judged


def _name(subject: object, project: Service) -> str:
    return "" if subject is project else str(subject)


def _verdicts(answer: Verdict | Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Return what a rule says, without what says nothing."""
    verdicts = (answer,) if isinstance(answer, Verdict) else tuple(answer)
    if all(isinstance(verdict, Verdict) for verdict in verdicts):
        return tuple(verdict for verdict in verdicts if verdict.outcome is not Outcome.SKIP)
    raise TypeError("a check returns verdicts")


def _count(rule: RuleInfo, judged: Sequence[Judged], suppressions: Sequence[Suppression]) -> RuleResult:
    own = [suppression for suppression in suppressions if rule.code.startswith(suppression.code)]
    counted = [_count_subject(rule, said, own) for said in judged]
    outcomes = Counter(subject.outcome for subject in counted)
    return RuleResult(
        rule=rule,
        passes=outcomes[Outcome.PASS],
        fails=outcomes[Outcome.FAIL],
        unknowns=outcomes[Outcome.UNKNOWN],
        findings=tuple(sorted((f for subject in counted for f in subject.findings), key=_finding_order)),
        evidence=tuple(sorted(_evidence(judged, Outcome.PASS), key=_evidence_order)),
        undecided=tuple(sorted(_evidence(judged, Outcome.UNKNOWN), key=_evidence_order)),
        suppressed=tuple(
            sorted((s for subject in counted for s in subject.suppressed), key=lambda s: _finding_order(s.finding))
        ),
    )


def _count_subject(rule: RuleInfo, said: Judged, suppressions: Sequence[Suppression]) -> Counted:
    found = [
        Finding(rule, verdict.place, verdict.message, verdict.confidence, said.subject, verdict.related)
        for verdict in said.verdicts
        if verdict.outcome is Outcome.FAIL
    ]
    if not found:
        return Counted(_best_case(said.verdicts), (), ())
    suppressed = tuple(s for finding in found if (s := suppress(finding, suppressions)))
    excused = [s.finding for s in suppressed if s.reason]
    findings = tuple(finding for finding in found if finding not in excused)
    if any(finding.confidence > Confidence.LOW for finding in findings):
        return Counted(Outcome.FAIL, findings, suppressed)
    outcome = Outcome.SKIP if excused else _best_case(said.verdicts)
    return Counted(outcome, findings, suppressed)


def _best_case(verdicts: Sequence[Verdict]) -> Outcome:
    """Return the outcome of a subject without a fail that counts."""
    certain = {verdict.outcome for verdict in verdicts if verdict.confidence > Confidence.LOW}
    return next((outcome for outcome in (Outcome.UNKNOWN, Outcome.PASS) if outcome in certain), Outcome.SKIP)


def _evidence(judged: Sequence[Judged], outcome: Outcome) -> Iterator[Evidence]:
    for said in judged:
        for verdict in said.verdicts:
            if verdict.outcome is outcome and verdict.confidence > Confidence.LOW:
                yield Evidence(verdict.place, verdict.message, said.subject)


def _finding_order(finding: Finding) -> tuple[Place, str, str]:
    return finding.place or NOWHERE, finding.subject, finding.message


def _evidence_order(evidence: Evidence) -> tuple[Place, str, str]:
    return evidence.place or NOWHERE, evidence.subject, evidence.message
