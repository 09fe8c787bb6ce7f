"""Rules in two processes: the second is a copy of this one, and has the model as it is.

The copy takes the rules of one family, those about tests: what the tests do with a service is the largest part of the
model, and made for these rules only. Where processes do not start as copies, one does it all: to send a model takes
longer than to check it.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.audit.finding import RuleFailure, RuleResult
from fastapi_audit.checking.registry import Rule
from fastapi_audit.checking.runner import check
from fastapi_audit.checking.suppressions import Suppression
from fastapi_audit.model.project import Project
from fastapi_audit.processes import begin_in_copy, memory, start_method
from fastapi_audit.profile import Profile

FAMILY_APART = "testing"
SHARING_PAYS_FROM = 2_000  # calls in the code of tests
MOST_COPIED = 600 * 1024 * 1024  # bytes of this process: the copy comes to take two thirds of them once more

Checked = tuple[tuple[RuleResult, ...], tuple[RuleFailure, ...]]


def check_shared(
    project: Project, rules: Sequence[Rule], suppressions: Sequence[Suppression], profile: Profile, jobs: int
) -> Checked:
    """Return what `runner.check` does; `jobs` is how many processes may work."""
    if jobs < 2 or not _pays(project):
        return check(project, rules, suppressions, profile)
    own = [rule for rule in rules if rule.info.family != FAMILY_APART]
    others = [rule for rule in rules if rule.info.family == FAMILY_APART]

    def check_others() -> tuple[Checked, Profile]:
        spent = Profile()
        return check(project, others, suppressions, spent), spent

    finish = begin_in_copy(check_others)
    found = check(project, own, suppressions, profile)
    found_apart, spent = finish()
    for code, seconds in spent.rules.items():
        profile.rules[code] = profile.rules.get(code, 0.0) + seconds
    return _in_order(rules, (found, found_apart))


def _pays(project: Project) -> bool:
    """Say whether there is enough to do in the copy, and whether it may be made."""
    if len(project.suite.calls) < SHARING_PAYS_FROM or start_method() != "fork":
        return False
    return memory() <= MOST_COPIED


def _in_order(rules: Sequence[Rule], parts: Sequence[Checked]) -> Checked:
    place = {rule.info.code: number for number, rule in enumerate(rules)}
    results = sorted((one for found, _ in parts for one in found), key=lambda one: place[one.rule.code])
    failures = sorted((one for _, found in parts for one in found), key=lambda one: place[one.code])
    return tuple(results), tuple(failures)
