"""One dimension: its criteria, its rungs, and what each rung pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fastapi_audit.scoring.attainment import Tallies, attain
from fastapi_audit.scoring.declaration import Criterion, Dimension, Rung


@dataclass(frozen=True, slots=True)
class RungStanding:
    """`criteria` with how far each is attained, and `attainment`, their weighted mean; None where nothing applies."""

    rung: Rung
    criteria: tuple[tuple[Criterion, Fraction | None], ...]
    attainment: Fraction | None

    def shortfalls(self) -> Iterator[tuple[Criterion, Fraction]]:
        """Yield what each applicable criterion takes from the attainment; 1 = attainment + all of them."""
        applicable = [(criterion, value) for criterion, value in self.criteria if value is not None]
        weight = sum(criterion.weight for criterion, _ in applicable)
        for criterion, value in applicable:
            yield criterion, criterion.weight * (1 - value) / weight


@dataclass(frozen=True, slots=True)
class DimensionStanding:
    """`holders` tells for each rung whose attainment it pays: its own or another's. Empty when no rung applies."""

    dimension: Dimension
    rungs: tuple[RungStanding, ...]
    holders: tuple[int, ...]

    @property
    def rung_points(self) -> Fraction:
        """What a rung is worth in full."""
        return Fraction(100, len(self.rungs))

    @property
    def score(self) -> Fraction | None:
        """The points of the dimension, or None when nothing of it applies."""
        if not self.holders:
            return None
        return self.rung_points * sum(self.pays(index) for index in range(len(self.rungs)))

    def pays(self, index: int) -> Fraction:
        """Return what a rung pays (0 to 1)."""
        held = self.rungs[self.holders[index]].attainment if self.holders else None
        return held or Fraction(0)


def climb(dimension: Dimension, tallies: Tallies) -> DimensionStanding:
    """Measure a dimension."""
    rungs = tuple(_stand(rung, tallies) for rung in dimension.rungs)
    return DimensionStanding(dimension, rungs, _holders([rung.attainment for rung in rungs]))


def _stand(rung: Rung, tallies: Tallies) -> RungStanding:
    criteria = tuple((criterion, attain(tallies[criterion.rule], criterion.mode)) for criterion in rung.criteria)
    weight = total = Fraction(0)
    for criterion, value in criteria:
        if value is not None:
            weight += criterion.weight
            total += criterion.weight * value
    return RungStanding(rung, criteria, total / weight if weight else None)


def _holders(attainments: Sequence[Fraction | None]) -> tuple[int, ...]:
    """Find for each rung the lowest attainment up to it: a rung pays only as far as the ones below it hold.

    Rungs that do not apply follow the one below; at the foot of the ladder there is none, so they follow the first
    that applies.
    """
    applicable = {index: value for index, value in enumerate(attainments) if value is not None}
    if not applicable:
        return ()
    holder = min(applicable)
    holders = []
    for index in range(len(attainments)):
        if index in applicable and applicable[index] < applicable[holder]:
            holder = index
        holders.append(holder)
    return tuple(holders)
