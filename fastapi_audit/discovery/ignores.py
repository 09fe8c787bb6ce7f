"""Which paths `.gitignore` files, `.git/info/exclude` and configured patterns leave out.

Git's rules: the last pattern that matches decides, a deeper file wins over a shallower one, and nothing inside an
ignored directory can be taken back, which the walk ensures by never entering it. pathspec translates each pattern,
but lets it match whatever lies below a match too, so that `!a` would take back `a/b`; Git asks about an entry itself.
Hence each pattern is given just the part of the path that it speaks of.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from fastapi_audit.errors import UsageError

MAX_IGNORE_FILE_SIZE = 256 * 1024
# Patterns become regular expressions; with more wildcards than this, a hostile one could match for minutes.
_MAX_WILDCARDS = 4
_WILDCARD = re.compile(r"\*+")
_ALL_BELOW = re.compile(r"(?<!\*\*)(?<=[^/!])/\*\*/ *\Z")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One line. `tail` is the number of last names of a path that it speaks of, 0 for all of them;
    `is_anchored` says that there may be no others before.
    """

    expression: re.Pattern[str]
    is_ignoring: bool
    tail: int
    is_anchored: bool

    def speaks_of(self, subject: str, end: str) -> bool:
        """Say whether the pattern matches an entry itself; `end` is a slash for a directory."""
        if self.tail:
            return bool(self.expression.search(subject + end))
        if "ps_d" not in self.expression.groupindex:
            return bool(self.expression.search(subject))  # "a/**" is all below `a` and not the directory `a/`
        # A match that ends at an inner slash is one of a directory above the entry.
        found = self.expression.search(subject + end)
        return found is not None and found.start("ps_d") in (-1, len(subject))


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The patterns of one ignore file, last first; `base` is its directory, "" or with a slash at the end."""

    base: str
    patterns: tuple[_Pattern, ...]

    def decision(self, path: str) -> bool | None:
        """Say whether a path is ignored (a directory ends in a slash); None when no pattern speaks of it."""
        path = path[len(self.base) :]
        names = path.rstrip("/").split("/")
        end = path[-1:] if path.endswith("/") else ""
        for pattern in self.patterns:
            if pattern.tail > len(names) or (pattern.is_anchored and pattern.tail != len(names)):
                continue
            if pattern.speaks_of("/".join(names[-pattern.tail :]), end):
                return pattern.is_ignoring
        return None


def is_ignored(path: str, ignore_files: Sequence[IgnoreFile]) -> bool:
    """Ask the ignore files, given from the root downwards, the deepest first."""
    for ignore_file in reversed(ignore_files):
        decision = ignore_file.decision(path)
        if decision is not None:
            return decision
    return False


def read_ignore_file(base: str, content: bytes) -> tuple[IgnoreFile, int]:
    """Read an ignore file; return it with the number of patterns that had to be left out."""
    text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    read = [_read_pattern(line) for line in lines if line.strip() and not line.startswith("#")]
    patterns = [pattern for pattern in read if pattern]
    return IgnoreFile(base, tuple(reversed(patterns))), len(read) - len(patterns)


def ignore_file_of_excludes(patterns: Iterable[str]) -> IgnoreFile:
    """Read configured patterns; one that means nothing is a `UsageError`."""
    read = []
    for written in patterns:
        pattern = _read_pattern(written)
        if pattern is None:
            raise UsageError(f"cannot exclude {written!r}: write it as in .gitignore, with at most 4 wildcards")
        read.append(pattern)
    return IgnoreFile("", tuple(reversed(read)))


def _read_pattern(line: str) -> _Pattern | None:
    if len(_WILDCARD.findall(line)) > _MAX_WILDCARDS:
        return None
    try:
        # pathspec takes "a/**/" for `a` itself, where Git means the directories below.
        compiled = next(iter(GitIgnoreSpec.from_lines([_ALL_BELOW.sub("/**/*/", line)]).patterns))
    except (ValueError, re.error):
        return None
    if compiled.regex is None or compiled.include is None:
        return None
    tail, is_anchored = _scope(line.removeprefix("!").rstrip(" "))
    return _Pattern(compiled.regex, compiled.include, tail, is_anchored)


def _scope(written: str) -> tuple[int, bool]:
    """Return how many last names of a path a pattern speaks of, 0 for any number, and whether they must be all."""
    names = written.removesuffix("/").removeprefix("/").split("/")
    is_floating = names[0] == "**"
    while names[:1] == ["**"] and len(names) > 1:
        names = names[1:]
    if "**" in names and names != ["**"]:
        return 0, False
    return len(names), not is_floating and "/" in written.removesuffix("/")
