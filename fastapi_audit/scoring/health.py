"""The health check: eight signals of two points each."""

from __future__ import annotations

from fractions import Fraction

from fastapi_audit.audit.score import HealthCheck, Mode, Signal
from fastapi_audit.scoring.attainment import Tallies, attain
from fastapi_audit.scoring.declaration import SignalEntry
from fastapi_audit.scoring.quality_model import QualityModel

_FULL_POINTS = 2


def check_health(model: QualityModel, tallies: Tallies) -> HealthCheck:
    """Give each signal its points; one that does not apply is taken out of the maximum."""
    signals = tuple(_signal(entry, tallies) for entry in model.declaration.signals)
    points = [signal.points for signal in signals if signal.points is not None]
    return HealthCheck(sum(points), _FULL_POINTS * len(points), signals)


def _signal(entry: SignalEntry, tallies: Tallies) -> Signal:
    return Signal(entry.key, entry.title, _points(entry, tallies), entry.rules)


def _points(entry: SignalEntry, tallies: Tallies) -> int | None:
    ratios = [ratio for code in entry.rules if (ratio := attain(tallies[code], Mode.RATIO)) is not None]
    if not ratios:
        return None
    level = sum(ratios, Fraction(0)) / len(ratios)
    if level >= entry.healthy:
        return _FULL_POINTS
    return 1 if level >= entry.partial else 0
