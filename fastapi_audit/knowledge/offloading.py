"""What runs a callable somewhere else or at another time: `offloading.toml`, by the canonical names of calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

import msgspec

from fastapi_audit.knowledge.tables import table


class Destination(str, Enum):
    """Where the callable runs; `offloading.toml` says more of each."""

    HERE = "here"
    THREAD = "thread"
    PROCESS = "process"
    GREENLET = "greenlet"
    LOOP = "loop"
    LOOP_OF_THREAD = "loop-of-thread"
    OWN_LOOP = "own-loop"
    BACKGROUND = "background"
    SCHEDULE = "schedule"
    SCHEDULED = "scheduled"
    WORKER = "worker"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Offload:
    """A call that takes a callable elsewhere: the argument at `position` or named `keyword`.

    Both None: it is the object whose method is called, or what a decorator with arguments is put on. `wraps`: what the
    call returns takes the callable there, each time that it is called.
    """

    destination: Destination
    position: int | None = None
    keyword: str | None = None
    wraps: bool = False


class _Taker(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"position": "callable"}):
    position: int | None = None
    keyword: str | None = None
    wraps: bool = False


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    names: dict[str, _Taker]


@cache
def offloads() -> Mapping[str, Offload]:
    """Return the calls of `offloading.toml` by name.

    Raises `msgspec.ValidationError` for a section that is not well formed.
    """
    sections = msgspec.convert(table("offloading"), dict[Destination, _Section])
    return {
        name: Offload(destination, taker.position, taker.keyword, taker.wraps)
        for destination, section in sections.items()
        for name, taker in section.names.items()
    }
