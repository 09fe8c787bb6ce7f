"""Where something stands in the audited repository."""

import msgspec

from fastapi_audit.facts.positions import column_of, line_of


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """A file, relative to the audited root with forward slashes, and a line and column counted from 1.

    Line 0 is the file as a whole.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


def place_at(path: str, pos: int) -> Place:
    """Return the place of an encoded position in a file."""
    return Place(path, line_of(pos), column_of(pos))


def is_around(directory: str, path: str) -> bool:
    """Say whether a directory of the repository, "" for the root, is a path or has it in it."""
    return not directory or path == directory or path.startswith(f"{directory}/")
