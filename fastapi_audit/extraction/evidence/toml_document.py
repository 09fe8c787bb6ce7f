"""TOML with the lines of its keys, which tomli does not keep.

The lines come from a scan for headers and keys at the start of lines; a table that is written inline has the line of
what holds it. A line may be missed, a value never.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import tomli

from fastapi_audit.extraction.evidence.text import UnreadableError, first_line_of, line_start, lines_of, text_of

Table = dict[str, Any]

_HEADER = re.compile(r"\s*\[\[?([^\[\]]+)\]")
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")
_KEY_PART = re.compile(r"\"[^\"]*\"|'[^']*'|[^.\s]+")
_MAX_LINES_AHEAD = 1000


class TomlDocument:
    """A parsed TOML file."""

    def __init__(self, content: bytes) -> None:
        """Parse a file; raise `UnreadableError` when it is no TOML."""
        text = text_of(content)
        try:
            self.top: Table = tomli.loads(text)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"no valid TOML: {first_line_of(error)}") from error
        self._lines = lines_of(text)
        self._numbers: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, path in _key_lines(self._lines):
            self._numbers[path].append(number)

    def table(self, *keys: str) -> Table:
        """Return the table at a path; an empty one when there is none."""
        return table_in(self.top, *keys)

    def position_of(self, *keys: str, occurrence: int = 0) -> int:
        """Return where a key stands, or the nearest table around it; 0 when neither is found."""
        for length in range(len(keys), 0, -1):
            numbers = self._numbers.get(keys[:length])
            if numbers:
                return line_start(numbers[min(occurrence, len(numbers) - 1)])
        return 0

    def positions_of_items(self, items: list[str], *keys: str) -> Iterator[int]:
        """Yield where each text of a list stands, in order, or where the list does."""
        start = self._numbers.get(keys, [1])[0] - 1
        for item in items:
            ahead = range(start, min(start + _MAX_LINES_AHEAD, len(self._lines)))
            found = next((number for number in ahead if item in self._lines[number]), None)
            yield self.position_of(*keys) if found is None else line_start(found + 1)
            start = start if found is None else found


def table_in(table: Table, *keys: str) -> Table:
    """Return the table at a path below a table; an empty one when there is none."""
    for key in keys:
        inner = table.get(key)
        if not isinstance(inner, dict):
            return {}
        table = inner
    return table


def texts_in(table: Table, key: str) -> list[str]:
    """Return the texts of a list, without what is no text; a single text is a list of one."""
    value = table.get(key)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def text_in(table: Table, key: str) -> str:
    """Return a text; an empty one when there is none."""
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _key_lines(lines: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    section: tuple[str, ...] = ()
    for number, line in enumerate(lines, start=1):
        if header := _HEADER.match(line):
            section = _parts(header[1])
            yield number, section
        elif key := _KEY.match(line):
            yield number, section + _parts(key[1])


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _KEY_PART.findall(key))
