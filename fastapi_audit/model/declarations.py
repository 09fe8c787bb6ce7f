"""What functions and classes declare with a default, and the comments that silence type checkers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place


@dataclass(frozen=True, eq=False, slots=True)
class MarkedParameter:
    """A parameter of a function that says with `Depends`, `Query` and their kin where FastAPI takes it from.

    `is_annotated`: in its annotation, and not as a default.
    """

    name: str
    place: Place
    marker: str
    is_annotated: bool

    def __str__(self) -> str:
        return f"parameter {self.name}"


class Treatment(str, Enum):
    """What code does with a mutable default: it changes it, hands it to others or keeps it, or only reads it."""

    CHANGED = "changed"
    HANDED_ON = "handed on"
    READ = "read"


@dataclass(frozen=True, eq=False, slots=True)
class DefaultValue:
    """The default of a parameter, or a value in the body of a plain class, which all of its instances share.

    `treatment` is None for what cannot be changed. `function` takes the parameter; None for a class's.
    """

    name: str
    place: Place
    treatment: Treatment | None
    function: Function | None = None

    def __str__(self) -> str:
        return f"default of {self.name}"


@dataclass(frozen=True, eq=False, slots=True)
class IgnoreComment:
    """A comment that silences a type checker; `codes` are the errors that it names, `is_of_file`: in the whole file."""

    place: Place
    text: str
    codes: tuple[str, ...]
    is_of_file: bool

    def __str__(self) -> str:
        return self.text
