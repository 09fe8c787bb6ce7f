"""Packs are read module by module, and a badly formed rule says where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module, invalidate_caches
from itertools import count
from pathlib import Path

import pytest

from fastapi_audit.checking.registry import Rule, find_rule, load_rules, read_packs
from fastapi_audit.errors import RulePackError, UsageError
from fastapi_audit.rule_api import Severity
from fastapi_audit.rule_api.documentation import SECTIONS

DOCUMENTATION = "A number is odd.\n\n" + "\n\n".join(f"## {title}\nText." for title in SECTIONS)
RULE = f'''"""{DOCUMENTATION}
"""
from fastapi_audit.rule_api import Severity, Verdict, fail, ok, rule


@rule("NUM001", severity=Severity.WARNING)
def check(number: int) -> Verdict:
    return ok() if number % 2 == 0 else fail(None, "odd")
'''

Read = Callable[[Mapping[str, str]], tuple[Rule, ...]]
_numbers = count()


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a pack made of the given modules."""

    def read_pack(modules: Mapping[str, str]) -> tuple[Rule, ...]:
        name = f"pack_{next(_numbers)}"
        for path, text in {"__init__.py": "", "numbers/__init__.py": "", **modules}.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        invalidate_caches()
        return read_packs([import_module(name)])

    return read_pack


def test_path_and_docstring_say_what_the_decorator_does_not(read: Read) -> None:
    (rule,) = read({"numbers/odd_number.py": RULE, "numbers/_topic.py": "VALUE = 1\n"})

    assert (rule.info.code, rule.info.name, rule.info.family) == ("NUM001", "odd-number", "numbers")
    assert (rule.info.summary, rule.info.severity) == ("A number is odd.", Severity.WARNING)
    assert rule.info.references == "Text."
    assert rule.definition.subject is int


def test_rules_come_sorted_by_code(read: Read) -> None:
    rules = read({"numbers/a.py": RULE.replace("NUM001", "NUM002"), "numbers/b.py": RULE})

    assert [rule.info.code for rule in rules] == ["NUM001", "NUM002"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"""Nothing here."""\n', r"broken\.py:1: a rule file defines exactly one rule, this one 0"),
        (RULE.replace("## Why", "Why"), r"broken\.py:1: the docstring has no section `## Why`"),
        (RULE.replace('"NUM001"', '"N1"'), r"broken\.py:\d+: `N1` is no rule code"),
        (
            RULE.replace("Verdict, fail", "Verdict, missing"),
            r"broken cannot be imported: .*broken\.py:\d+: cannot import",
        ),
        ("def check(:\n", r"broken cannot be imported: .*invalid syntax"),
    ],
)
def test_a_badly_formed_rule_says_where(read: Read, text: str, message: str) -> None:
    with pytest.raises(RulePackError, match=message):
        read({"numbers/broken.py": text})


def test_a_code_is_given_once(read: Read) -> None:
    with pytest.raises(RulePackError, match=r"b\.py:\d+: `NUM001` is taken by .*a\.py:\d+"):
        read({"numbers/a.py": RULE, "numbers/b.py": RULE})


def test_a_name_is_given_once(read: Read) -> None:
    with pytest.raises(RulePackError, match="`odd` is taken by"):
        read({"numbers/odd.py": RULE, "other/__init__.py": "", "other/odd.py": RULE.replace("NUM001", "NUM002")})


def test_a_rule_is_found_by_code_or_name_in_any_case(read: Read) -> None:
    rules = read({"numbers/odd_number.py": RULE})

    assert find_rule(rules, "num001") is rules[0]
    assert find_rule(rules, "Odd-Number") is rules[0]
    with pytest.raises(UsageError, match=r"no rule `NUM002`; did you mean `NUM001` \(odd-number\)\?"):
        find_rule(rules, "NUM002")


def test_the_installed_packs_load() -> None:
    codes = [rule.info.code for rule in load_rules()]

    assert codes == sorted(set(codes))
