"""Dockerfiles as Docker reads them: parser directives, continuations, comments, heredocs, build arguments in FROM.

A reader of our own: dockerfile-parse takes each line of a heredoc for an instruction (so a `USER` in a script would
count), ends a continuation at an empty line and mangles `${NAME:-default}`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from fastapi_audit.extraction.evidence.text import UnreadableError, line_start, lines_of, text_of
from fastapi_audit.facts.containers import Dockerfile, Instruction, Stage

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*\Z")
_HEREDOC = re.compile(r"<<-?([\"']?)([A-Za-z_]\w*)\1")
_TAKES_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_TAKES_EXEC_FORM = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL"})
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::([-+])([^${}]*))?\})")
_FLAG = re.compile(r"--\w[\w-]*(=\S*)?\Z")
_ASSIGNMENT = re.compile(r"(\w+)(?:=(\"[^\"]*\"|'[^']*'|\S*))?")


@dataclass(frozen=True, slots=True)
class _LogicalLine:
    """An instruction with its continuation lines joined; `heredoc` is the text of what it carries."""

    line: int
    text: str
    heredoc: str = ""


def read_dockerfile(content: bytes) -> Dockerfile:
    """Read a Dockerfile; a file without a FROM is none."""
    lines = lines_of(text_of(content))
    instructions: list[Instruction] = []
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for logical in _logical_lines(lines):
        keyword, _, rest = logical.text.partition(" ")
        keyword, value = keyword.upper(), rest.strip()
        if keyword == "FROM":
            stages.append(_stage(line_start(logical.line), value, stages, arguments))
        elif keyword == "ARG" and not stages:
            arguments.update(_defaults(value, arguments))
        shown = f"{value}\n{logical.heredoc}" if logical.heredoc else value
        words = _exec_form(value) if keyword in _TAKES_EXEC_FORM else ()
        instructions.append(Instruction(line_start(logical.line), keyword, shown, len(stages) - 1, words))
    if not stages:
        raise UnreadableError("no FROM instruction")
    return Dockerfile(tuple(stages), tuple(instructions))


def _logical_lines(lines: list[str]) -> Iterator[_LogicalLine]:
    escape = _escape_character(lines)
    number = 0
    while number < len(lines):
        start = number
        parts: list[str] = []
        while number < len(lines):
            stripped = lines[number].strip()
            number += 1
            if not stripped or stripped.startswith("#"):
                if parts:
                    continue  # comments and empty lines do not end a continuation
                break
            parts.append(stripped.removesuffix(escape).rstrip() if stripped.endswith(escape) else stripped)
            if not stripped.endswith(escape):
                break
        if not any(parts):
            continue
        text = re.sub(r"\A(\S+)\s+", r"\1 ", " ".join(part for part in parts if part))
        heredoc, number = _heredocs(text, lines, number)
        yield _LogicalLine(start + 1, text, heredoc)


def _escape_character(lines: list[str]) -> str:
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if not directive:
            break
        if directive[1].lower() == "escape" and directive[2] == "`":
            return "`"
    return "\\"


def _heredocs(text: str, lines: list[str], number: int) -> tuple[str, int]:
    """Return the text of the heredocs that a line opens, and the number of the line after them."""
    if text.partition(" ")[0].upper() not in _TAKES_HEREDOC:
        return "", number
    body: list[str] = []
    for match in _HEREDOC.finditer(text):
        while number < len(lines) and lines[number].strip("\t ") != match[2]:
            body.append(lines[number])
            number += 1
        number += 1
    return "\n".join(body), min(number, len(lines))


def _stage(pos: int, value: str, stages: list[Stage], arguments: dict[str, str]) -> Stage:
    words = [word for word in value.split() if not _FLAG.match(word)]
    written = words[0] if words else ""
    name = words[2] if len(words) >= 3 and words[1].lower() == "as" else None
    image = _filled_in(written, arguments)
    parents = (number for number, stage in enumerate(stages) if stage.name and image)
    parent = next((number for number in parents if (stages[number].name or "").lower() == (image or "").lower()), None)
    return Stage(pos, written, image, name, parent)


def _defaults(value: str, arguments: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, written in _ASSIGNMENT.findall(value):
        filled = _filled_in(written.strip("\"'"), arguments)
        if filled:
            found[name] = filled
    return found


def _filled_in(text: str, arguments: dict[str, str]) -> str | None:
    """Substitute build arguments by their defaults; None when one has none."""
    is_known = True

    def value_of(match: re.Match[str]) -> str:
        nonlocal is_known
        value = arguments.get(match[1] or match[2])
        if match[3] == "+":
            return match[4] if value else ""
        if value is None and match[3] is None:
            is_known = False
        return value or match[4] or ""

    filled = _VARIABLE.sub(value_of, text.strip("\"'"))
    return filled if is_known and filled and "$" not in filled else None


def _exec_form(value: str) -> tuple[str, ...]:
    while value.startswith("--"):
        value = value.partition(" ")[2].lstrip()
    if not value.startswith("["):
        return ()
    try:
        return tuple(msgspec.json.decode(value, type=list[str]))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return ()
