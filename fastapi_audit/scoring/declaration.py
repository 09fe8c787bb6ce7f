"""The quality model as its TOML file declares it: typed and well formed, not yet compared with the rules that exist."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

import msgspec
import tomli

from fastapi_audit.audit.score import Band, Mode
from fastapi_audit.audit.verdict import Priority
from fastapi_audit.errors import QualityModelError


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of the file."""


class Criterion(Entry, frozen=True):
    """A rule's part in a rung."""

    rule: str
    weight: Fraction = Fraction(1)
    mode: Mode = Mode.RATIO


class Rung(Entry, frozen=True):
    """A quarter of a dimension; without criteria it is not measured yet."""

    title: str
    criteria: tuple[Criterion, ...] = ()


class Dimension(Entry, frozen=True):
    """A ladder of four rungs; the weights of all dimensions add up to 100."""

    key: str
    title: str
    weight: Fraction
    rungs: Annotated[tuple[Rung, ...], msgspec.Meta(min_length=4, max_length=4)]

    @property
    def codes(self) -> tuple[str, ...]:
        """The rules on its rungs, from the lowest up."""
        return tuple(criterion.rule for rung in self.rungs for criterion in rung.criteria)


class SignalEntry(Entry, frozen=True):
    """A health signal: two points from `healthy` on, one from `partial` on."""

    key: str
    title: str
    rules: tuple[str, ...]
    healthy: Fraction
    partial: Fraction


class ItemEntry(Entry, frozen=True):
    """A checklist item, with the rules that measure it."""

    title: str
    rules: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    priority: Priority | None = None


class ChecklistEntry(Entry, frozen=True):
    """A named list of items, in order."""

    key: str
    title: str
    items: tuple[ItemEntry, ...]


class OffLadder(Entry, frozen=True):
    """A rule that could move the score and stands on no rung, and why."""

    rule: str
    reason: str


class Cap(Entry, frozen=True):
    """Which failing rules hold the total at `total`: by priority, or by family with severity error."""

    total: Fraction
    priorities: tuple[Priority, ...]
    families: tuple[str, ...]


class Declaration(Entry, frozen=True):
    """The whole file."""

    version: str
    unknown_share_limit: Fraction
    bands: dict[Band, int]
    cap: Cap
    dimensions: tuple[Dimension, ...]
    signals: tuple[SignalEntry, ...]
    checklists: tuple[ChecklistEntry, ...]
    off_ladder: tuple[OffLadder, ...] = ()


def read_declaration(text: str) -> Declaration:
    """Decode the TOML of a quality model; raise `QualityModelError` where it is not of that shape."""
    try:
        return msgspec.convert(tomli.loads(text, parse_float=Fraction), Declaration, dec_hook=_positive_number)
    except (tomli.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise QualityModelError(f"the quality model cannot be read: {error}") from error


def _positive_number(kind: type, value: object) -> Fraction:
    """Turn a TOML number into a fraction, so that 0.9 is nine tenths and sums are exact."""
    if kind is not Fraction or isinstance(value, bool) or not isinstance(value, (int, Fraction)) or value <= 0:
        raise ValueError(f"expected a number above 0, got {value!r}")
    return Fraction(value)
