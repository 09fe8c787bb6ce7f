"""From bytes to text and from text to positions, the same for all readers."""

import re

from fastapi_audit.facts.positions import position

MAX_VALUE_LENGTH = 4096
_COMMENT_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)


class UnreadableError(Exception):
    """A reader cannot make sense of a file; the message is for people, in one line."""


def text_of(content: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark; what is no UTF-8 becomes U+FFFD."""
    return content.decode("utf-8-sig", "replace")


def lines_of(text: str) -> list[str]:
    """Split into lines as editors count them: at line feeds alone."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def without_comment_lines(text: str) -> str:
    """Take the lines that are comments out of JSON with comments."""
    return _COMMENT_LINE.sub("", text)


def without_tabs(text: str) -> str:
    """Return a text whose JSON a reader of YAML accepts too."""
    return text.replace("\t", " ")


def cut(value: str) -> str:
    """Shorten a value that is kept only to be judged."""
    return value[:MAX_VALUE_LENGTH]


def line_start(line: int) -> int:
    """Return the position of the start of a line, counted from 1."""
    return position(line, 1)


def first_line_of(error: Exception) -> str:
    """Return what an exception says, in one line."""
    return (str(error) or type(error).__name__).strip().splitlines()[0][:200]
