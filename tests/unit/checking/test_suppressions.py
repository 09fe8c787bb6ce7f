"""Comments and per-path ignores take findings out, and say so when they do not."""

from __future__ import annotations

import pytest

from fastapi_audit.audit.finding import Finding, RuleInfo, RuleResult, Suppressed
from fastapi_audit.checking.suppressions import read_comments, read_ignores, suppress, suppression_notes
from fastapi_audit.facts.positions import position
from fastapi_audit.facts.syntax import Comment
from fastapi_audit.model.place import Place
from fastapi_audit.rule_api import Confidence, Severity

PATH = "app/main.py"


def comment(text: str, line: int = 5, *, is_alone: bool = False) -> dict[str, list[Comment]]:
    return {PATH: [Comment(position(line, 9), text, is_alone)]}


def finding(line: int = 5, code: str = "SEC001", path: str = PATH) -> Finding:
    rule = RuleInfo(code, "name", "security", "Summary.", Severity.ERROR)
    return Finding(rule, Place(path, line, 1), "bad", Confidence.HIGH)


def reason_for(found: Finding, comments: dict[str, list[Comment]]) -> str | None:
    suppressed = suppress(found, read_comments(comments))
    return suppressed.reason if suppressed else None


def test_a_trailing_comment_takes_out_its_own_line_only() -> None:
    comments = comment("# fastapi-audit: ignore[SEC001] rotated at deployment")

    assert reason_for(finding(5), comments) == "rotated at deployment"
    assert reason_for(finding(6), comments) is None
    assert reason_for(finding(5, "SEC002"), comments) is None
    assert reason_for(finding(5, path="other.py"), comments) is None


def test_a_comment_alone_takes_out_the_line_below() -> None:
    comments = comment("# fastapi-audit: ignore[SEC001] reason", is_alone=True)

    assert reason_for(finding(6), comments) == "reason"
    assert reason_for(finding(7), comments) is None


def test_several_codes_and_a_comment_for_another_tool_share_a_line() -> None:
    comments = comment("# noqa: S105  # fastapi-audit:ignore[ SEC001 , SEC002 ]  reason ")

    assert reason_for(finding(code="SEC001"), comments) == "reason"
    assert reason_for(finding(code="SEC002"), comments) == "reason"


def test_ignore_file_takes_out_every_line() -> None:
    comments = comment("# fastapi-audit: ignore-file[SEC001] reason", line=1)

    assert reason_for(finding(99), comments) == "reason"
    assert reason_for(finding(99, "SEC002"), comments) is None


def test_a_missing_reason_is_an_empty_one() -> None:
    assert reason_for(finding(), comment("# fastapi-audit: ignore[SEC001]")) == ""


@pytest.mark.parametrize("path", ["app/legacy/a.py", "app/legacy/deep/b.py"])
def test_a_per_path_ignore_matches_as_gitignore_does(path: str) -> None:
    ignores = read_ignores({"app/legacy/**": ("SEC",)})

    suppressed = suppress(finding(path=path), ignores)

    assert suppressed is not None
    assert suppressed.reason == "per-path-ignores `app/legacy/**`"
    assert suppressed.place is None
    assert suppress(finding(path="app/new.py"), ignores) is None
    assert suppress(finding(path=path, code="OBS001"), ignores) is None


def notes(comments: dict[str, list[Comment]], *suppressed: Finding) -> tuple[str, ...]:
    suppressions = read_comments(comments)
    taken_out = [item for found in suppressed if (item := suppress(found, suppressions))]
    rule = finding().rule
    results = [RuleResult(rule, 0, 0, 0, suppressed=tuple[Suppressed, ...](taken_out))]
    return suppression_notes(comments, suppressions, results, ["SEC001", "SEC002"])


def test_a_suppression_that_works_is_not_remarked_on() -> None:
    assert notes(comment("# fastapi-audit: ignore[SEC001] reason"), finding()) == ()


def test_a_suppression_that_suppresses_nothing_is_noted() -> None:
    assert notes(comment("# fastapi-audit: ignore[SEC001, SEC002] reason"), finding()) == (
        "app/main.py:5:9: the suppression of SEC002 suppresses nothing",
    )


def test_an_unknown_code_is_noted() -> None:
    assert notes(comment("# fastapi-audit: ignore[SEC999] reason")) == (
        "app/main.py:5:9: the suppression of SEC999: there is no such rule",
    )


@pytest.mark.parametrize("text", ["ignore", "ignore[]", "ignroe[SEC001]", "ignore SEC001"])
def test_a_comment_that_cannot_be_read_is_noted(text: str) -> None:
    assert notes(comment(f"# fastapi-audit: {text}")) == (
        "app/main.py:5:9: write `# fastapi-audit: ignore[CODE] reason`",
    )
