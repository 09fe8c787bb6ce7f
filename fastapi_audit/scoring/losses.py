"""Where the points went: each lost point is put down to a rule, so that the total and the losses make 100."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from fastapi_audit.audit.score import Loss
from fastapi_audit.scoring.attainment import rounded_down
from fastapi_audit.scoring.quality_model import QualityModel
from fastapi_audit.scoring.standing import Standing

CAP = "cap"


def find_losses(model: QualityModel, standing: Standing) -> tuple[Loss, ...]:
    """List what each rule costs, dearest first.

    What a rung does not pay is lost by the criteria of the rung that holds it down, each as far as it falls short.
    What the cap takes is shared equally by the blockers, under `CAP` instead of a dimension.
    """
    points: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for dimension in standing.dimensions:
        rung_points = standing.share(dimension) * dimension.rung_points
        for holder in dimension.holders:
            for criterion, shortfall in dimension.rungs[holder].shortfalls():
                points[dimension.dimension.key, criterion.rule] += rung_points * shortfall
    for rule in standing.blockers:
        points[CAP, rule.code] = (standing.uncapped - standing.total) / len(standing.blockers)
    dearest = sorted((-lost, key) for key, lost in points.items() if lost)
    return tuple(Loss(model.rules[code], dimension, rounded_down(-lost)) for lost, (dimension, code) in dearest)
