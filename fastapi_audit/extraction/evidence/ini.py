"""Files of the `.ini` family as sections of options with lines, which configparser does not keep.

Nothing is interpolated. An indented line continues the option above it; comments start a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi_audit.extraction.evidence.text import cut, line_start, lines_of, text_of
from fastapi_audit.facts.tools import Option

_SECTION = re.compile(r"\[([^\]]+)\]")
_OPTION = re.compile(r"([^=:\s][^=:]*?)\s*[=:]\s*(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """One section; a name that occurs twice makes two."""

    pos: int
    name: str
    options: tuple[Option, ...]


def read_sections(content: bytes) -> tuple[Section, ...]:
    """Read all sections; what stands before the first is left out, as is what declares nothing."""
    found: list[tuple[int, str, list[_Open]]] = []
    for number, line in enumerate(lines_of(text_of(content)), start=1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        header = _SECTION.match(line)
        if header:
            found.append((line_start(number), header[1].strip(), []))
        elif found and line[0].isspace() and found[-1][2]:
            found[-1][2][-1].lines.append(stripped)
        elif found and (option := _OPTION.match(stripped)):
            found[-1][2].append(_Open(line_start(number), option[1].lower(), [option[2]]))
    return tuple(Section(pos, name, tuple(item.closed() for item in items)) for pos, name, items in found)


def option_of(sections: Sequence[Section], section: str, name: str) -> Option | None:
    """Return an option of a section; the first one wins."""
    options = (option for found in sections if found.name == section for option in found.options)
    return next((option for option in options if option.name == name), None)


@dataclass(frozen=True, slots=True)
class _Open:
    """An option whose lines are still being read."""

    pos: int
    name: str
    lines: list[str]

    def closed(self) -> Option:
        return Option(self.pos, self.name, cut("\n".join(line for line in self.lines if line)))
