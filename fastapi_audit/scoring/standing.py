"""The total: dimensions weighted, then capped. The one function that gains, losses and the score all ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.score import Band
from fastapi_audit.scoring.attainment import Tallies
from fastapi_audit.scoring.ladder import DimensionStanding, climb
from fastapi_audit.scoring.quality_model import QualityModel


@dataclass(frozen=True, slots=True)
class Standing:
    """A service measured exactly: `uncapped` is what the dimensions give, `total` what is left of it after the cap."""

    dimensions: tuple[DimensionStanding, ...]
    blockers: tuple[RuleInfo, ...]
    uncapped: Fraction
    total: Fraction

    def share(self, dimension: DimensionStanding) -> Fraction:
        """Return a dimension's part in the total (0 to 1), after those that do not apply are left out."""
        if not dimension.holders:
            return Fraction(0)
        return dimension.dimension.weight / _applicable_weight(self.dimensions)


def measure(model: QualityModel, tallies: Tallies) -> Standing:
    """Measure a service. Where no dimension applies nothing is lost: the total is 100 before the cap."""
    dimensions = tuple(climb(dimension, tallies) for dimension in model.declaration.dimensions)
    blockers = tuple(rule for rule in model.capping if tallies[rule.code].fails)
    uncapped = _weighted_mean(dimensions)
    total = min(uncapped, model.declaration.cap.total) if blockers else uncapped
    return Standing(dimensions, blockers, uncapped, total)


def band_of(total: Fraction, floors: Mapping[Band, int]) -> Band:
    """Return the highest band whose floor the total reaches; floors are whole, so rounding down changes nothing."""
    return max((band for band in floors if total >= floors[band]), key=floors.__getitem__)


def _weighted_mean(dimensions: tuple[DimensionStanding, ...]) -> Fraction:
    scores = [(standing.dimension.weight, standing.score) for standing in dimensions]
    weighted = [weight * points for weight, points in scores if points is not None]
    return sum(weighted, Fraction(0)) / _applicable_weight(dimensions) if weighted else Fraction(100)


def _applicable_weight(dimensions: tuple[DimensionStanding, ...]) -> Fraction:
    return sum((standing.dimension.weight for standing in dimensions if standing.holders), Fraction(0))
