"""What calls do to the thread that makes them, by canonical name: `blocking.toml` and `processor.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import msgspec

from fastapi_audit.knowledge.tables import table

Confidence = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Effect:
    """A call that keeps its thread waiting or busy: with what (`subject`: "http", "image", …), and what to use instead.

    `confidence` is less than high when it depends on the arguments whether it is felt.
    """

    library: str
    subject: str
    source: str
    instead: str
    confidence: Confidence = "high"


class _Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"excepted": "except"}):
    subject: str
    source: str
    instead: str
    confidence: Confidence = "high"
    functions: tuple[str, ...] = ()
    methods: dict[str, tuple[str, ...]] = {}
    excepted: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        yield from self.functions
        for owner, methods in self.methods.items():
            yield from (f"{owner}.{method}" for method in methods)


@cache
def effects(subject: str) -> Mapping[str, Effect | None]:
    """Return the calls of `knowledge/{subject}.toml` by name or pattern; None for what a pattern must not take in.

    Raises `msgspec.ValidationError` for a section that is not well formed.
    """
    entries: dict[str, Effect | None] = {}
    for name, library in msgspec.convert(table(subject), dict[str, _Library]).items():
        effect = Effect(name, library.subject, library.source, library.instead, library.confidence)
        entries.update(dict.fromkeys(library.names(), effect))
        entries.update(dict.fromkeys(library.excepted))
    return entries
