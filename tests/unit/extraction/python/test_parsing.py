"""Trees are LibCST's own, and its checks are as they were before."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.extraction.python.parsing import TOKENS, parse

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / "fastapi_audit" / "extraction").rglob("*.py"))

NOT_PYTHON = {
    "a bare except before others": "try:\n    pass\nexcept:\n    pass\nexcept OSError:\n    pass\n",
    "bytes beside a text": 'x = "a" b"b"\n',
    "a default before none": "def f(a=1, b): ...\n",
    "a positional argument after a named one": "f(a=1, 2)\n",
    "words that touch": "x = 1if y else0\n",
}


def test_there_is_something_to_compare() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_tree_is_that_of_libcst(path: Path) -> None:
    source = path.read_bytes()
    assert parse(source).deep_equals(cst.parse_module(source))


@pytest.mark.parametrize("source", NOT_PYTHON.values(), ids=NOT_PYTHON)
def test_what_libcst_refuses_is_refused(source: str) -> None:
    with pytest.raises((cst.ParserSyntaxError, cst.CSTValidationError)):
        cst.parse_module(source.encode())
    with pytest.raises(Unparsable, match=r"^syntax error: "):
        extract_module(source.encode())


@pytest.mark.parametrize("source", [b"x = 1\n", b"x ="], ids=["read", "refused"])
def test_libcst_checks_its_tokens_again_after_a_parse(source: bytes) -> None:
    try:
        parse(source)
    except cst.ParserSyntaxError:
        assert source == b"x ="
    assert {kind.__post_init__ for kind in TOKENS} == {cst.CSTNode.__post_init__}
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")
    with pytest.raises(cst.CSTValidationError):
        cst.SimpleWhitespace("x")
