"""What reaches other services, what it costs and how long it waits: `clients.toml`, by the canonical names of calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec
from packaging.version import InvalidVersion, Version

from fastapi_audit.knowledge.tables import table


class Client(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"is_engine": "engine"}):
    """A constructor of a client, or a call that asks another service; `also` are other names of the same kind.

    `timeout` is the default in seconds, False when it waits for ever, None when that is not decided by this call.
    `bounded_since` is the version of the package from which on False is no longer true.
    """

    subject: str
    source: str
    is_expensive: bool = False
    is_engine: bool = False
    timeout: float | bool | None = None
    timeout_arguments: tuple[str, ...] = ()
    timeout_position: int | None = None
    bounded_since: str | None = None
    also: tuple[str, ...] = ()

    def waits_for_ever(self, version: str | None) -> bool:
        """Say whether it does in a version of its package, when nobody says how long; unknown is taken for newest."""
        if self.timeout is not False or self.bounded_since is None:
            return self.timeout is False
        try:
            return version is not None and Version(version) < Version(self.bounded_since)
        except InvalidVersion:
            return False


@cache
def clients() -> Mapping[str, Client]:
    """Return the calls of `clients.toml` by name.

    Raises `msgspec.ValidationError` for a section that is not well formed.
    """
    sections = msgspec.convert(table("clients"), dict[str, Client])
    return {name: client for first, client in sections.items() for name in (first, *client.also)}
