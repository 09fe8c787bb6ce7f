"""The laws of the score, over invented quality models and over the one of the package."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scoring_builders import Counts, a_declaration, a_rung, a_scored_rule, results_of, shipped_rules

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.score import Mode, Score
from fastapi_audit.audit.verdict import Priority, Severity
from fastapi_audit.scoring import QualityModel, load_quality_model, score
from fastapi_audit.scoring.attainment import count
from fastapi_audit.scoring.declaration import Dimension, OffLadder, Rung, SignalEntry
from fastapi_audit.scoring.quality_model import fit
from fastapi_audit.scoring.standing import measure

RULES = [
    a_scored_rule("AAA001"),
    a_scored_rule("BBB001", Severity.ERROR),
    a_scored_rule("CCC001", Severity.WARNING, Priority.P0),
    a_scored_rule("DDD001"),
    a_scored_rule("EEE001", Severity.ERROR, Priority.P0),
    a_scored_rule("FFF001"),
    a_scored_rule("COR001", Severity.ERROR),
]
SHIPPED_RULES = shipped_rules()
SHIPPED = load_quality_model(SHIPPED_RULES)
TOLERANCE = 1e-6
LAW = settings(deadline=None, max_examples=60)


@dataclass(frozen=True)
class Case:
    """A model, its rules and what they counted; it prints what a reader of a counterexample needs."""

    model: QualityModel = field(repr=False)
    rules: Sequence[RuleInfo] = field(repr=False)
    counts: Mapping[str, Counts]
    ladders: Sequence[Dimension] = ()

    def judge(self, **changed: Counts) -> Score:
        return score(results_of(self.rules, {**self.counts, **changed}), self.model)

    @property
    def scored_fails(self) -> list[str]:
        return [rule.code for rule in self.model.scored if self.counts[rule.code].fails]


def tallies() -> st.SearchStrategy[Counts]:
    few = st.sampled_from([0, 0, 0, 1, 2, 3, 7])
    return st.builds(Counts, few, few, few)


@st.composite
def ladders(draw: st.DrawFn, modes: Sequence[Mode]) -> list[Rung]:
    codes = draw(st.lists(st.sampled_from([rule.code for rule in RULES[:6]]), unique=True, max_size=6))
    rungs: list[list[tuple[str, int, Mode]]] = [[], [], [], []]
    for code in codes:
        rung = draw(st.integers(0, 3))
        rungs[rung].append((code, draw(st.integers(1, 5)), draw(st.sampled_from(modes))))
    return [a_rung(*criteria) for criteria in rungs]


@st.composite
def invented(draw: st.DrawFn, modes: Sequence[Mode] = tuple(Mode)) -> Case:
    weight = draw(st.integers(1, 99))
    signal = SignalEntry("signal", "Signal", ("AAA001", "CCC001", "COR001"), Fraction(9, 10), Fraction(1, 2))
    declaration = a_declaration((weight, draw(ladders(modes))), (100 - weight, draw(ladders(modes))), signals=[signal])
    on_ladder = {code for dimension in declaration.dimensions for code in dimension.codes}
    unplaced = tuple(OffLadder(rule.code, "none") for rule in RULES[:6] if rule.code not in on_ladder)
    declaration = msgspec.structs.replace(declaration, off_ladder=unplaced)
    return Case(fit(declaration, RULES), RULES, {rule.code: draw(tallies()) for rule in RULES}, declaration.dimensions)


@st.composite
def packaged(draw: st.DrawFn) -> Case:
    """Draw counts for the model of the package: mostly sound, so that high totals and caps occur."""
    sound = st.builds(Counts, st.integers(0, 30), st.just(0), st.integers(0, 2))
    mixed = st.one_of(sound, sound, tallies())
    return Case(SHIPPED, SHIPPED_RULES, {rule.code: draw(mixed) for rule in SHIPPED_RULES})


def cases() -> st.SearchStrategy[Case]:
    return st.one_of(invented(), packaged())


def with_a_fail(counts: Counts) -> Counts:
    return Counts(counts.passes, counts.fails + 1, counts.unknowns)


def with_a_pass_for_a_fail(counts: Counts) -> Counts:
    return Counts(counts.passes + 1, counts.fails - 1, counts.unknowns)


def assert_nowhere_lower(better: Score, worse: Score) -> None:
    """Compare everything that is a score: the total before and after the cap, dimensions, rungs and signals."""
    assert better.total >= worse.total
    assert better.uncapped >= worse.uncapped
    assert better.health.points >= worse.health.points
    for high, low in zip(better.dimensions, worse.dimensions, strict=True):
        if high.score is not None:
            assert low.score is not None
            assert high.score >= low.score
            paid = zip(high.rungs, low.rungs, strict=True)
            assert all(above.effective >= below.effective for above, below in paid)


@LAW
@given(cases())
def test_every_score_lies_between_0_and_100(case: Case) -> None:
    judged = case.judge()
    assert 0 <= judged.total <= judged.uncapped <= 100
    assert all(dimension.score is None or 0 <= dimension.score <= 100 for dimension in judged.dimensions)
    assert all(0 <= rung.effective <= 1 for dimension in judged.dimensions for rung in dimension.rungs)
    assert 0 <= judged.health.points <= judged.health.maximum <= 16


@LAW
@given(cases(), st.data())
def test_turning_a_fail_into_a_pass_never_lowers_a_score(case: Case, data: st.DataObject) -> None:
    failing = [code for code, counts in case.counts.items() if counts.fails]
    assume(failing)
    code = data.draw(st.sampled_from(failing))
    assert_nowhere_lower(case.judge(**{code: with_a_pass_for_a_fail(case.counts[code])}), case.judge())


@LAW
@given(cases(), st.data())
def test_adding_a_fail_never_raises_a_score(case: Case, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(case.counts)))
    worse = case.judge(**{code: with_a_fail(case.counts[code])})
    better = case.judge()
    assert worse.total <= better.total
    assert worse.uncapped <= better.uncapped
    assert worse.health.points <= better.health.points
    for low, high in zip(worse.dimensions, better.dimensions, strict=True):
        assert high.score is None or (low.score is not None and low.score <= high.score)


@LAW
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_results_is_irrelevant(case: Case, shuffler: random.Random) -> None:
    results = results_of(case.rules, case.counts)
    shuffled = list(results)
    shuffler.shuffle(shuffled)
    assert score(shuffled, case.model) == score(results, case.model)


@LAW
@given(st.one_of(invented([Mode.RATIO, Mode.ALL]), packaged()))
def test_100_points_exactly_when_no_scored_rule_fails(case: Case) -> None:
    assert (case.judge().total == 100) == (not case.scored_fails)


@LAW
@given(packaged())
def test_mending_all_that_fails_gives_exactly_100(case: Case) -> None:
    mended = {code: Counts(counts.passes + counts.fails, 0, counts.unknowns) for code, counts in case.counts.items()}
    assert case.judge(**mended).total == 100


@LAW
@given(cases())
def test_where_any_is_enough_only_what_passes_nowhere_costs_points(case: Case) -> None:
    judged = case.judge()
    rungs = [rung for dimension in judged.dimensions for rung in dimension.rungs]
    attained = [criterion.attainment for rung in rungs for criterion in rung.criteria]
    assert (judged.total == 100) == (not judged.blockers and all(value in (None, 1) for value in attained))


@LAW
@given(cases())
def test_the_total_and_the_losses_make_100(case: Case) -> None:
    judged = case.judge()
    assert judged.total + sum(loss.points for loss in judged.losses) == pytest.approx(100, abs=TOLERANCE)
    assert all(loss.points >= 0 for loss in judged.losses)
    assert {loss.rule.code for loss in judged.losses} <= set(case.scored_fails)


@LAW
@given(cases())
def test_a_gain_is_what_a_new_audit_would_find(case: Case) -> None:
    judged = case.judge()
    assert sorted(gain.rule.code for gain in judged.gains) == sorted(case.scored_fails)
    for gain in judged.gains:
        counts = case.counts[gain.rule.code]
        mended = case.judge(**{gain.rule.code: Counts(counts.passes + counts.fails, 0, counts.unknowns)})
        assert gain.points >= 0
        assert judged.total + gain.points == pytest.approx(mended.total, abs=TOLERANCE)
        assert gain.findings == counts.fails


def is_blocker(rule: RuleInfo) -> bool:
    """Say whether a rule caps the total while it fails: it is mandatory, or a misuse of FastAPI."""
    return rule.priority is Priority.P0 or (rule.family == "correctness" and rule.severity is Severity.ERROR)


@LAW
@given(cases())
def test_a_cap_holds_while_a_blocker_fails_and_only_then(case: Case) -> None:
    judged = case.judge()
    capping = [rule.code for rule in case.rules if is_blocker(rule)]
    failing = [code for code in capping if case.counts[code].fails]
    assert sorted(rule.code for rule in judged.blockers) == sorted(failing)
    assert judged.total == (min(judged.uncapped, 79) if failing else judged.uncapped)


@LAW
@given(cases())
def test_the_path_reaches_the_next_band_and_needs_every_rule_of_it(case: Case) -> None:
    judged = case.judge()
    floor = min((floor for floor in (40, 60, 80) if floor > judged.total), default=None)
    path = [rule.code for rule in judged.path_to_next_band]
    if floor is None:
        assert path == []
        return
    before = count(results_of(case.rules, case.counts))
    assert measure(case.model, before.mended(path)).total >= floor
    for needed in path:
        without = [code for code in path if code != needed]
        assert measure(case.model, before.mended(without)).total < floor


@LAW
@given(cases(), st.data())
def test_results_of_advice_and_previews_change_nothing(case: Case, data: st.DataObject) -> None:
    advice = a_scored_rule("NEW001", Severity.INFO, Priority.P0)
    preview = a_scored_rule("COR099", Severity.ERROR, is_preview=True)
    model = fit(case.model.declaration, [*case.rules, advice, preview])
    extra = results_of([advice, preview], {"NEW001": data.draw(tallies()), "COR099": data.draw(tallies())})
    assert score([*results_of(case.rules, case.counts), *extra], model) == case.judge()
