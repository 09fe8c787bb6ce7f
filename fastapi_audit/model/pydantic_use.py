"""Where the project speaks to Pydantic, and what of it Pydantic 2 calls differently."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi_audit.model.place import Place


@dataclass(frozen=True, slots=True)
class OldTerm:
    """A name of Pydantic 1, as written, and what Pydantic 2 has in its place."""

    place: Place
    written: str
    instead: str


@dataclass(frozen=True, eq=False, slots=True)
class PydanticUse:
    """One model with all that its class says, or one call or attribute of Pydantic's interface in code.

    `name` is the class, or what is called. `old` are the names of Pydantic 1 in it, in the order of places.
    """

    name: str
    place: Place
    old: tuple[OldTerm, ...]

    def __str__(self) -> str:
        return self.name
