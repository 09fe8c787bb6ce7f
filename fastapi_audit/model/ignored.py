"""Which files a `.dockerignore` keeps out of a build, as Docker reads its patterns."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from posixpath import normpath

_MAX_PARTS = 40


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Say whether a path, relative to the context, is left out; the last pattern that it matches decides."""
    is_out = False
    for written in patterns:
        pattern = normpath(written.removeprefix("!").strip().lstrip("/"))
        if written.startswith("!") == is_out and _matches(path.split("/"), pattern.split("/")):
            is_out = not is_out
    return is_out


def _matches(parts: list[str], pattern: list[str]) -> bool:
    """Say whether a pattern is of a path or of a directory above it; `**` stands for any number of directories."""
    if len(parts) > _MAX_PARTS or len(pattern) > _MAX_PARTS:
        return False
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = {number for number in range(len(parts) + 1) if number >= min(reached)}
        else:
            reached = {number + 1 for number in reached if number < len(parts) and fnmatchcase(parts[number], part)}
        if not reached:
            return False
    return True
