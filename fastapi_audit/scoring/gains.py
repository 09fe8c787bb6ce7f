"""What mending would bring: each failing rule alone, and a cheap set of them that reaches the next band."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.score import Gain
from fastapi_audit.scoring.attainment import Tallies, rounded_down
from fastapi_audit.scoring.quality_model import QualityModel
from fastapi_audit.scoring.standing import Standing, measure


def find_gains(model: QualityModel, tallies: Tallies, standing: Standing) -> tuple[Gain, ...]:
    """Measure again with each failing rule mended, and list them by gain; of equal gains, the more severe first.

    `findings` counts the subjects that fail, which is what has to be mended.
    """
    gains = [
        Gain(
            rule,
            rounded_down(measure(model, tallies.mended([rule.code])).total - standing.total),
            tallies[rule.code].fails,
        )
        for rule in model.scored
        if tallies[rule.code].fails
    ]
    return tuple(sorted(gains, key=lambda gain: -gain.points))


def find_path(model: QualityModel, tallies: Tallies, standing: Standing, gains: Sequence[Gain]) -> tuple[RuleInfo, ...]:
    """Choose rules whose mending reaches the next band with few findings to mend; none of them can be left out.

    Trying every set would take too long. Starting from all rules, those that are not needed are dropped one by one:
    once the dearest first, once those that gain least for each finding first. The cheaper outcome is the answer.
    """
    target = _next_floor(model, standing.total)
    if target is None:
        return ()

    def reaches(kept: Iterable[Gain]) -> bool:
        return measure(model, tallies.mended(gain.rule.code for gain in kept)).total >= target

    by_cost = sorted(gains, key=lambda gain: (-gain.findings, gain.points))
    by_worth = sorted(gains, key=lambda gain: gain.points / gain.findings)
    cheapest = min((_prune(order, reaches) for order in (by_worth, by_cost)), key=_cost)
    return tuple(gain.rule for gain in gains if gain in cheapest)


def _prune(order: Sequence[Gain], reaches: Callable[[Iterable[Gain]], bool]) -> list[Gain]:
    kept = list(order)
    for gain in order:
        without = [other for other in kept if other is not gain]
        if reaches(without):
            kept = without
    return kept


def _cost(gains: Sequence[Gain]) -> int:
    return sum(gain.findings for gain in gains)


def _next_floor(model: QualityModel, total: Fraction) -> int | None:
    return min((floor for floor in model.declaration.bands.values() if floor > total), default=None)
