import re

import pytest
from audit_builders import a_finding, a_result, a_rule, a_score, a_service, an_audit
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from sample_audit import a_sample_audit, with_texts

from fastapi_audit.audit.score import Band
from fastapi_audit.audit.verdict import Confidence
from fastapi_audit.model.place import Place
from fastapi_audit.reporting.text_findings import FindingOptions
from fastapi_audit.reporting.text_report import TextOptions, render_text

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
EVERYTHING = FindingOptions(places_per_rule=100, least_confidence=Confidence.LOW, shows_source=True)


def test_the_verdict_stands_before_the_blockers_and_these_before_the_findings() -> None:
    text = render_text(a_sample_audit())
    parts = ("79.0 of 100", "solid", "Blockers", "Dimensions", "Health check", "Fix first", "Findings", "Not read")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_the_blockers_say_what_the_total_would_be_without_them() -> None:
    assert "the dimensions alone give 81.3" in render_text(a_sample_audit())


def test_a_service_without_blockers_has_no_such_part() -> None:
    text = render_text(an_audit(a_service(score=a_score(100.0, band=Band.PRODUCTION_GRADE))))
    assert "locker" not in text
    assert "100.0 of 100" in text
    assert "Findings  none" in text


def test_every_dimension_has_its_bar_or_says_why_not() -> None:
    text = render_text(a_sample_audit())
    assert re.search(r"Performance +█+ 100\.0 +11\.1%", text)
    assert re.search(r"Testing +░+ +0\.0 +16\.7%", text)
    assert re.search(r"Database +not applicable", text)
    assert "insufficient evidence" in text


def test_a_rule_with_many_findings_shows_the_first_and_counts_the_rest() -> None:
    text = render_text(a_sample_audit(), TextOptions(findings=FindingOptions(places_per_rule=2)))
    assert "a bare string in raise 2" in text
    assert "a bare string in raise 3" not in text
    assert "and 7 more" in text


def test_findings_of_low_confidence_are_counted_and_shown_on_request() -> None:
    assert "1 finding of lower confidence not shown" in render_text(a_sample_audit())
    everything = render_text(a_sample_audit(), TextOptions(findings=EVERYTHING))
    assert "print() may run in a script (low confidence)" in everything
    assert "not shown" not in everything


def test_a_code_frame_points_at_the_column() -> None:
    text = render_text(a_sample_audit(), TextOptions(findings=EVERYTHING))
    assert '      > 6 | @router.delete("/items/{item_id}")\n          |  ^\n' in text


def test_suppressions_crashes_and_problems_are_shown_with_their_reasons() -> None:
    text = render_text(a_sample_audit())
    assert "shown to the operator" in text
    assert "PRF999  GET /items  KeyError: 'session'" in text
    assert "app/legacy.py:41  unparsable: unexpected indent" in text
    assert "suppression of SEC999" in text


def test_several_services_begin_with_a_roll_up_and_have_a_part_each() -> None:
    text = render_text(a_sample_audit("api", "jobs"))
    assert re.search(r"74\.0 +solid +api", text)
    assert re.search(r"79\.0 +solid +jobs", text)
    assert text.index("Services") < text.index("── api ─") < text.index("── jobs ─")


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("is_ascii", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, is_ascii: bool) -> None:
    options = TextOptions(width=width, is_ascii=is_ascii, findings=EVERYTHING)
    longer = with_texts(a_sample_audit("api", "jobs"), lambda old: old + " 表" + "x" * 50)
    for audit in (a_sample_audit("api", "jobs"), longer):
        lines = render_text(audit, options).splitlines()
        assert max(map(cell_len, lines)) <= width


def test_without_colour_no_control_sequence_is_written() -> None:
    assert "\x1b" not in render_text(a_sample_audit())


def test_colour_changes_nothing_but_the_colour() -> None:
    coloured = render_text(a_sample_audit(), TextOptions(is_colored=True))
    assert COLOUR.search(coloured)
    assert COLOUR.sub("", coloured) == render_text(a_sample_audit())


def test_a_terminal_that_knows_ascii_only_gets_ascii_only() -> None:
    hostile = with_texts(a_sample_audit(), lambda old: "é" + old)
    assert render_text(hostile, TextOptions(is_ascii=True, findings=EVERYTHING)).isascii()


def test_markup_of_rich_is_shown_and_not_interpreted() -> None:
    rule = a_rule()
    finding = a_finding(rule, Place("app/[bold]x.py", 1, 1), "the [red]end[/red] [link=http://a.b]here[/link] :smile:")
    text = render_text(an_audit(a_service(results=(a_result(rule, [finding]),))), TextOptions(width=200))
    assert "app/[bold]x.py:1:1  the [red]end[/red] [link=http://a.b]here[/link] :smile:" in text


@given(st.text())
@settings(max_examples=25, deadline=None)
def test_no_text_of_the_repository_commands_the_terminal(text: str) -> None:
    hostile = with_texts(a_sample_audit("api", "jobs"), lambda old: text + "\x1b[31m\x9b2J\r" + old)
    for is_colored in (False, True):
        rendered = render_text(hostile, TextOptions(is_colored=is_colored, findings=EVERYTHING))
        assert all(line.isprintable() for line in COLOUR.sub("", rendered).split("\n"))
        assert max(cell_len(line) for line in COLOUR.sub("", rendered).split("\n")) <= 80


def test_a_result_without_subjects_writes_nothing() -> None:
    rule = a_rule("DBS001", "raw-sql-project")
    assert "DBS001" not in render_text(an_audit(a_service(results=(a_result(rule, passes=0),))))
