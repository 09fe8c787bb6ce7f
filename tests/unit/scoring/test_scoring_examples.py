"""Scores computed by hand; the arithmetic stands beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from scoring_builders import Counts, a_declaration, a_rung, a_scored_rule, results_of, shipped_rules

from fastapi_audit.audit.score import Band, Mode, Score
from fastapi_audit.audit.verdict import Priority, Severity
from fastapi_audit.scoring import load_quality_model, score
from fastapi_audit.scoring.attainment import Tally, attain
from fastapi_audit.scoring.declaration import Rung, SignalEntry
from fastapi_audit.scoring.quality_model import fit

RATIO, ALL, ANY = Mode.RATIO, Mode.ALL, Mode.ANY
EMPTY = a_rung()
RULES = [
    a_scored_rule("AAA001"),
    a_scored_rule("BBB001"),
    a_scored_rule("CCC001"),
    a_scored_rule("DDD001", Severity.ERROR, Priority.P0),
    a_scored_rule("COR001", Severity.ERROR),
]
ON_ALL = [a_rung(("AAA001", 1, RATIO)), a_rung(("BBB001", 1, RATIO)), a_rung(("CCC001", 1, RATIO)), EMPTY]
MANDATORY = [a_rung(("DDD001", 1, RATIO)), EMPTY, EMPTY, EMPTY]


def judge(
    counts: Mapping[str, Counts],
    *ladders: tuple[int, Sequence[Rung]],
    signals: Sequence[SignalEntry] = (),
) -> Score:
    model = fit(a_declaration(*ladders, signals=signals), RULES)
    return score(results_of(RULES, counts), model)


def ladder(*rungs: Rung) -> tuple[tuple[int, Sequence[Rung]], tuple[int, Sequence[Rung]]]:
    """Give the rungs a weight of 60, and 40 to a second ladder that keeps every rule in its place."""
    named = {criterion.rule for rung in rungs for criterion in rung.criteria}
    others = [(rule.code, 1, RATIO) for rule in RULES[:4] if rule.code not in named]
    return (60, rungs), (40, [a_rung(*others), EMPTY, EMPTY, EMPTY])


@pytest.mark.parametrize(
    ("tally", "ratio", "zero_tolerance", "at_least_one"),
    [
        (Tally(0, 0, 0), None, None, None),
        (Tally(0, 0, 5), None, None, None),
        (Tally(0, 4, 5), Fraction(0), Fraction(0), Fraction(0)),
        (Tally(3, 1, 9), Fraction(3, 4), Fraction(0), Fraction(1)),
        (Tally(2, 0, 1), Fraction(1), Fraction(1), Fraction(1)),
    ],
)
def test_the_mode_decides_what_counts_are_worth(
    tally: Tally, ratio: Fraction | None, zero_tolerance: Fraction | None, at_least_one: Fraction | None
) -> None:
    assert attain(tally, RATIO) == ratio
    assert attain(tally, ALL) == zero_tolerance
    assert attain(tally, ANY) == at_least_one


def test_a_rung_pays_only_as_far_as_the_one_below_it_holds() -> None:
    # a = 3/4, 1/2, 1, none -> e = 3/4, 1/2, 1/2, 1/2; 25 * 2.25 = 56.25. The other ladder does not apply.
    judged = judge({"AAA001": Counts(3, 1), "BBB001": Counts(1, 1), "CCC001": Counts(9, 0)}, *ladder(*ON_ALL))
    first, second = judged.dimensions
    assert [rung.attainment for rung in first.rungs] == [0.75, 0.5, 1.0, None]
    assert [rung.effective for rung in first.rungs] == [0.75, 0.5, 0.5, 0.5]
    assert (first.score, first.weight) == (56.25, 1.0)
    assert (second.score, second.weight) == (None, 0.0)
    assert (judged.total, judged.band) == (56.25, Band.NEEDS_WORK)


def test_each_rung_is_lost_by_the_criteria_of_the_rung_that_holds_it_down() -> None:
    # Rung 1 loses 25 * 1/4 to AAA001; rungs 2, 3 and 4 are held at 1/2 by BBB001 and lose 3 * 25 * 1/2 to it.
    judged = judge({"AAA001": Counts(3, 1), "BBB001": Counts(1, 1), "CCC001": Counts(9, 0)}, *ladder(*ON_ALL))
    assert [(loss.rule.code, loss.dimension, loss.points) for loss in judged.losses] == [
        ("BBB001", "d1", 37.5),
        ("AAA001", "d1", 6.25),
    ]


def test_a_first_rung_that_does_not_apply_takes_over_the_second() -> None:
    # a = none, 1/2, 1, none -> e = 1/2 four times: 50.
    judged = judge({"BBB001": Counts(1, 1), "CCC001": Counts(9, 0)}, *ladder(*ON_ALL))
    assert [rung.effective for rung in judged.dimensions[0].rungs] == [0.5, 0.5, 0.5, 0.5]
    assert judged.total == 50.0


def test_criteria_are_weighted_and_those_that_decide_nothing_are_left_out() -> None:
    rung = a_rung(("AAA001", 3, RATIO), ("BBB001", 1, ALL), ("CCC001", 5, RATIO))
    # a_1 = (3 * 1/3 + 1 * 0) / (3 + 1) = 1/4, CCC001 is unknown only; every rung pays 1/4: 25.
    counts = {"AAA001": Counts(1, 2), "BBB001": Counts(8, 1), "CCC001": Counts(0, 0, 2)}
    judged = judge(counts, *ladder(rung, EMPTY, EMPTY, EMPTY))
    assert judged.total == 25.0
    assert [criterion.attainment for criterion in judged.dimensions[0].rungs[0].criteria] == [0.333333333, 0.0, None]
    # Of 75 lost points AAA001 loses 3/4 * 2/3 = 1/2 of the rung, BBB001 1/4 of it.
    assert [(loss.rule.code, loss.points) for loss in judged.losses] == [("AAA001", 50.0), ("BBB001", 25.0)]


def test_a_dimension_that_does_not_apply_leaves_its_weight_to_the_others() -> None:
    first, second = ([a_rung((code, 1, RATIO)), EMPTY, EMPTY, EMPTY] for code in ("AAA001", "BBB001"))
    third = [a_rung(("CCC001", 1, RATIO), ("DDD001", 1, RATIO)), EMPTY, EMPTY, EMPTY]
    # Weights 35, 35, 30; the second does not apply: (35 * 0 + 30 * 100) / 65 = 46.153846153...
    judged = judge({"AAA001": Counts(0, 1), "CCC001": Counts(1, 0)}, (35, first), (35, second), (30, third))
    assert judged.total == 46.153846153
    assert [dimension.weight for dimension in judged.dimensions] == [0.538461538, 0.0, 0.461538461]


def test_a_mandatory_rule_that_fails_holds_the_total_at_79() -> None:
    # d1: DDD001 19 of 20 -> 95 of 100, weight 60; d2 100, weight 40: 97, capped at 79.
    judged = judge({"DDD001": Counts(19, 1), "AAA001": Counts(1, 0)}, *ladder(*MANDATORY))
    assert (judged.uncapped, judged.total, judged.band) == (97.0, 79.0, Band.SOLID)
    assert [rule.code for rule in judged.blockers] == ["DDD001"]
    # 3 points are the dimension's, 18 the cap's; mending it gains both.
    assert [(loss.dimension, loss.points) for loss in judged.losses] == [("cap", 18.0), ("d1", 3.0)]
    assert [(gain.rule.code, gain.points, gain.findings) for gain in judged.gains] == [("DDD001", 21.0, 1)]


def test_two_blockers_share_what_the_cap_takes_and_neither_alone_gains_it() -> None:
    judged = judge({"DDD001": Counts(19, 1), "COR001": Counts(5, 2), "AAA001": Counts(1, 0)}, *ladder(*MANDATORY))
    assert [(loss.rule.code, loss.dimension, loss.points) for loss in judged.losses] == [
        ("COR001", "cap", 9.0),
        ("DDD001", "cap", 9.0),
        ("DDD001", "d1", 3.0),
    ]
    assert [(gain.rule.code, gain.points) for gain in judged.gains] == [("DDD001", 0.0), ("COR001", 0.0)]
    assert [rule.code for rule in judged.path_to_next_band] == ["DDD001", "COR001"]


def test_a_correctness_error_off_every_ladder_still_caps() -> None:
    judged = judge({"AAA001": Counts(1, 0), "COR001": Counts(0, 1)}, *ladder(*MANDATORY))
    assert (judged.uncapped, judged.total) == (100.0, 79.0)
    assert [(loss.rule.code, loss.points) for loss in judged.losses] == [("COR001", 21.0)]


def test_the_cap_does_not_lift_a_total_below_it() -> None:
    judged = judge({"DDD001": Counts(0, 1)}, *ladder(*MANDATORY))
    assert (judged.uncapped, judged.total, judged.band) == (0.0, 0.0, Band.CRITICAL)
    assert [(loss.dimension, loss.points) for loss in judged.losses] == [("d1", 100.0)]


@pytest.mark.parametrize(
    ("passes", "band"),
    [
        (399, Band.CRITICAL),
        (400, Band.NEEDS_WORK),
        (599, Band.NEEDS_WORK),
        (600, Band.SOLID),
        (799, Band.SOLID),
        (800, Band.PRODUCTION_GRADE),
    ],
)
def test_bands_begin_at_40_60_and_80_of_the_rounded_down_total(passes: int, band: Band) -> None:
    rungs = [a_rung(("AAA001", 1, RATIO)), EMPTY, EMPTY, EMPTY]
    judged = judge({"AAA001": Counts(passes, 1000 - passes)}, *ladder(*rungs))
    assert judged.total == passes / 10
    assert judged.band is band


def test_the_path_prefers_few_findings_and_leaves_out_what_is_not_needed() -> None:
    shares = a_rung(("AAA001", 1, RATIO), ("BBB001", 1, RATIO), ("CCC001", 2, RATIO))
    # (0/9 + 0/2 + 2 * 1/2) / 4 = 25. To reach 40: AAA001 (9 findings) or BBB001 (2) give 50, CCC001 (50) gives 50.
    counts = {"AAA001": Counts(0, 9), "BBB001": Counts(0, 2), "CCC001": Counts(50, 50)}
    judged = judge(counts, *ladder(shares, EMPTY, EMPTY, EMPTY))
    assert judged.total == 25.0
    assert [rule.code for rule in judged.path_to_next_band] == ["BBB001"]


def test_a_production_grade_service_has_no_next_band() -> None:
    judged = judge({"AAA001": Counts(9, 1)}, *ladder(*MANDATORY))
    assert (judged.total, judged.path_to_next_band) == (90.0, ())


def test_a_dimension_of_mostly_unknown_subjects_says_so() -> None:
    counts = {"AAA001": Counts(2, 0, 3), "DDD001": Counts(1, 0, 1)}
    doubtful, even = judge(counts, *reversed(ladder(*MANDATORY))).dimensions
    assert doubtful.has_insufficient_evidence
    assert not even.has_insufficient_evidence


def test_a_dimension_of_unknown_subjects_only_is_left_out_and_says_so() -> None:
    first, second = judge({"AAA001": Counts(0, 0, 3), "DDD001": Counts(1, 0)}, *ladder(*ON_ALL)).dimensions
    assert (first.score, first.has_insufficient_evidence) == (None, True)
    assert (second.score, second.has_insufficient_evidence) == (100.0, False)


def test_health_signals_take_the_mean_of_the_rules_that_apply() -> None:
    nine, half = Fraction(9, 10), Fraction(1, 2)
    signals = [
        SignalEntry("healthy", "At nine tenths", ("AAA001",), nine, half),
        SignalEntry("partial", "Mean of 9/10 and 1/10", ("AAA001", "BBB001"), nine, half),
        SignalEntry("unhealthy", "One tenth, and unknown", ("BBB001", "CCC001"), nine, half),
        SignalEntry("absent", "Unknown only", ("CCC001", "COR001"), nine, half),
    ]
    counts = {"AAA001": Counts(9, 1), "BBB001": Counts(1, 9), "CCC001": Counts(0, 0, 4)}
    health = judge(counts, *ladder(*MANDATORY), signals=signals).health
    assert [signal.points for signal in health.signals] == [2, 1, 0, None]
    assert (health.points, health.maximum) == (3, 6)


def test_a_service_that_authenticates_nobody_keeps_a_quarter_of_security_at_most() -> None:
    rules = shipped_rules()
    counts = {rule.code: Counts(4, 0) for rule in rules} | {"SEC013": Counts(0, 7)}
    judged = score(results_of(rules, counts), load_quality_model(rules))
    security = next(dimension for dimension in judged.dimensions if dimension.key == "security")
    # a_1 = (1 * 1 + 1 * 1 + 6 * 0) / 8 = 1/4, and no rung pays more: 25. The total loses 15 % of 75 and is capped.
    assert security.score == 25.0
    assert (judged.uncapped, judged.total) == (88.75, 79.0)


def test_a_flawless_service_has_exactly_100_points() -> None:
    rules = shipped_rules()
    judged = score(results_of(rules, {rule.code: Counts(7, 0, 1) for rule in rules}), load_quality_model(rules))
    assert (judged.total, judged.band, judged.losses, judged.gains) == (100.0, Band.PRODUCTION_GRADE, (), ())
    assert (judged.health.points, judged.health.maximum) == (16, 16)


def test_a_service_without_a_database_is_measured_by_the_rest() -> None:
    rules = shipped_rules()
    counts = {rule.code: Counts(7, 0) for rule in rules if rule.family != "database" and rule.code != "SEC011"}
    blocked = {"PRF001": Counts(0, 3), "PRF003": Counts(0, 3)}
    judged = score(results_of(rules, counts | blocked), load_quality_model(rules))
    database = next(dimension for dimension in judged.dimensions if dimension.key == "database")
    # Performance falls to 0 through its first rung; 90 points of weight remain: 80 / 90.
    assert (database.score, database.weight) == (None, 0.0)
    assert judged.total == 88.888888888
    assert (judged.health.points, judged.health.maximum) == (14, 14)
