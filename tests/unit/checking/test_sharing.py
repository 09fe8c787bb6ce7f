"""Rules that two processes share say what one process says, whatever becomes of the second."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from fastapi_audit.audit.verdict import Verdict, fail
from fastapi_audit.checking import sharing
from fastapi_audit.checking.registry import Rule, load_rules
from fastapi_audit.checking.runner import check
from fastapi_audit.checking.sharing import check_shared
from fastapi_audit.model.code import Call
from fastapi_audit.model.project import Project
from fastapi_audit.profile import Profile
from fastapi_audit.testing import understand_files

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes start as copies on Linux only")
FILES = {
    "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\nasync def read(name: str):\n"
    "    print(name)\n    open(name)\n    return {}\n"
}

RULES_APART = [rule for rule in load_rules() if rule.info.family == sharing.FAMILY_APART][:2]


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(sharing, "SHARING_PAYS_FROM", 0)
    monkeypatch.setattr(sharing, "MOST_COPIED", sys.maxsize)  # the process of all tests is a large one
    (found,) = understand_files(FILES)
    return found


def test_two_processes_say_what_one_says_in_the_same_order(project: Project) -> None:
    rules, profile = load_rules(), Profile()

    shared = check_shared(project, rules, (), profile, 2)

    assert shared == check(project, rules, ())
    assert len(shared[0]) == len(rules)
    assert profile.rules.keys() == {rule.info.code for rule in rules}


def test_the_copy_takes_the_rules_about_tests(project: Project) -> None:
    def where(call: Call) -> Verdict:
        return fail(call.place, str(os.getpid()))

    rules = [_with_check(rule, where) for rule in (*load_rules()[:2], *RULES_APART)]

    results, _ = check_shared(project, rules, (), Profile(), 2)

    here = [{finding.message for finding in result.findings} == {str(os.getpid())} for result in results]
    assert here == [True, True, False, False]


def test_a_process_that_is_large_is_not_copied(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def where(call: Call) -> Verdict:
        return fail(call.place, str(os.getpid()))

    monkeypatch.setattr(sharing, "MOST_COPIED", 1)

    (result,), _ = check_shared(project, [_with_check(RULES_APART[0], where)], (), Profile(), 2)

    assert {finding.message for finding in result.findings} == {str(os.getpid())}


def test_crashes_come_back_from_the_copy(project: Project) -> None:
    def crash(call: Call) -> Verdict:
        raise ValueError(str(call))

    rules = [_with_check(rule, crash) for rule in RULES_APART]

    _, failures = check_shared(project, rules, (), Profile(), 2)

    assert {one.code for one in failures} == {rule.info.code for rule in rules}


def test_what_a_killed_copy_leaves_undone_is_done_here(project: Project) -> None:
    own = os.getpid()

    def kill(call: Call) -> Iterator[Verdict]:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        yield fail(call.place, "found")

    rules = [_with_check(rule, kill) for rule in RULES_APART]

    results, failures = check_shared(project, rules, (), Profile(), 2)

    assert [result.fails for result in results] == [len(project.calls)] * 2
    assert failures == ()


def _with_check(rule: Rule, checks: Callable[[Call], Verdict | Iterator[Verdict]]) -> Rule:
    definition = replace(rule.definition, check=checks, subject=Call, takes_project=False, requires={})
    return replace(rule, definition=definition)
