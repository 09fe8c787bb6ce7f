"""The hostile tree of `fixtures/broken` audits to a report that names what could not be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

MAKE = Path(__file__).parents[2] / "fixtures" / "broken" / "make.py"
LISTS = run_path(str(MAKE))
UNREADABLE: tuple[str, ...] = LISTS["UNREADABLE"]
LINKS: tuple[str, ...] = LISTS["LINKS"]
READABLE: tuple[str, ...] = LISTS["READABLE"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hostile tree."""
    destination = tmp_path_factory.mktemp("broken") / "tree"
    subprocess.run([sys.executable, str(MAKE), str(destination)], check=True)
    return destination


def audit(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Audit a tree in a process of its own: what kills a parser may kill the process."""
    command = [sys.executable, "-m", "fastapi_audit", str(tree), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)


@pytest.fixture(scope="module")
def result(tree: Path) -> subprocess.CompletedProcess[str]:
    """The audit of the hostile tree."""
    return audit(tree, "--format", "json")


@pytest.fixture(scope="module")
def report(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The report on the hostile tree."""
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.fixture(scope="module")
def reasons(report: dict[str, Any]) -> dict[str, str]:
    """Why each problem is one, by path."""
    return {problem["path"]: problem["reason"] for problem in report["problems"]}


def test_the_audit_runs(result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr + result.stdout


@pytest.mark.parametrize("path", [*UNREADABLE, *LINKS])
def test_what_cannot_be_read_is_named_with_a_reason(reasons: dict[str, str], path: str) -> None:
    assert reasons.get(path), f"{path} is not among the problems"


@pytest.mark.parametrize("path", READABLE)
def test_what_can_be_read_is_no_problem(reasons: dict[str, str], path: str) -> None:
    assert path not in reasons


def test_a_file_without_permission_is_named_unless_we_may_read_everything(tree: Path, reasons: dict[str, str]) -> None:
    assert ("forbidden.py" in reasons) is not os.access(tree / "forbidden.py", os.R_OK)


def test_a_name_that_is_not_utf8_is_shown_escaped(reasons: dict[str, str]) -> None:
    assert "caf\\xe9.py" in reasons


def test_the_good_file_is_still_audited(report: dict[str, Any]) -> None:
    routes = {(route["method"], route["path"]) for route in report["routes"]}
    assert routes >= {("GET", "/good"), ("DELETE", "/good/{good_id}")}


def test_nothing_outside_the_tree_is_read(result: subprocess.CompletedProcess[str], report: dict[str, Any]) -> None:
    assert "/products" not in {route["path"] for route in report["routes"]}
    assert "root:" not in result.stdout, "an entity of coverage.xml was resolved"


@pytest.mark.parametrize("form", ["text", "html"])
def test_the_other_reports_come_out_whole(tree: Path, form: str) -> None:
    result = audit(tree, "--format", form)
    assert result.returncode == 0, result.stderr
    assert "latin1_undeclared.py" in result.stdout


def test_the_number_of_processes_changes_nothing(tree: Path, result: subprocess.CompletedProcess[str]) -> None:
    assert audit(tree, "--format", "json", "--jobs", "1").stdout == result.stdout
