"""What can be wrong with a declared quality model, given the rules that exist; each complaint is one clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.score import Band
from fastapi_audit.audit.verdict import Severity
from fastapi_audit.scoring.declaration import Declaration


def may_score(rule: RuleInfo) -> bool:
    """Whether a rule may move the score: advice and previews never do."""
    return rule.severity is not Severity.INFO and not rule.is_preview


def complaints(declaration: Declaration, rules: Mapping[str, RuleInfo]) -> list[str]:
    """List everything that is wrong, in the order of the file."""
    return [
        *_bands(declaration),
        *_numbers(declaration),
        *_keys(declaration),
        *_unknown_codes(declaration, rules),
        *_wrongly_placed(declaration, rules),
        *_unplaced(declaration, rules),
    ]


def _bands(declaration: Declaration) -> Iterator[str]:
    floors = [declaration.bands.get(band) for band in Band]
    if None in floors or floors[0] != 0 or floors != sorted(set(declaration.bands.values())):
        yield "bands must rise from critical = 0 to production-grade"


def _numbers(declaration: Declaration) -> Iterator[str]:
    total = sum(dimension.weight for dimension in declaration.dimensions)
    if total != 100:
        yield f"the weights of the dimensions add up to {float(total):g}, not 100"
    if declaration.cap.total > 100:
        yield "the cap is above 100"
    if declaration.unknown_share_limit > 1:
        yield "unknown_share_limit is above 1"
    for signal in declaration.signals:
        if not signal.partial <= signal.healthy <= 1:
            yield f"signal {signal.key} needs partial <= healthy <= 1"


def _keys(declaration: Declaration) -> Iterator[str]:
    for kind, entries in (
        ("dimension", declaration.dimensions),
        ("signal", declaration.signals),
        ("checklist", declaration.checklists),
    ):
        yield from (f"{kind} {key} stands twice" for key in _repeated(entry.key for entry in entries))


def _unknown_codes(declaration: Declaration, rules: Mapping[str, RuleInfo]) -> Iterator[str]:
    for where, code in _named(declaration):
        if code not in rules:
            yield f"{where} names {code}, and there is no such rule"


def _wrongly_placed(declaration: Declaration, rules: Mapping[str, RuleInfo]) -> Iterator[str]:
    off_ladder = {entry.rule for entry in declaration.off_ladder}
    for dimension in declaration.dimensions:
        for code in _repeated(dimension.codes):
            yield f"dimension {dimension.key} counts {code} twice"
        for code in dimension.codes:
            if code in rules and not may_score(rules[code]):
                yield f"dimension {dimension.key} counts {code}, which is advice or a preview and never scored"
            if code in off_ladder:
                yield f"{code} stands in dimension {dimension.key} and in off_ladder"


def _unplaced(declaration: Declaration, rules: Mapping[str, RuleInfo]) -> Iterator[str]:
    """Find rules that could move the score and were forgotten; being P0 alone is no excuse from the ladder."""
    placed = {code for dimension in declaration.dimensions for code in dimension.codes}
    placed.update(entry.rule for entry in declaration.off_ladder)
    for code, rule in sorted(rules.items()):
        is_capping_error = rule.severity is Severity.ERROR and rule.family in declaration.cap.families
        if may_score(rule) and code not in placed and not is_capping_error:
            yield f"{code} could move the score and stands neither in a dimension nor in off_ladder"


def _named(declaration: Declaration) -> Iterator[tuple[str, str]]:
    for dimension in declaration.dimensions:
        yield from ((f"dimension {dimension.key}", code) for code in dimension.codes)
    yield from (("off_ladder", entry.rule) for entry in declaration.off_ladder)
    for signal in declaration.signals:
        yield from ((f"signal {signal.key}", code) for code in signal.rules)
    for checklist in declaration.checklists:
        yield from ((f"checklist {checklist.key}", code) for item in checklist.items for code in item.rules)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
