"""Classes by what they are for: schemas, settings and tables, with their fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi_audit.model.module import Class
from fastapi_audit.model.place import Place
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import Known, Value


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """One field, own or inherited. `default` is None when it is required; `options` are those of `Field(…)`,
    `metadata` what stands in `Annotated`, at every depth. `is_said_required`: its default is `...`.
    """

    name: str
    place: Place
    type: TypeRef | None
    default: Value | None
    options: Mapping[str, Value]
    metadata: tuple[Value, ...] = ()
    is_said_required: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def is_excluded(self) -> bool:
        """Whether it is left out wherever its model is serialised."""
        return self.options.get("exclude") == Known(True)


@dataclass(frozen=True, eq=False, slots=True)
class SettingsField:
    """A field of settings, which the environment fills; `cls` is the class that declares it."""

    name: str
    place: Place
    type: TypeRef | None
    default: Value | None
    cls: Class

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
    """A Pydantic model that is neither settings nor a table. `config` is what `model_config`, an inner `class Config`
    and the class statement say, own and inherited.
    """

    fields: tuple[Field, ...]
    config: Mapping[str, Value] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Settings(ClassKind):
    """A class that Pydantic fills from the environment."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ComparedField:
    """A field that code compares with texts that are written there: the places of the comparisons, with the texts."""

    model: Schema | Settings
    field: Field
    comparisons: tuple[tuple[Place, str], ...]

    def __str__(self) -> str:
        return f"{self.model}.{self.field}"

    @property
    def place(self) -> Place:
        """The place of the field."""
        return self.field.place


@dataclass(frozen=True, eq=False, slots=True)
class Relationship:
    """An attribute of a table that stands for rows of another one. `loading` is the `lazy=` of SQLAlchemy, "select"
    when nothing says otherwise, None when it is not known.
    """

    name: str
    place: Place
    loading: str | None

    @property
    def is_lazy(self) -> bool:
        """Whether reading it asks the database, unless the query said to load it."""
        return self.loading == "select"


@dataclass(frozen=True, eq=False, slots=True)
class ForeignKey:
    """A column of a mapped class that refers to another table: the name of its attribute, and that in the database.
    `is_indexed`: the class says that an index begins with it; None when that is not known. `reference` is what it
    refers to as it is written, `parents` are the classes of that table. `goes_with_parent`: deleting a row of it
    deletes or changes the rows that refer to it. `followed_by` are the relationships that go along it, to a primary
    key, `looked_up_by` those of the other table that find their rows by it.
    """

    cls: Class
    name: str
    column: str
    place: Place
    is_indexed: bool | None
    reference: Value | None = None
    goes_with_parent: bool = False
    parents: frozenset[Class] = frozenset()
    followed_by: frozenset[str] = frozenset()
    looked_up_by: tuple[Relationship, ...] = ()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False, slots=True)
class Table(ClassKind):
    """An ORM model that is stored in a database; `library` is "sqlalchemy", "sqlmodel", "tortoise" … `foreign_keys` are
    known of the first two.
    """

    library: str
    relationships: tuple[Relationship, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
