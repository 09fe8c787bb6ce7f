"""The runner feeds subjects, counts each once by its worst verdict, and survives rules that crash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from fastapi_audit.audit.finding import RuleInfo, RuleResult
from fastapi_audit.checking.registry import Rule
from fastapi_audit.checking.runner import check, is_true_for
from fastapi_audit.checking.suppressions import Suppression
from fastapi_audit.model.place import Place
from fastapi_audit.rule_api import Confidence, Severity, Verdict, fail, ok, rule, skip, unknown

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Service:
    """A service whose subjects are its numbers, and itself."""

    numbers: tuple[int, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def subjects(self, kind: type[Subject]) -> Sequence[Subject]:
        return [subject for subject in (*self.numbers, self) if isinstance(subject, kind)]


def loaded(function: Callable[..., Verdict | Iterable[Verdict]], requires: Mapping[str, str] | None = None) -> Rule:
    definition = rule("ABC001", severity=Severity.ERROR, requires=requires)(function)
    return Rule(RuleInfo("ABC001", "name", "family", "Summary.", Severity.ERROR), definition)


def at(line: int) -> Place:
    return Place("main.py", line, 1)


def run(
    function: Callable[..., Verdict | Iterable[Verdict]], *numbers: int, suppressions: Sequence[Suppression] = ()
) -> RuleResult:
    (result,), failures = check(Service(numbers), [loaded(function)], suppressions)
    assert failures == ()
    return result


def counts(result: RuleResult) -> tuple[int, int, int]:
    return result.passes, result.fails, result.unknowns


def test_every_subject_is_counted_by_its_outcome() -> None:
    def judge(number: int) -> Verdict:
        return {0: ok(), 1: fail(at(number), "bad"), 2: unknown(None, "who knows"), 3: skip}[number]

    result = run(judge, 0, 1, 2, 3)

    assert counts(result) == (1, 1, 1)
    assert [finding.subject for finding in result.findings] == ["1"]
    assert [evidence.message for evidence in result.undecided] == ["who knows"]


def test_a_subject_counts_once_by_its_worst_verdict() -> None:
    def judge(number: int) -> Iterable[Verdict]:
        yield ok()
        yield unknown(None, "who knows")
        if number == 1:
            yield fail(at(2), "second")
            yield fail(at(1), "first")

    result = run(judge, 0, 1)

    assert counts(result) == (0, 1, 1)
    assert [finding.message for finding in result.findings] == ["first", "second"]


def test_low_confidence_is_listed_and_never_counted() -> None:
    def judge(number: int) -> Verdict:
        return fail(at(number), "perhaps", confidence=Confidence.LOW) if number else ok(confidence=Confidence.LOW)

    result = run(judge, 0, 1)

    assert counts(result) == (0, 0, 0)
    assert len(result.findings) == 1
    assert not result.applies


def test_no_subject_makes_the_rule_not_applicable() -> None:
    def judge(text: str) -> Verdict:
        return fail(None, text)

    assert not run(judge, 1, 2).applies


def test_the_project_is_a_subject_without_a_name_and_can_be_asked_for() -> None:
    def judge(service: Service, project: Service) -> Verdict:
        return fail(None, "bad") if service is project else skip

    (finding,) = run(judge).findings

    assert finding.subject == ""
    assert finding.place is None


def test_a_crash_is_told_and_the_other_subjects_are_judged() -> None:
    def judge(number: int) -> Verdict:
        return ok() if 1 / number else skip

    (result,), (failure,) = check(Service((0, 1)), [loaded(judge)], ())

    assert counts(result) == (1, 0, 0)
    assert failure.subject == "0"
    assert failure.error == "ZeroDivisionError: division by zero"


def test_a_check_that_returns_no_verdict_is_a_crash() -> None:
    def judge(number: int) -> Iterable[Verdict]:
        return [str(number)]  # type: ignore[list-item]

    (result,), (failure,) = check(Service((1,)), [loaded(judge)], ())

    assert not result.applies
    assert failure.error == "TypeError: a check returns verdicts"


def bad_everywhere(number: int) -> Verdict:
    return fail(at(number), "bad")


def test_a_suppression_with_a_reason_takes_its_subject_out() -> None:
    result = run(bad_everywhere, 1, 2, suppressions=[Suppression("ABC001", "because", at(1), "main.py", (1,))])

    assert counts(result) == (0, 1, 0)
    assert [finding.subject for finding in result.findings] == ["2"]
    assert [(item.finding.subject, item.reason) for item in result.suppressed] == [("1", "because")]


def test_a_suppression_without_a_reason_is_listed_and_the_finding_still_counts() -> None:
    result = run(bad_everywhere, 1, suppressions=[Suppression("ABC001", "", at(1), "main.py", (1,))])

    assert counts(result) == (0, 1, 0)
    assert len(result.findings) == 1
    assert [item.reason for item in result.suppressed] == [""]


def test_a_subject_with_another_finding_still_fails() -> None:
    def judge(number: int) -> Iterable[Verdict]:
        yield fail(at(number), "bad")
        yield fail(at(9), "worse")

    result = run(judge, 1, suppressions=[Suppression("ABC001", "because", at(1), "main.py", (1,))])

    assert counts(result) == (0, 1, 0)
    assert [finding.message for finding in result.findings] == ["worse"]


def test_an_excused_subject_does_not_become_a_pass() -> None:
    def judge(number: int) -> Iterable[Verdict]:
        yield ok()
        yield fail(at(number), "bad")

    result = run(judge, 1, suppressions=[Suppression("ABC001", "because", at(1), "main.py", (1,))])

    assert counts(result) == (0, 0, 0)


@pytest.mark.parametrize(
    ("version", "is_true"), [("2.9.1", True), ("2.0", True), ("3.0.0b1", True), ("1.10", False), (None, True)]
)
def test_a_rule_holds_in_its_range_and_an_unknown_version_is_the_newest(version: str | None, is_true: bool) -> None:
    versions = {} if version is None else {"pydantic": version}

    assert is_true_for(loaded(bad_everywhere, {"pydantic": ">=2"}), versions) is is_true


def test_a_rule_out_of_its_range_is_not_applicable() -> None:
    (result,), _ = check(Service((1,)), [loaded(bad_everywhere, {"fastapi": "<0.137"})], ())

    assert not result.applies
