"""Each defence of the production fixture, taken away alone: its rule fails, and no other error appears."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import tomli

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.report import ServiceAudit
from fastapi_audit.audit.verdict import Severity
from fastapi_audit.config.settings import MinConfidence, Settings
from fastapi_audit.pipeline import audit

HERE = Path(__file__).parent
FIXTURE = HERE.parents[1] / "fixtures" / "projects" / "production"


@dataclass(frozen=True)
class Edit:
    """In `file`, `old` becomes `new`; without `old` the file is made, without `new` it or the directory is deleted."""

    file: str
    old: str | None = None
    new: str | None = None

    def apply(self, root: Path) -> None:
        """Carry out the edit; it must find what it is to replace, and once only."""
        path = root / self.file
        if self.new is None and path.is_dir():
            shutil.rmtree(path)
        elif self.new is None:
            path.unlink()
        elif self.old is None:
            path.write_text(self.new, "utf-8")
        else:
            text = path.read_text("utf-8")
            assert text.count(self.old) == 1, f"{self.file} has {self.old!r} {text.count(self.old)} times"
            path.write_text(text.replace(self.old, self.new), "utf-8")


@dataclass(frozen=True)
class Defence:
    """Something that the fixture does, how it is taken away, and the rules that then fail."""

    title: str
    fails: tuple[str, ...]
    edits: tuple[Edit, ...]


DEFENCES = msgspec.convert(tomli.loads((HERE / "defences.toml").read_text("utf-8"))["defences"], list[Defence])


def audit_of(root: Path) -> ServiceAudit:
    """Return the audit of the project below a directory."""
    (service,) = audit(root, Settings(min_confidence=MinConfidence.LOW)).services
    return service


@pytest.mark.parametrize("defence", DEFENCES, ids=lambda defence: defence.title)
def test_without_it_the_rule_that_guards_it_fails_and_costs_points_and_no_other_error_appears(
    defence: Defence, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(FIXTURE, tmp_path / "production"))
    for edit in defence.edits:
        edit.apply(root)

    service = audit_of(root)
    found = {result.rule.code for result in service.results if result.findings}
    failing = {result.rule.code for result in service.results if result.fails}
    errors = {result.rule.code for result in service.results if result.fails and is_error(result)}
    lost = {loss.rule.code for loss in service.score.losses}
    counted = set(defence.fails) & failing & scored(service)

    assert set(defence.fails) <= found
    assert errors <= set(defence.fails)
    assert lost <= failing
    assert not counted or counted & lost


def is_error(result: RuleResult) -> bool:
    return result.rule.severity is Severity.ERROR


def scored(service: ServiceAudit) -> set[str]:
    """Return the rules that stand on a rung."""
    rungs = (rung for dimension in service.score.dimensions for rung in dimension.rungs)
    return {criterion.rule.code for rung in rungs for criterion in rung.criteria}


def test_every_rule_that_the_fixture_passes_is_shown_to_fail_without_a_defence() -> None:
    guarded = {code for defence in DEFENCES for code in defence.fails}
    passing = {
        result.rule.code
        for result in audit_of(FIXTURE).results
        if result.passes and result.rule.severity is not Severity.INFO
    }
    assert passing - guarded == set()
