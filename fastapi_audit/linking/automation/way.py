"""The way on which a command came to run, and the directories that it goes through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from posixpath import normpath

from fastapi_audit.model.place import Place


@dataclass(frozen=True, slots=True)
class Way:
    """How a command came to run: the places on the way, the tasks and scripts that are being followed, and in which
    directory, None where that is not known.
    """

    via: tuple[Place, ...] = ()
    is_in_ci: bool = False
    is_advisory: bool = False
    followed: frozenset[str] = frozenset()
    directory: str | None = None

    def to(self, place: Place, name: str) -> Way:
        """Return the way on through a place, into something of a name."""
        return replace(self, via=(*self.via, place), followed=self.followed | {name})

    def into(self, directory: str | None) -> Way:
        """Return the way in another directory."""
        return replace(self, directory=directory)


def joined(directory: str, path: str) -> str:
    """Return a path below a directory of the repository, or that goes up from it; "" for the root."""
    below = normpath(f"{directory}/{path}" if directory else path).lstrip("/")
    return "" if below == "." or below.startswith("..") else below
