"""The variables of a Dockerfile: what ENV and ARG give in each stage, and texts with them filled in."""

import re

from fastapi_audit.extraction.evidence.text import cut
from fastapi_audit.facts.containers import BuildVariable

DECLARING = frozenset({"ENV", "ARG"})
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::([-+])([^${}]*))?\})")
_ASSIGNMENT = re.compile(r"(\w+)(?:=(\"[^\"]*\"|'[^']*'|\S*))?")


class Scopes:
    """What is declared so far: before the first stage, and in each stage, which begins with what its parent knows."""

    def __init__(self) -> None:
        self.variables: list[BuildVariable] = []
        self._arguments: dict[str, str] = {}
        self._stages: list[dict[str, str]] = []

    def begin_stage(self, parent: int | None) -> None:
        """Begin a stage, which may continue another one."""
        self._stages.append({} if parent is None else dict(self._stages[parent]))

    def declare(self, pos: int, keyword: str, value: str) -> None:
        """Note what an ENV or ARG gives; an ARG without a value repeats one from before the first stage."""
        for name, written in _assignments(value):
            kept = None if written is None else cut(written)
            self.variables.append(BuildVariable(pos, len(self._stages) - 1, name, kept, keyword == "ARG"))
            filled = self._arguments.get(name) if written is None else self.filled_in(written)
            if filled:
                self._current[name] = filled

    def image(self, text: str) -> str | None:
        """Return what a FROM names: it sees the arguments from before the first stage, and no others."""
        return _filled_in(text, self._arguments)

    def filled_in(self, text: str) -> str | None:
        """Return a text with variables filled in; None when one of them has no known value."""
        return _filled_in(text, self._current)

    @property
    def _current(self) -> dict[str, str]:
        return self._stages[-1] if self._stages else self._arguments


def _assignments(value: str) -> list[tuple[str, str | None]]:
    """Return the names and values of an ENV or ARG; `ENV NAME value` has just one."""
    first, _, rest = value.partition(" ")
    if "=" not in first and rest.strip():
        return [(first, rest.strip().strip("\"'"))]
    found = _ASSIGNMENT.finditer(value)
    return [(match[1], None if match[2] is None else match[2].strip("\"'")) for match in found]


def _filled_in(text: str, variables: dict[str, str]) -> str | None:
    is_known = True

    def value_of(match: re.Match[str]) -> str:
        nonlocal is_known
        value = variables.get(match[1] or match[2])
        if match[3] == "+":
            return match[4] if value else ""
        if value is None and match[3] is None:
            is_known = False
        return value or match[4] or ""

    filled = _VARIABLE.sub(value_of, text.strip("\"'"))
    return filled if is_known and filled and "$" not in filled else None
