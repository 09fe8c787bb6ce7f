"""The same tree gives the same report, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastapi_audit.checking import sharing
from fastapi_audit.config.settings import Settings
from fastapi_audit.extraction import pool
from fastapi_audit.pipeline import audit
from fastapi_audit.reporting.render import render

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"


@pytest.mark.parametrize("form", ["json", "html", "text"])
def test_the_hash_seed_of_the_interpreter_changes_no_byte(form: str) -> None:
    reports = {_report(form, seed) for seed in ("0", "1", "4242")}

    assert len(reports) == 1


def _report(form: str, seed: str) -> bytes:
    command = [sys.executable, "-m", "fastapi_audit", str(PROJECTS / "typical"), "--format", form]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    return done.stdout


def test_the_number_of_workers_changes_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WORKERS_PAY_FROM", dict.fromkeys(pool.WORKERS_PAY_FROM, 0))
    monkeypatch.setattr(sharing, "SHARING_PAYS_FROM", 0)
    monkeypatch.setattr(sharing, "MOST_COPIED", sys.maxsize)

    alone, two = (render(audit(PROJECTS / "typical", Settings(jobs=jobs)), "json") for jobs in (1, 2))

    assert alone == two
