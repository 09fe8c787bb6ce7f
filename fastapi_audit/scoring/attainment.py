"""How far one rule holds, from its counts alone. Fractions, so that whole points come out whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.score import Mode

_SCALE = 10**9


@dataclass(frozen=True, slots=True)
class Tally:
    """How many subjects of a rule pass, fail and cannot be decided."""

    passes: int = 0
    fails: int = 0
    unknowns: int = 0

    def mended(self) -> Tally:
        """Return the tally with every fail turned into a pass."""
        return Tally(self.passes + self.fails, 0, self.unknowns)


class Tallies(dict[str, Tally]):
    """Tallies by rule code; a rule that was not run has counted nothing."""

    def __missing__(self, code: str) -> Tally:
        return Tally()

    def mended(self, codes: Iterable[str]) -> Tallies:
        """Return these tallies with the given rules mended."""
        return Tallies(self, **{code: self[code].mended() for code in codes})


def count(results: Iterable[RuleResult]) -> Tallies:
    """Take the counts out of the results."""
    return Tallies({result.rule.code: Tally(result.passes, result.fails, result.unknowns) for result in results})


def attain(tally: Tally, mode: Mode) -> Fraction | None:
    """Return how far a rule holds (0 to 1), or None when it decided nothing."""
    decided = tally.passes + tally.fails
    if not decided:
        return None
    if mode is Mode.RATIO:
        return Fraction(tally.passes, decided)
    holds = not tally.fails if mode is Mode.ALL else bool(tally.passes)
    return Fraction(int(holds))


def rounded_down(number: Fraction) -> float:
    """Return a number for the report, rounded down at the ninth decimal: below 100 stays below 100."""
    return number.numerator * _SCALE // number.denominator / _SCALE
