"""The whole audit of each fixture, as a reviewer reads it. `pytest tests/golden --update-golden` accepts a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_audit.config.settings import Settings
from fastapi_audit.pipeline import audit
from fastapi_audit.reporting.text_findings import FindingOptions
from fastapi_audit.reporting.text_report import TextOptions, render_text

HERE = Path(__file__).parent
PROJECTS = HERE.parents[1] / "fixtures" / "projects"
OPTIONS = TextOptions(width=110, findings=FindingOptions(places_per_rule=100))


@pytest.mark.parametrize("name", ["toy", "typical", "production"])
def test_the_audit_of_a_fixture_is_the_one_that_was_read(name: str, request: pytest.FixtureRequest) -> None:
    report = render_text(audit(PROJECTS / name, Settings()), OPTIONS)
    golden = HERE / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(report, "utf-8")

    assert report == golden.read_text("utf-8")
