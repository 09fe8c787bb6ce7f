"""Every example of every rule: Bad is reported on the marked lines and nowhere else, Good is silent."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from rule_variants import VARIANTS

from fastapi_audit.checking.registry import Rule, load_rules
from fastapi_audit.discovery.discover import discover
from fastapi_audit.extraction.extract import extract
from fastapi_audit.rule_api.examples import Example, read_examples
from fastapi_audit.testing import check_files, complaints, write_files


@dataclass(frozen=True)
class Case:
    """One example of a rule's documentation; `name` says which."""

    rule: Rule
    name: str
    example: Example

    def __str__(self) -> str:
        return f"{self.rule.info.code} {self.name}"


def _cases(section: str) -> Iterator[Case]:
    for rule in load_rules():
        for number, example in enumerate(read_examples(getattr(rule.info, section)), start=1):
            yield Case(rule, f"{section} {number}", example)


BAD, GOOD = tuple(_cases("bad")), tuple(_cases("good"))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", BAD, ids=str)
def test_bad_is_reported_where_it_is_marked(case: Case, variant: str) -> None:
    example = VARIANTS[variant](case.example)

    assert case.example.findings or case.example.project_findings, "a bad example marks what is reported"
    assert complaints(check_files(case.rule, example.files), example) == []


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", GOOD, ids=str)
def test_good_is_silent_and_where_it_has_a_subject_passes(case: Case, variant: str) -> None:
    example = VARIANTS[variant](case.example)
    reported = check_files(case.rule, example.files)

    assert not case.example.findings
    assert complaints(reported, example) == []
    assert reported.passes or not any(result.applies for result in reported.results)


def test_every_example_gives_the_same_facts_in_two_workers(tmp_path: Path) -> None:
    for case in (*BAD, *GOOD):
        write_files(tmp_path / str(case).replace(" ", "_"), case.example.files)
    (tmp_path / "main.py").write_text("VALUE = 1\n")
    repository = discover(tmp_path)

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert extract(repository, executor=executor) == extract(repository)
