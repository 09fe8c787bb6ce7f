"""The decorator reads what it can from the function, and refuses what it cannot."""

from __future__ import annotations

import pytest

from fastapi_audit.errors import RulePackError
from fastapi_audit.rule_api import Severity, Verdict, ok, rule


def test_the_first_parameter_says_which_subjects_the_rule_gets() -> None:
    @rule("ABC001", severity=Severity.ERROR)
    def check(subject: int) -> Verdict:
        return ok(message=str(subject))

    assert check.subject is int
    assert not check.takes_project


def test_a_second_parameter_asks_for_the_project() -> None:
    @rule("ABC001", severity=Severity.ERROR)
    def check(subject: int, project: str) -> Verdict:
        return ok(message=f"{subject}{project}")

    assert check.takes_project


@pytest.mark.parametrize("code", ["", "A1", "abc001", "ABC0012", "ABC-01"])
def test_a_badly_formed_code_is_refused_with_file_and_line(code: str) -> None:
    with pytest.raises(RulePackError, match=r"test_definition\.py:\d+: `.*` is no rule code"):

        @rule(code, severity=Severity.ERROR)
        def check(subject: int) -> Verdict:
            return ok(message=str(subject))


def test_a_subject_without_annotation_is_refused() -> None:
    def check(subject):  # type: ignore[no-untyped-def]
        return ok(message=subject)

    with pytest.raises(RulePackError, match="annotate `subject` with the class of its subjects"):
        rule("ABC001", severity=Severity.ERROR)(check)


def test_an_annotation_that_does_not_resolve_is_refused() -> None:
    def check(subject: Missing) -> Verdict:  # type: ignore[name-defined]  # noqa: F821
        return ok(message=str(subject))

    with pytest.raises(RulePackError, match="'Missing' is not defined"):
        rule("ABC001", severity=Severity.ERROR)(check)


def test_a_check_without_parameters_is_refused() -> None:
    def check() -> Verdict:
        return ok()

    with pytest.raises(RulePackError, match="takes a subject"):
        rule("ABC001", severity=Severity.ERROR)(check)


def test_a_version_range_that_is_none_is_refused() -> None:
    def check(subject: int) -> Verdict:
        return ok(message=str(subject))

    with pytest.raises(RulePackError, match="`two` is no version range"):
        rule("ABC001", severity=Severity.ERROR, requires={"pydantic": "two"})(check)
