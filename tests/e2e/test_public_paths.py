"""What a project says of its public routes: what that changes, and where it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fastapi_audit.cli import run
from fastapi_audit.testing import write_files

SERVICE = {
    "app/main.py": """
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()
router = APIRouter(prefix="/hooks")


@router.post("/shipment")
def note_shipment(number: int) -> None: ...


@router.post("/payment", dependencies=[Depends(HTTPBearer())])
def note_payment(number: int) -> None: ...


@app.post("/items")
def create_item(name: str) -> None: ...


app.include_router(router, prefix="/api")
""",
}
CONFIGURATION = 'public-paths = ["/api/hooks/*"]\n'


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--format", "json", "--quiet", "--select", "SEC013"]) == 0
    return json.loads(capsys.readouterr().out)


def subjects(found: Any) -> list[str]:
    return [finding["subject"] for finding in found["findings"]]


def test_a_route_that_is_public_by_configuration_is_not_asked_for_authentication(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, SERVICE)
    before = report(capsys, str(tmp_path))
    write_files(tmp_path, {"fastapi-audit.toml": CONFIGURATION})
    after = report(capsys, str(tmp_path))

    assert subjects(before) == ["POST /api/hooks/shipment", "POST /items"]
    assert subjects(after) == ["POST /items"]
    (rule,) = after["rules"]
    assert (rule["passes"], rule["fails"]) == (1, 1)
    declared = {route["path"]: route["public_by"] for route in after["routes"]}
    assert declared == {"/api/hooks/payment": "/api/hooks/*", "/api/hooks/shipment": "/api/hooks/*", "/items": None}


def test_the_option_says_the_same_as_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, SERVICE)

    found = report(capsys, str(tmp_path), "--public-paths", "/api/hooks/shipment,/items")

    assert subjects(found) == []


@pytest.mark.parametrize("form", ["text", "html"])
def test_the_report_lists_what_is_public_by_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    write_files(tmp_path, {**SERVICE, "fastapi-audit.toml": CONFIGURATION})

    assert run([str(tmp_path), "--format", form, "--quiet"]) == 0

    _, _, listed = capsys.readouterr().out.partition("Public by configuration")
    assert "/api/hooks/shipment" in listed
    assert "/api/hooks/*" in listed


def test_a_report_without_such_routes_does_not_speak_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(tmp_path, SERVICE)

    assert run([str(tmp_path), "--quiet"]) == 0

    assert "Public by configuration" not in capsys.readouterr().out


def test_the_route_map_says_why_anyone_may_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, {**SERVICE, "fastapi-audit.toml": CONFIGURATION})

    assert run(["routes", str(tmp_path), "--quiet"]) == 0

    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if "/api/hooks/shipment" in line]
    assert "anyone (public-paths /api/hooks/*)" in line


def test_a_path_of_no_route_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, SERVICE)

    found = report(capsys, str(tmp_path), "--public-paths", "/hooks/*")

    assert found["notes"] == ["public-paths `/hooks/*` is the path of no route"]
    assert len(subjects(found)) == 2


def test_what_is_no_path_is_a_mistake_of_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, {**SERVICE, "fastapi-audit.toml": 'public-paths = ["hooks"]'})

    assert run([str(tmp_path)]) == 2

    assert "`public-paths`: `hooks` is no path; write one from the root" in capsys.readouterr().err
