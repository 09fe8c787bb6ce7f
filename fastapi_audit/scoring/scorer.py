"""The score of one service, put together from its parts. What is exact inside becomes a number for the report here."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.score import CriterionScore, DimensionScore, RungScore, Score
from fastapi_audit.scoring.attainment import Tallies, Tally, count, rounded_down
from fastapi_audit.scoring.checklists import fill_checklists
from fastapi_audit.scoring.declaration import Criterion, Dimension
from fastapi_audit.scoring.gains import find_gains, find_path
from fastapi_audit.scoring.health import check_health
from fastapi_audit.scoring.ladder import DimensionStanding, RungStanding
from fastapi_audit.scoring.losses import find_losses
from fastapi_audit.scoring.quality_model import QualityModel
from fastapi_audit.scoring.standing import Standing, band_of, measure


def score(results: Sequence[RuleResult], model: QualityModel) -> Score:
    """Judge one service by the results of its rules, one result a rule, in any order."""
    tallies = count(results)
    standing = measure(model, tallies)
    gains = find_gains(model, tallies, standing)
    return Score(
        total=rounded_down(standing.total),
        uncapped=rounded_down(standing.uncapped),
        band=band_of(standing.total, model.declaration.bands),
        blockers=standing.blockers,
        dimensions=tuple(_dimension(model, tallies, standing, dimension) for dimension in standing.dimensions),
        health=check_health(model, tallies),
        checklists=fill_checklists(model, {result.rule.code: result for result in results}),
        gains=gains,
        losses=find_losses(model, standing),
        path_to_next_band=find_path(model, tallies, standing, gains),
        model_version=model.declaration.version,
    )


def _dimension(
    model: QualityModel, tallies: Tallies, standing: Standing, dimension: DimensionStanding
) -> DimensionScore:
    rungs = [_rung(model, tallies, rung, dimension.pays(index)) for index, rung in enumerate(dimension.rungs)]
    return DimensionScore(
        key=dimension.dimension.key,
        title=dimension.dimension.title,
        weight=rounded_down(standing.share(dimension)),
        score=_or_none(dimension.score),
        rungs=tuple(rungs),
        has_insufficient_evidence=_is_mostly_unknown(model, tallies, dimension.dimension),
    )


def _rung(model: QualityModel, tallies: Tallies, rung: RungStanding, paid: Fraction) -> RungScore:
    return RungScore(
        title=rung.rung.title,
        attainment=_or_none(rung.attainment),
        effective=rounded_down(paid),
        criteria=tuple(
            _criterion(model, tallies[criterion.rule], criterion, attained) for criterion, attained in rung.criteria
        ),
    )


def _criterion(model: QualityModel, tally: Tally, criterion: Criterion, attained: Fraction | None) -> CriterionScore:
    return CriterionScore(
        rule=model.rules[criterion.rule],
        weight=float(criterion.weight),
        mode=criterion.mode,
        passes=tally.passes,
        fails=tally.fails,
        unknowns=tally.unknowns,
        attainment=_or_none(attained),
    )


def _or_none(number: Fraction | None) -> float | None:
    return None if number is None else rounded_down(number)


def _is_mostly_unknown(model: QualityModel, tallies: Tallies, dimension: Dimension) -> bool:
    counted = [tallies[code] for code in dimension.codes]
    unknowns = sum(tally.unknowns for tally in counted)
    subjects = unknowns + sum(tally.passes + tally.fails for tally in counted)
    return unknowns > model.declaration.unknown_share_limit * subjects
