"""A checklist item passes only when all that it names is measured, decided and holds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from scoring_builders import Counts, a_declaration, a_rung, a_scored_rule, results_of

from fastapi_audit.audit.finding import Evidence, Finding, RuleResult
from fastapi_audit.audit.score import ChecklistItem, Mode, Proof, Status
from fastapi_audit.audit.verdict import Confidence, Priority
from fastapi_audit.model.place import Place
from fastapi_audit.scoring import score
from fastapi_audit.scoring.declaration import ItemEntry
from fastapi_audit.scoring.quality_model import fit

A, B = a_scored_rule("AAA001"), a_scored_rule("BBB001")
RUNGS = [a_rung((A.code, 1, Mode.RATIO), (B.code, 1, Mode.RATIO)), a_rung(), a_rung(), a_rung()]


def answer(item: ItemEntry, results: Sequence[RuleResult]) -> ChecklistItem:
    model = fit(a_declaration((100, RUNGS), items=[item]), [A, B])
    return score(results, model).checklists[0].items[0]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (Counts(3), Counts(1), Status.PASS),
        (Counts(3), Counts(), Status.PASS),
        (Counts(), Counts(), Status.NOT_APPLICABLE),
        (Counts(3), Counts(1, 1), Status.FAIL),
        (Counts(3), Counts(0, 0, 1), Status.UNKNOWN),
        (Counts(3, 0, 1), Counts(1), Status.UNKNOWN),
        (Counts(0, 1), Counts(0, 0, 1), Status.FAIL),
    ],
)
def test_the_worst_that_is_certain_decides(first: Counts, second: Counts, status: Status) -> None:
    item = ItemEntry("An item", rules=("AAA001", "BBB001"))
    assert answer(item, results_of([A, B], {"AAA001": first, "BBB001": second})).status is status


@pytest.mark.parametrize(("counts", "status"), [(Counts(3), Status.UNKNOWN), (Counts(3, 1), Status.FAIL)])
def test_an_item_of_which_a_rule_was_not_run_may_fail_and_never_passes(counts: Counts, status: Status) -> None:
    item = ItemEntry("An item", ("AAA001", "BBB001"), Priority.P0)
    answered = answer(item, results_of([A], {"AAA001": counts}))
    assert (answered.status, answered.priority) == (status, "P0")


def test_a_failing_item_shows_the_findings_that_count() -> None:
    places = [Place("b.py", 2), Place("a.py", 9), Place("a.py", 9), None, Place("c.py", 1)]
    confidences = [Confidence.HIGH, Confidence.MEDIUM, Confidence.HIGH, Confidence.HIGH, Confidence.LOW]
    findings = tuple(
        Finding(A, place, "wrong", confidence) for place, confidence in zip(places, confidences, strict=True)
    )
    answered = answer(ItemEntry("An item", rules=("AAA001",)), [RuleResult(A, 1, 4, 0, findings)])
    assert answered.proofs == (
        Proof("AAA001", None, "wrong"),
        Proof("AAA001", Place("a.py", 9), "wrong"),
        Proof("AAA001", Place("b.py", 2), "wrong"),
    )
    assert (answered.passes, answered.fails) == (1, 4)


def test_other_items_show_what_proves_them_or_leaves_them_open() -> None:
    evidence, undecided = (Evidence(Place("a.py", 3), "sound"),), (Evidence(Place("b.py", 4), "opaque"),)
    item = ItemEntry("An item", rules=("AAA001",))
    proven = answer(item, [RuleResult(A, 1, 0, 0, evidence=evidence)])
    left_open = answer(item, [RuleResult(A, 1, 0, 1, evidence=evidence, undecided=undecided)])
    assert (proven.status, proven.proofs) == (Status.PASS, (Proof("AAA001", Place("a.py", 3), "sound"),))
    assert (left_open.status, left_open.proofs) == (Status.UNKNOWN, (Proof("AAA001", Place("b.py", 4), "opaque"),))
    assert (proven.note, left_open.note) == ("", "")


def test_an_item_without_proofs_says_why() -> None:
    item = ItemEntry("An item", rules=("AAA001",))
    assert answer(item, results_of([A], {"AAA001": Counts()})).note == "the project has nothing of the kind"
    assert answer(item, results_of([A], {"AAA001": Counts(unknowns=1)})).note == "it cannot be told from the code"
