"""Engines of SQLAlchemy, pools of connections, theirs and those of drivers, and the addresses of databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call
from fastapi_audit.model.place import Place
from fastapi_audit.model.values import Known, Template, Value, options_of


@dataclass(frozen=True, eq=False, slots=True)
class Engine:
    """One engine, with the call that makes it. `kind` is "sync" or "async". `drivers` is what stands in front of "://"
    in each URL that it may be given, None where that is not known; `dialects` are the databases that it may reach: by
    its URL, and where that is open, by the drivers that the service asks for; None where that says nothing. `is_open`:
    `**` may have given it more options.
    """

    call: Call
    kind: str
    url: Value | None
    drivers: tuple[str | None, ...]
    dialects: frozenset[str | None]
    is_open: bool

    def __str__(self) -> str:
        return f"{self.kind} engine"

    @property
    def place(self) -> Place:
        """The place of the call that makes it."""
        return self.call.place

    @property
    def is_url_replaceable(self) -> bool:
        """Whether the environment may replace its URL, as far as that is seen."""
        return self.url is None or is_replaceable(self.url)

    @property
    def reaches_server(self) -> bool | None:
        """Whether its database is, or may be, a server and no file; None when that is not known."""
        servers = self.dialects - names("sessions", "embedded") - {None}
        return True if servers else None if None in self.dialects else False

    @property
    def may_be_file(self) -> bool:
        """Whether its database may as well be a file: one of its URLs says so, or is not known."""
        return None in self.drivers or not self.dialects.isdisjoint(names("sessions", "embedded"))

    def option(self, name: str) -> Value | None:
        """Return an option that it is given, None where it has the default, or `**` may have given it."""
        return self.call.named.get(name)


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """Connections that are kept for many requests: the pool of an engine, or one of a driver's own.

    `sizes` are the options that it is given and that say how many connections there are, or how they are kept.
    `is_open`: `**` may have given more.
    """

    call: Call
    sizes: Mapping[str, Value]
    is_open: bool
    engine: Engine | None = None

    def __str__(self) -> str:
        return f"pool of {self.call.name}"

    @property
    def place(self) -> Place:
        """The place of the call that makes it."""
        return self.call.place


@dataclass(frozen=True, eq=False, slots=True)
class DatabaseAddress:
    """The URL that something is given to reach a database: an engine, a pool, a client, or the tool that migrates.

    `call` makes what is given it; None for a file that configures migrations.
    """

    place: Place
    url: Value
    call: Call | None = None

    def __str__(self) -> str:
        return f"address for {self.call.name}" if self.call is not None else "address for migrations"


def is_replaceable(url: Value) -> bool:
    """Say whether the environment may replace a URL."""
    return any(isinstance(option, (Known, Template)) and option.is_default for option in options_of(url))
