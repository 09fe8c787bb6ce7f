"""Code frames hold the lines of findings and their neighbours, numbered as the parser does."""

from fastapi_audit.audit.finding import Finding, RuleInfo, RuleResult
from fastapi_audit.checking.frames import MAX_WIDTH, framed_lines, lines_around
from fastapi_audit.model.place import Place
from fastapi_audit.rule_api import Confidence, Related, Severity

RULE = RuleInfo("SEC001", "name", "family", "Summary.", Severity.ERROR)


def test_findings_and_their_related_places_are_framed() -> None:
    related = (Related(Place("b.py", 7, 1), "here too"),)
    findings = (
        Finding(RULE, Place("a.py", 3, 1), "bad", Confidence.HIGH, related=related),
        Finding(RULE, Place("a.py"), "the file", Confidence.HIGH),
        Finding(RULE, None, "the project", Confidence.HIGH),
    )

    assert framed_lines([RuleResult(RULE, 0, 1, 0, findings)]) == {"a.py": {3}, "b.py": {7}}


def test_two_lines_on_each_side_are_kept_where_they_exist() -> None:
    content = b"\xef\xbb\xbf1\r\n2\r3\n4\n5\n6\n"

    assert lines_around(content, [1]) == {1: "1", 2: "2", 3: "3"}
    assert lines_around(content, [4]) == {2: "2", 3: "3", 4: "4", 5: "5", 6: "6"}


def test_a_form_feed_ends_no_line() -> None:
    assert lines_around("a\x0cb\u2028c\nd".encode(), [2])[2] == "d"


def test_what_is_no_utf8_and_what_is_overlong_is_still_a_line() -> None:
    assert lines_around(b"\xff", [1]) == {1: "\ufffd"}
    assert len(lines_around(b"x" * 9999, [1])[1]) == MAX_WIDTH
