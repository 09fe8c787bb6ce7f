"""The audit of each fixture and one route map, as a reviewer reads them; `--update-golden` accepts a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_audit.checking.route_selection import RouteSelection
from fastapi_audit.config.settings import Settings
from fastapi_audit.pipeline import audit, list_routes
from fastapi_audit.reporting.listings import render_checklist
from fastapi_audit.reporting.route_table import render_routes
from fastapi_audit.reporting.text_findings import FindingOptions
from fastapi_audit.reporting.text_report import TextOptions, render_text

HERE = Path(__file__).parent
PROJECTS = HERE.parents[1] / "fixtures" / "projects"
OPTIONS = TextOptions(width=110, findings=FindingOptions(places_per_rule=100))


@pytest.mark.parametrize("name", ["toy", "typical", "production"])
def test_the_audit_of_a_fixture_is_the_one_that_was_read(name: str, request: pytest.FixtureRequest) -> None:
    report = render_text(audit(PROJECTS / name, Settings()), OPTIONS)

    assert report == golden(f"{name}.txt", report, request)


@pytest.mark.parametrize("width", [80, 140])
def test_the_route_map_of_a_fixture_is_the_one_that_was_read(width: int, request: pytest.FixtureRequest) -> None:
    services = list_routes(PROJECTS / "typical", Settings(), RouteSelection())
    text = render_routes(services, TextOptions(width=width))

    assert text == golden(f"typical-routes-{width}.txt", text, request)


@pytest.mark.parametrize("name", ["typical", "production"])
def test_the_checklist_of_a_fixture_is_the_one_that_was_read(name: str, request: pytest.FixtureRequest) -> None:
    text = render_checklist(audit(PROJECTS / name, Settings()), "security", TextOptions(width=110))

    assert text == golden(f"{name}-security.txt", text, request)


def test_the_readme_shows_the_checklist_as_it_is_printed() -> None:
    readme = (HERE.parents[1] / "README.md").read_text("utf-8")
    shown = readme.partition("point by point:\n\n```text\n")[2].partition("```")[0].splitlines()

    printed = (HERE / "typical-security.txt").read_text("utf-8").splitlines()
    assert shown
    assert [line for line in shown if line not in printed] == []


def golden(name: str, text: str, request: pytest.FixtureRequest) -> str:
    """Return the text that was read, or the new one where it is to be accepted."""
    path = HERE / name
    if request.config.getoption("--update-golden"):
        path.write_text(text, "utf-8")
    return path.read_text("utf-8")
