"""The directories around a path, as text: relative to the audited root, with forward slashes, the root being ""."""

import posixpath
from functools import cache


@cache
def upwards(directory: str) -> tuple[str, ...]:
    """Return a directory and all above it, the root last."""
    found = [directory]
    while found[-1]:  # no recursion: a hostile tree has thousands of levels
        found.append(posixpath.dirname(found[-1]))
    return tuple(found)


def around(path: str) -> tuple[str, ...]:
    """Return the directories that a file lies in, the root last."""
    return upwards(posixpath.dirname(path))
