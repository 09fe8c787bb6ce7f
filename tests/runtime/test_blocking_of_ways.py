"""The auditor reports in `fixtures/ways` what a detector catches when it runs, where it is marked, and nothing else."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from runtime.blocking import Line, Run, detect, findings_of
from runtime.comparison import found_routes
from runtime.services import PROJECTS, Service, serve

TREE = PROJECTS.parent / "ways"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What was detected while every route was asked."""
    return detect(TREE, tmp_path_factory.mktemp("ways"), serve_ways, visit_ways)


def serve_ways(directory: Path, driver: tuple[str, ...]) -> AbstractContextManager[Service]:
    """Run the application."""
    return serve(TREE, "shop.main:app", directory, driver)


def visit_ways(service: Service, _directory: Path) -> None:
    """Ask every route."""
    for record in found_routes(TREE)["shop.main:app"]:
        assert service.ask("GET", record["path"])[0] == 200, record["path"]


def marked_lines() -> frozenset[Line]:
    """Return the lines that are marked."""
    return frozenset(
        (path.relative_to(TREE).as_posix(), number)
        for path in TREE.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if line.endswith("# blocks")
    )


def test_what_is_marked_blocks_when_it_runs_and_nothing_else_does(run: Run) -> None:
    on_the_way = frozenset(line for blocked in run.blocked for line in blocked.lines)

    assert sorted(marked_lines() - on_the_way) == []
    assert [str(blocked) for blocked in run.blocked if blocked.lines.isdisjoint(marked_lines())] == []


def test_exactly_what_is_marked_is_reported() -> None:
    reported = {(finding.place.path, finding.place.line) for finding in findings_of(TREE) if finding.place}

    assert sorted(marked_lines() - reported) == []
    assert sorted(reported - marked_lines()) == []
