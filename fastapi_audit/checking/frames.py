"""The lines of source around findings, for code frames."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fastapi_audit.audit.finding import RuleResult

CONTEXT = 2
MAX_WIDTH = 400

_LINE_END = re.compile(r"\r\n|\n|\r")


def framed_lines(results: Iterable[RuleResult]) -> dict[str, set[int]]:
    """Return the lines that have a finding, or a place that belongs to one, for each path."""
    lines: dict[str, set[int]] = {}
    for result in results:
        for finding in result.findings:
            for place in (finding.place, *(related.place for related in finding.related)):
                if place is not None and place.line:
                    lines.setdefault(place.path, set()).add(place.line)
    return dict(sorted(lines.items()))


def lines_around(content: bytes, lines: Iterable[int]) -> dict[int, str]:
    """Return the text of the lines and of those next to them, by number; overlong lines are cut."""
    text = _LINE_END.split(content.decode("utf-8-sig", "replace"))
    wanted = {near for line in lines for near in range(line - CONTEXT, line + CONTEXT + 1)}
    return {number: text[number - 1][:MAX_WIDTH] for number in sorted(wanted) if 1 <= number <= len(text)}
