"""The checklists: the state of each item, and the places that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.score import Checklist, ChecklistItem, Status
from fastapi_audit.model.place import Place
from fastapi_audit.rule_api.verdict import Confidence
from fastapi_audit.scoring.declaration import ChecklistEntry, ItemEntry
from fastapi_audit.scoring.quality_model import QualityModel


def fill_checklists(model: QualityModel, results: Mapping[str, RuleResult]) -> tuple[Checklist, ...]:
    """Answer every checklist of the model."""
    return tuple(_fill(entry, results) for entry in model.declaration.checklists)


def _fill(entry: ChecklistEntry, results: Mapping[str, RuleResult]) -> Checklist:
    return Checklist(entry.key, entry.title, tuple(_answer(item, results) for item in entry.items))


def _answer(item: ItemEntry, results: Mapping[str, RuleResult]) -> ChecklistItem:
    measured = [results[code] for code in item.rules if code in results]
    is_measured = not item.planned and len(measured) == len(item.rules) > 0
    status = _status(measured, is_measured)
    return ChecklistItem(
        title=item.title,
        priority=item.priority.value if item.priority else None,
        status=status,
        rules=item.rules,
        places=_sorted(_places(measured, status)),
        count=sum(result.fails for result in measured),
    )


def _status(results: Sequence[RuleResult], is_measured: bool) -> Status:
    """A fail decides; after that, one thing that cannot be told or is not measured keeps an item from passing."""
    if any(result.fails for result in results):
        return Status.FAIL
    if not is_measured or any(result.unknowns for result in results):
        return Status.UNKNOWN
    return Status.PASS if any(result.passes for result in results) else Status.NOT_APPLICABLE


def _places(results: Sequence[RuleResult], status: Status) -> Iterator[Place | None]:
    for result in results:
        if status is Status.FAIL:
            # Doubtful findings are shown on request and decide nothing.
            yield from (finding.place for finding in result.findings if finding.confidence > Confidence.LOW)
        elif status is Status.UNKNOWN:
            yield from (undecided.place for undecided in result.undecided)
        elif status is Status.PASS:
            yield from (evidence.place for evidence in result.evidence)


def _sorted(places: Iterable[Place | None]) -> tuple[Place, ...]:
    return tuple(sorted({place for place in places if place is not None}))
