"""Classes by what they are for: schemas, settings and tables, with their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi_audit.model.module import Class
from fastapi_audit.model.place import Place
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import Value


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """One field, own or inherited. `default` is None when it is required; `options` are those of `Field(…)`."""

    name: str
    place: Place
    type: TypeRef | None
    default: Value | None
    options: Mapping[str, Value]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False, slots=True)
class ClassKind:
    """A class of the project that is of a kind which rules look at; it stands where its class stands."""

    cls: Class

    def __str__(self) -> str:
        return self.cls.name

    @property
    def place(self) -> Place:
        """The place of its class."""
        return self.cls.place


@dataclass(frozen=True, eq=False, slots=True)
class Schema(ClassKind):
    """A Pydantic model that is neither settings nor a table."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Settings(ClassKind):
    """A class that Pydantic fills from the environment."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Table(ClassKind):
    """An ORM model that is stored in a database; `library` is "sqlalchemy", "sqlmodel", "tortoise" …"""

    library: str
