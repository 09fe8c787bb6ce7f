"""Patterns of URL paths, in which a project says which of its routes are public."""

from __future__ import annotations

import re

_PATTERN = re.compile(r"/[^\s?#]*")


def is_path_pattern(text: str) -> bool:
    """Say whether a text is a path, from the root of the service on, that `fits` can compare."""
    return _PATTERN.fullmatch(text) is not None


def fits(pattern: str, path: str) -> bool:
    """Say whether a path is of a pattern, in which `*` stands for any text; a slash at the end makes no difference."""
    parts = map(re.escape, pattern.rstrip("/").split("*"))
    return re.fullmatch(".*".join(parts), path.rstrip("/")) is not None
