"""A command's words → the words of what it really runs: `uv run python -m mypy app` is `mypy app`."""

from __future__ import annotations

from functools import cache

from fastapi_audit.knowledge.tables import names, texts

MODULE = frozenset({"-m", "--module"})
PYTHON = ("python", "py", "pypy")
MAX_PREFIXES = 8


def real_command(words: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Take off everything in front of a command; return its words, and the programs whose tasks it may name."""
    runners: set[str] = set()
    for _ in range(MAX_PREFIXES):
        shorter = _without_prefix(words, runners)
        if shorter == words:
            break
        words = shorter
    return words, frozenset(runners)


@cache
def _prefixes() -> tuple[tuple[tuple[str, ...], frozenset[str], bool], ...]:
    """Return the prefixes, the longest first, with their options that take a value, and whether a word follows."""
    found = [
        (tuple(prefix.split()), frozenset(options.split()), prefix in names("automation", "skipping"))
        for prefix, options in texts("automation", "prefixes").items()
    ]
    return tuple(sorted(found, key=lambda item: (-len(item[0]), item[0])))


def _without_prefix(words: tuple[str, ...], runners: set[str]) -> tuple[str, ...]:
    if not words:
        return words
    head = words[0]
    if head[:1] in "${%" and len(words) > 1:  # a variable that holds a program or a prefix
        return words[2:] if words[1] == "run" or words[1] in MODULE else words[1:]
    if "=" in head and head.partition("=")[0].isidentifier():
        return words[1:]
    program = head.rpartition("/")[2]
    if program.startswith(PYTHON) and not head.endswith(".py"):
        return _module(words) or words
    for prefix, values, skips in _prefixes():
        rest = _behind((program, *words[1:]), prefix, values)
        if rest is not None:
            runners.update(prefix[:1] if prefix[1:] == ("run",) else ())
            return rest[1:] if skips else rest
    return words


def _module(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return what `python -m` runs; None for everything else that Python runs."""
    for number, word in enumerate(words[1:], start=1):
        if word in MODULE:
            return words[number + 1 :]
        if not word.startswith("-"):
            return None
    return None


def _behind(words: tuple[str, ...], prefix: tuple[str, ...], values: frozenset[str]) -> tuple[str, ...] | None:
    """Return what follows a prefix and its options, which may stand between its words; None if it is not there."""
    if words[0] != prefix[0]:
        return None
    rest = words[1:]
    for word in prefix[1:]:
        rest = _behind_options(rest, values)
        if not rest or rest[0] != word:
            return None
        rest = rest[1:]
    return _behind_options(rest, values)


def _behind_options(words: tuple[str, ...], values: frozenset[str]) -> tuple[str, ...]:
    while words and words[0].startswith("-"):
        if words[0] == "--" or words[0] in MODULE:
            return words[1:]
        words = words[2:] if words[0] in values else words[1:]
    return words
