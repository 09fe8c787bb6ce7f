"""Every built-in rule is complete, named after its file, and can be explained."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fastapi_audit.checking.registry import Rule, read_packs
from fastapi_audit.cli import run
from fastapi_audit.rule_api.documentation import SECTIONS
from fastapi_audit.rule_api.examples import read_examples

CODES = {
    "architecture": "ARC",
    "correctness": "COR",
    "database": "DBS",
    "deployment": "DEP",
    "documentation": "API",
    "errors": "ERR",
    "observability": "OBS",
    "performance": "PRF",
    "security": "SEC",
    "testing": "TST",
    "types": "TYP",
}
PACK = import_module("fastapi_audit_rules")  # by name, because mypy does not see the mapped folder
RULES = read_packs([PACK])
BAD_NAMES = ("no-", "use-", "check-")

every_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.info.code for rule in RULES])


def test_every_family_has_a_code() -> None:
    folder = Path(PACK.__path__[0])

    assert sorted(CODES) == sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def test_codes_and_names_are_unique() -> None:
    codes, names = [rule.info.code for rule in RULES], [rule.info.name for rule in RULES]

    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)


@every_rule
def test_the_code_begins_as_its_family_says(rule: Rule) -> None:
    assert rule.info.code.startswith(CODES[rule.info.family])


@every_rule
def test_the_name_is_that_of_the_file_and_names_the_problem(rule: Rule) -> None:
    assert rule.info.name.replace("-", "_") == rule.definition.module.rpartition(".")[2]
    assert not rule.info.name.startswith(BAD_NAMES)


@every_rule
def test_the_summary_is_a_sentence(rule: Rule) -> None:
    assert rule.info.summary.endswith(".")
    assert len(rule.info.summary) <= 120


@every_rule
def test_every_section_says_something_and_there_is_a_bad_and_a_good_example(rule: Rule) -> None:
    assert all([rule.info.why, rule.info.fix, rule.info.references])
    assert read_examples(rule.info.bad)
    assert read_examples(rule.info.good)


@every_rule
def test_a_markdown_parser_finds_the_same_sections(rule: Rule) -> None:
    document = MarkdownIt("commonmark").parse(_docstring(rule))

    assert _headings(document) == [title for title in SECTIONS if getattr(rule.info, title.lower())]


def _docstring(rule: Rule) -> str:
    return rule.definition.check.__globals__["__doc__"] or ""


def _headings(document: list[Token]) -> list[str]:
    opened = [index for index, token in enumerate(document) if token.type == "heading_open" and token.tag == "h2"]
    return [document[index + 1].content for index in opened]


@every_rule
def test_it_can_be_explained(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", rule.info.code]) == 0

    said = capsys.readouterr().out
    assert said.startswith(f"# {rule.info.code} {rule.info.name}\n")
    assert rule.info.fix in said
