"""Migrations of the database: what each does and takes back, and how those of Alembic follow one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from fastapi_audit.model.classes import Table
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Module
from fastapi_audit.model.place import Place


class Change(IntEnum):
    """What a direction of a migration does; of several, the greatest counts.

    DATA moves rows and leaves the schema; what UNSEEN does is not known, or is no matter of tables (a role, an
    extension, a function, a new value of an enumeration).
    """

    NOTHING = 0
    DATA = 1
    UNSEEN = 2
    SCHEMA = 3


@dataclass(frozen=True, eq=False, slots=True)
class Direction:
    """One of the two ways of a migration. `refusal` is where it raises instead of doing something."""

    place: Place
    change: Change
    refusal: Place | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Migration:
    """One migration. `tool` is "alembic" or "aerich"; a direction that is not written at all is None.

    `revision` and `parents` are Alembic's, None where they are not known; `labels` those of its branch. `calls` are all
    that are written in its file. `is_first`: there is nothing before it.
    """

    name: str
    tool: str
    place: Place
    upgrade: Direction | None
    downgrade: Direction | None
    module: Module | None = None
    revision: str | None = None
    parents: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    calls: Sequence[Call] = ()
    is_first: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False, slots=True)
class Autogeneration:
    """What an environment of Alembic compares a database with. `place` is where it says so.

    `seen` are the tables that it knows by then, `missed` those of its metadata whose modules it does not import,
    `foreign` those of other metadata. `has_metadata` is None when it is not known what it is given, `doubt` says why
    tables may be seen that look missed, "" when none may.
    """

    place: Place
    has_metadata: bool | None
    seen: tuple[Table, ...] = ()
    missed: tuple[Table, ...] = ()
    foreign: tuple[Table, ...] = ()
    doubt: str = ""

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables of the service whose metadata are known."""
        return (*self.seen, *self.missed, *self.foreign)


@dataclass(frozen=True, eq=False)
class MigrationGraph:
    """The revisions of one environment of Alembic, in the order of their files. `environment` is its `env.py`.

    `gap` says why there may be more of them than are seen, "" when these are all. `autogeneration` is what it compares
    with, None where no call that configures it is seen.
    """

    directory: str
    environment: Module | None
    migrations: tuple[Migration, ...]
    gap: str = ""
    autogeneration: Autogeneration | None = None

    def __str__(self) -> str:
        return self.directory or "migrations"

    @property
    def place(self) -> Place:
        """The place of its environment, else of its first revision."""
        return self.environment.place if self.environment is not None else self.migrations[0].place

    @cached_property
    def by_revision(self) -> Mapping[str, Migration]:
        """The migrations by the name of their revision; of several with one name, the first."""
        found: dict[str, Migration] = {}
        for migration in self.migrations:
            if migration.revision is not None:
                found.setdefault(migration.revision, migration)
        return found

    @cached_property
    def heads(self) -> tuple[Migration, ...]:
        """The migrations that none follows."""
        followed = {parent for migration in self.migrations for parent in migration.parents or ()}
        return tuple(one for name, one in self.by_revision.items() if name not in followed)

    def labels_of(self, head: Migration) -> frozenset[str]:
        """Return the labels of the branch that a migration ends: its own, and those of what comes before it."""
        found: set[str] = set()
        for migration in self.before(head):
            found.update(migration.labels)
        return frozenset(found)

    def before(self, migration: Migration) -> tuple[Migration, ...]:
        """Return a migration and all that come before it."""
        found = {migration: None}
        waiting = [migration]
        while waiting:
            parents = (self.by_revision.get(parent) for parent in waiting.pop().parents or ())
            new = [parent for parent in parents if parent is not None and parent not in found]
            found.update(dict.fromkeys(new))
            waiting += new
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Migrations:
    """All migrations of a service: the graphs of Alembic, and those that other tools run.

    `files` are the paths of everything that belongs to migrations, also of tools whose migrations are not read; `steps`
    those that change something, and not only set a tool up.
    """

    graphs: Sequence[MigrationGraph] = field(default=())
    others: Sequence[Migration] = field(default=())
    files: Sequence[str] = field(default=())
    steps: Sequence[str] = field(default=())

    @property
    def all(self) -> tuple[Migration, ...]:
        """Every migration, in the order of places."""
        found = [*(one for graph in self.graphs for one in graph.migrations), *self.others]
        return tuple(sorted(found, key=lambda migration: migration.place))
