import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_audit.reporting.visible import visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain café", "plain café"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\r\nb", r"a\r\nb"),
        ("admin\u202egpj", r"admin\u202egpj"),
        ("caf\udce9", r"caf\udce9"),
        ("\tx", "    x"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_any_text_becomes_one_printable_line(text: str) -> None:
    assert visible(text).isprintable()


@given(st.text())
def test_the_lines_of_any_text_stay_its_lines(text: str) -> None:
    lines = visible_lines(text).split("\n")
    assert len(lines) == text.count("\n") + 1
    assert all(line.isprintable() for line in lines)
