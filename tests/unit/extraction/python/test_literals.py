"""String and number tokens mean what Python says they mean."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_audit.extraction.python.literals import number_value, string_value

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXTS)
def test_any_text_that_python_writes_down_reads_back_as_itself(text: str) -> None:
    assert string_value(repr(text)) == text
    assert string_value(ascii(text)) == text


@given(st.binary(max_size=30))
def test_any_bytes_that_python_writes_down_read_back_as_themselves(data: bytes) -> None:
    assert string_value(repr(data)) == data


@pytest.mark.parametrize(
    "token",
    [
        r"r'\d+\n'",
        r"'\x41\u0042\U00000043\101\N{LATIN SMALL LETTER D}'",
        r"'\q'",
        "'a\\\nb'",
        '"""x\ny"""',
        "''",
        r"R'\''",
    ],
)
def test_escapes_mean_what_the_language_reference_says(token: str) -> None:
    assert string_value(token) == ast.literal_eval(token.replace(r"\q", r"\\q"))


@pytest.mark.parametrize("token", ["0", "1_000", "0x_ff", "0b101", "0o17", "1e3", "1_0.5", ".5", "00"])
def test_numbers_mean_what_python_says(token: str) -> None:
    assert number_value(token) == ast.literal_eval(token)


def test_a_lone_surrogate_does_not_break_what_must_be_shipped() -> None:
    assert string_value(r"'\ud800'") == "?"
