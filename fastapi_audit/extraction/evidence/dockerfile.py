"""Dockerfiles as Docker reads them: parser directives, continuations, comments, heredocs, build arguments in FROM.

A reader of our own: dockerfile-parse takes each line of a heredoc for an instruction (so a `USER` in a script would
count), ends a continuation at an empty line and mangles `${NAME:-default}`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from fastapi_audit.extraction.evidence.dockerfile_variables import DECLARING, Scopes
from fastapi_audit.extraction.evidence.text import UnreadableError, line_start, lines_of, text_of
from fastapi_audit.facts.containers import Dockerfile, Instruction, Stage

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*\Z")
_HEREDOC = re.compile(r"<<-?([\"']?)([A-Za-z_]\w*)\1")
_TAKES_HEREDOC = frozenset({"RUN", "COPY", "ADD"})
_TAKES_EXEC_FORM = frozenset({"RUN", "CMD", "ENTRYPOINT", "SHELL"})
_FLAG = re.compile(r"--\w[\w-]*(=\S*)?\Z")
_IS_FILLED_IN = frozenset({"USER", "COPY", "ADD"})


@dataclass(frozen=True, slots=True)
class _LogicalLine:
    """An instruction with its continuation lines joined; `heredoc` is the text of what it carries."""

    line: int
    text: str
    heredoc: str = ""


def read_dockerfile(content: bytes) -> Dockerfile:
    """Read a Dockerfile; a file without a FROM is none."""
    instructions: list[Instruction] = []
    stages: list[Stage] = []
    scopes = Scopes()
    for logical in _logical_lines(lines_of(text_of(content))):
        pos = line_start(logical.line)
        keyword, _, rest = logical.text.partition(" ")
        keyword, value = keyword.upper(), rest.strip()
        if keyword == "FROM":
            stages.append(_stage(pos, value, stages, scopes))
            scopes.begin_stage(stages[-1].parent)
        elif keyword in DECLARING:
            scopes.declare(pos, keyword, value)
        shown = f"{value}\n{logical.heredoc}" if logical.heredoc else value
        words = _exec_form(value) if keyword in _TAKES_EXEC_FORM else ()
        filled = scopes.filled_in(value) if keyword in _IS_FILLED_IN else None
        instructions.append(Instruction(pos, keyword, shown, len(stages) - 1, words, filled))
    if not stages:
        raise UnreadableError("no FROM instruction")
    return Dockerfile(tuple(stages), tuple(instructions), tuple(scopes.variables))


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


def _stage(pos: int, value: str, stages: list[Stage], scopes: Scopes) -> Stage:
    words = [word for word in value.split() if not _FLAG.match(word)]
    written = words[0] if words else ""
    name = words[2] if len(words) >= 3 and words[1].lower() == "as" else None
    image = scopes.image(written)
    parents = (number for number, stage in enumerate(stages) if stage.name and image)
    parent = next((number for number in parents if (stages[number].name or "").lower() == (image or "").lower()), None)
    return Stage(pos, written, image, name, parent)


def _exec_form(value: str) -> tuple[str, ...]:
    while value.startswith("--"):
        value = value.partition(" ")[2].lstrip()
    if not value.startswith("["):
        return ()
    try:
        return tuple(msgspec.json.decode(value, type=list[str]))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return ()
