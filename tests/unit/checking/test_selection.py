"""What is shown, and that a wrong code is refused with the nearest right one."""

from __future__ import annotations

import pytest

from fastapi_audit.audit.finding import Finding, RuleInfo, RuleResult
from fastapi_audit.checking.selection import Selection, narrow, refuse_unknown_codes
from fastapi_audit.errors import ConfigError
from fastapi_audit.rule_api import Confidence, Severity


def rule(code: str, *, is_preview: bool = False) -> RuleInfo:
    return RuleInfo(code, "name", "family", "Summary.", Severity.ERROR, is_preview=is_preview)


@pytest.mark.parametrize(
    ("select", "ignore", "shown"),
    [
        ((), (), True),
        (("SEC",), (), True),
        (("OBS",), (), False),
        ((), ("SEC",), False),
        (("SEC001",), ("SEC",), True),
        (("SEC",), ("SEC001",), False),
        (("SEC001",), ("SEC001",), False),
        (("SEC002",), (), False),
    ],
)
def test_the_longer_fit_decides(select: tuple[str, ...], ignore: tuple[str, ...], shown: bool) -> None:
    assert Selection(select, ignore).shows(rule("SEC001")) is shown


def test_a_preview_rule_is_shown_when_its_whole_code_is_selected() -> None:
    preview = rule("SEC001", is_preview=True)

    assert not Selection().shows(preview)
    assert not Selection(("SEC",)).shows(preview)
    assert Selection(("SEC001",)).shows(preview)


def test_findings_that_are_not_sure_enough_are_left_out() -> None:
    found = tuple(Finding(rule("SEC001"), None, "bad", confidence) for confidence in Confidence)
    (result,) = narrow([RuleResult(rule("SEC001"), 0, 2, 0, found)], Selection(min_confidence=Confidence.HIGH))

    assert [finding.confidence for finding in result.findings] == [Confidence.HIGH]
    assert result.fails == 2


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    rules = [rule("SEC001"), rule("OBS001")]
    refuse_unknown_codes(["SEC", "SEC001", "O"], rules)

    with pytest.raises(ConfigError, match="there is no rule `sec001`; did you mean `SEC001`"):
        refuse_unknown_codes(["sec001"], rules)
