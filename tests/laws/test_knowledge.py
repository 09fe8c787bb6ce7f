"""Every table of the knowledge, and every section of it, is read by code."""

from __future__ import annotations

import re

import pytest
from laws.imports import PACKAGE, ROOT, RULES

from fastapi_audit.knowledge.tables import table

FILES = [file for folder in (PACKAGE, RULES) for file in sorted((ROOT / folder).rglob("*.py"))]
CODE = "\n".join(file.read_text("utf-8") for file in FILES)
SUBJECTS = sorted(file.stem for file in (ROOT / PACKAGE / "knowledge").glob("*.toml"))


def is_read_whole(subject: str) -> bool:
    """Say whether code reads all of a table, or sections whose names it computes."""
    computed = re.search(rf'\b(?:names|texts|numbers)\(\s*"{subject}",\s*[^"\s]', CODE)
    return f'table("{subject}")' in CODE or computed is not None


def sections_named(subject: str) -> set[str]:
    """Return the sections that code names beside their table."""
    return set(re.findall(rf'"{subject}",\s*"([^"]+)"', CODE)) & set(table(subject))


def test_every_table_is_read() -> None:
    assert [subject for subject in SUBJECTS if f'"{subject}"' not in CODE] == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_section_is_read(subject: str) -> None:
    named = sections_named(subject)
    if not named or is_read_whole(subject):  # a table without a section that is named is handed on by its own name
        return

    assert sorted(set(table(subject)) - named) == []
