"""Which results are shown: `--select`, `--ignore` and `--min-confidence`. They never move the score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from fastapi_audit.audit.finding import RuleInfo, RuleResult
from fastapi_audit.audit.verdict import Confidence
from fastapi_audit.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Selection:
    """Codes or beginnings of codes to show (none: all) and to hide; the longer one that fits a
    rule decides, and to hide when both are equal."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: Confidence = Confidence.MEDIUM

    def shows(self, rule: RuleInfo) -> bool:
        """Whether the results of a rule are shown; a preview rule only when its whole code is selected."""
        if rule.is_preview and rule.code not in self.select:
            return False
        selected = _longest_fit(rule.code, self.select or ("",))
        ignored = _longest_fit(rule.code, self.ignore)
        return selected > ignored


def _longest_fit(code: str, prefixes: Sequence[str]) -> int:
    """Return the length of the longest prefix that fits, -1 when none does."""
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def narrow(results: Iterable[RuleResult], selection: Selection) -> tuple[RuleResult, ...]:
    """Return the results that are shown, with the findings that are sure enough."""
    return tuple(
        replace(result, findings=tuple(f for f in result.findings if f.confidence >= selection.min_confidence))
        for result in results
        if selection.shows(result.rule)
    )


def refuse_unknown_codes(named: Iterable[str], rules: Iterable[RuleInfo]) -> None:
    """Raise `ConfigError` for the first name that is neither a rule code nor the beginning of one."""
    codes = [rule.code for rule in rules]
    for name in named:
        if name and any(code.startswith(name) for code in codes):
            continue
        nearest = get_close_matches(name.upper(), codes, n=1, cutoff=0)
        hint = f"; did you mean `{nearest[0]}`?" if nearest else ""
        raise ConfigError(f"there is no rule `{name}`{hint}")
