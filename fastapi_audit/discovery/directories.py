"""The directories around a path, as text: relative to the audited root, with forward slashes, the root being ""."""

import posixpath
from functools import cache


@cache
def upwards(directory: str) -> tuple[str, ...]:
    """Return a directory and all above it, the root last."""
    return (directory, *upwards(posixpath.dirname(directory))) if directory else ("",)


def around(path: str) -> tuple[str, ...]:
    """Return the directories that a file lies in, the root last."""
    return upwards(posixpath.dirname(path))
