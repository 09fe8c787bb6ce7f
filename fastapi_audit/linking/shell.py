"""Text of a shell → its commands as words; variables and conditions are not evaluated.

What cannot be lexed is left out. Substitutions and subshells are commands of their own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATING = frozenset("();|&")
KEYWORDS = frozenset({"if", "then", "elif", "else", "while", "until", "do", "!", "{", "}", "fi", "done", "esac"})
HARMLESS = frozenset({":", "true", "echo", "exit", "printf"})
MAX_LINES = 5_000
MAX_JOINED = 200
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
_MAKE_VARIABLE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """One command; `line` counts from 0. `is_advisory`: whatever it says, what comes after it goes on (`|| true`)."""

    line: int
    words: tuple[str, ...]
    is_advisory: bool = False


def shell_commands(text: str) -> Iterator[ShellCommand]:
    """Yield the commands of a text in their order, without assignments, keywords and redirections."""
    for line, logical in _logical_lines(_without_expressions(text)):
        tokens = _tokens(logical)
        yield from _commands(line, tokens)


def _without_expressions(text: str) -> str:
    return _MAKE_VARIABLE.sub(r"$\1", _EXPRESSION.sub("$EXPRESSION", text))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with those that continue them, comments and the bodies of here-documents left out."""
    pending, start, heredoc = "", 0, ""
    for number, line in enumerate(text.splitlines()[:MAX_LINES]):
        if heredoc:
            heredoc = "" if line.strip() == heredoc else heredoc
            continue
        stripped = _without_comment(line) if not pending or pending.endswith(" ") else line
        start = start if pending else number
        if stripped.endswith("\\"):
            pending += stripped[:-1] + " "
            continue
        whole = pending + stripped
        if not _is_closed(whole) and number - start < MAX_JOINED:
            pending = whole + "\n"
            continue
        pending = ""
        opened = _HEREDOC.search(whole)
        heredoc = opened[1] if opened else ""
        yield start, whole
    if pending:
        yield start, pending


def _without_comment(line: str) -> str:
    found = _COMMENT.search(line)
    return line[: found.start()] if found is not None and _is_closed(line[: found.start()]) else line


def _is_closed(text: str) -> bool:
    """Say whether every quotation ends."""
    quote, is_escaped = "", False
    for character in text:
        if is_escaped:
            is_escaped = False
        elif character == "\\" and quote != "'":
            is_escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
    return not quote


def _tokens(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters = ""
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:
        return []


def _commands(line: int, tokens: list[str]) -> Iterator[ShellCommand]:
    words: list[str] = []
    found: list[tuple[list[str], str]] = []
    for token in [*tokens, ";"]:
        if token and SEPARATING.issuperset(token):
            found.append((words, token))
            words = []
        else:
            words.append(token)
    for number, (command, separator) in enumerate(found):
        after = found[number + 1][0] if separator == "||" and number + 1 < len(found) else []
        cleaned = _cleaned(command)
        if cleaned:
            yield ShellCommand(line, cleaned, bool(after) and after[0] in HARMLESS)


def _cleaned(words: list[str]) -> tuple[str, ...]:
    """Take off keywords, assignments and redirections; a loop's header is no command."""
    words = list(words)
    while words and (words[0] in KEYWORDS or _ASSIGNMENT.match(words[0])):
        words.pop(0)
    if not words or words[0] in ("for", "case", "select", "function"):
        return ()
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word and set(word) <= set("<>&"):
            skip = True
            kept = kept[:-1] if kept and kept[-1] in ("1", "2") else kept
        else:
            kept.append(word)
    return tuple(kept)
