"""The checklists: the state of each item, and what proves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.audit.finding import Evidence, Finding, RuleResult
from fastapi_audit.audit.score import Checklist, ChecklistItem, Proof, Status
from fastapi_audit.audit.verdict import Confidence
from fastapi_audit.model.place import Place
from fastapi_audit.scoring.declaration import ChecklistEntry, ItemEntry
from fastapi_audit.scoring.quality_model import QualityModel

NOTES = {
    Status.NOT_APPLICABLE: "the project has nothing of the kind",
    Status.UNKNOWN: "it cannot be told from the code",
}


def fill_checklists(model: QualityModel, results: Mapping[str, RuleResult]) -> tuple[Checklist, ...]:
    """Answer every checklist of the model."""
    return tuple(_fill(entry, results) for entry in model.declaration.checklists)


def _fill(entry: ChecklistEntry, results: Mapping[str, RuleResult]) -> Checklist:
    return Checklist(entry.key, entry.title, tuple(_answer(item, results) for item in entry.items))


def _answer(item: ItemEntry, results: Mapping[str, RuleResult]) -> ChecklistItem:
    measured = [results[code] for code in item.rules if code in results]
    is_measured = len(measured) == len(item.rules)
    status = _status(measured, is_measured)
    proofs = tuple(sorted(set(_proofs(measured, status)), key=_in_order))
    return ChecklistItem(
        title=item.title,
        priority=item.priority.value if item.priority else None,
        status=status,
        rules=item.rules,
        proofs=proofs,
        passes=sum(result.passes for result in measured),
        fails=sum(result.fails for result in measured),
        unknowns=sum(result.unknowns for result in measured),
        note="" if proofs else NOTES.get(status, ""),
    )


def _status(results: Sequence[RuleResult], is_measured: bool) -> Status:
    """A fail decides; after that, what cannot be told, or a rule that was not run, keeps an item from passing."""
    if any(result.fails for result in results):
        return Status.FAIL
    if not is_measured or any(result.unknowns for result in results):
        return Status.UNKNOWN
    return Status.PASS if any(result.passes for result in results) else Status.NOT_APPLICABLE


def _proofs(results: Sequence[RuleResult], status: Status) -> Iterator[Proof]:
    for result in results:
        yield from (Proof(result.rule.code, said.place, said.message) for said in _said(result, status))


def _said(result: RuleResult, status: Status) -> Sequence[Finding | Evidence]:
    if status is Status.FAIL:
        # Doubtful findings are shown on request and decide nothing.
        return [finding for finding in result.findings if finding.confidence > Confidence.LOW]
    if status is Status.UNKNOWN:
        return result.undecided
    return result.evidence if status is Status.PASS else ()


def _in_order(proof: Proof) -> tuple[str, Place, str]:
    """Order proofs by rule and place; what is said of the project comes first."""
    return proof.rule, proof.place or Place(""), proof.message
