"""What must not be told what to do by a client: `sinks.toml`, by the canonical names of calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from fastapi_audit.knowledge.tables import table


class SinkKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"is_owner": "owner"}):
    """One call that takes a text which decides where it goes or what it does; `sinks.toml` says more of each field."""

    kind: str
    source: str
    position: int = 0
    names: tuple[str, ...] = ()
    is_owner: bool = False
    flag: str | None = None
    argument: str | None = None
    safe: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@cache
def sinks() -> Mapping[str, SinkKind]:
    """Return the calls of `sinks.toml` by name.

    Raises `msgspec.ValidationError` for a section that is not well formed.
    """
    sections = msgspec.convert(table("sinks"), dict[str, SinkKind])
    return {name: sink for first, sink in sections.items() for name in (first, *sink.also)}
