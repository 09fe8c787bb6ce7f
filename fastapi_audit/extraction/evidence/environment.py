"""`.env` files: names and values, nothing expanded."""

import re

from fastapi_audit.extraction.evidence.text import cut, line_start, lines_of, text_of
from fastapi_audit.facts.containers import Variable
from fastapi_audit.facts.evidence import Environment

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:=\s*(.*))?\Z", re.DOTALL)


def read_environment(content: bytes) -> Environment:
    """Read a `.env` file; lines that declare nothing are passed over."""
    lines = lines_of(text_of(content))
    matches = ((number, _LINE.match(line)) for number, line in enumerate(lines, start=1))
    return Environment(tuple(_variable(number, match) for number, match in matches if match))


def _variable(number: int, match: re.Match[str]) -> Variable:
    return Variable(line_start(number), match[1], _value(match[2]) if match[2] else None)


def _value(written: str) -> str | None:
    quote = written[0]
    if quote in "\"'":
        return cut(written[1:].partition(quote)[0]) or None
    return cut(re.split(r"(?:\A|\s)#", written, maxsplit=1)[0].strip()) or None
