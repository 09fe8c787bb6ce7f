"""For authors of rules: run one rule over the files of an example and compare with the places it marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.checking.registry import Rule, read_rule
from fastapi_audit.checking.runner import check
from fastapi_audit.config.settings import Settings
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.pipeline import understand
from fastapi_audit.rule_api.examples import Example

Files = Mapping[str, "str | bytes"]


@dataclass(frozen=True, slots=True)
class Reported:
    """What one rule says of a set of files: one result for each service, and how it crashed, if it did."""

    results: tuple[RuleResult, ...]
    crashes: tuple[str, ...] = ()

    @property
    def lines(self) -> frozenset[tuple[str, int]]:
        """Path and line of every finding that has them."""
        return frozenset((place.path, place.line) for place in self._places if place and place.line)

    @property
    def project_findings(self) -> int:
        """How many findings have no line: those about the project or a file as a whole."""
        return sum(1 for place in self._places if not (place and place.line))

    @property
    def _places(self) -> list[Place | None]:
        return [finding.place for result in self.results for finding in result.findings]

    @property
    def passes(self) -> int:
        """How many subjects pass."""
        return sum(result.passes for result in self.results)


def check_files(rule: Rule | ModuleType, files: Files) -> Reported:
    """Run a rule, or the one of a module, over files given by path."""
    loaded = read_rule(rule) if isinstance(rule, ModuleType) else rule
    checked = [check(project, [loaded], ()) for project in understand_files(files)]
    crashes = tuple(f"{failure.subject}: {failure.error}" for _, failures in checked for failure in failures)
    return Reported(tuple(result for results, _ in checked for result in results), crashes)


def understand_files(files: Files) -> tuple[Project, ...]:
    """Return the services that files, given by path, make up."""
    with TemporaryDirectory() as directory:
        root = Path(directory) / "project"
        write_files(root, files)
        return understand(root, Settings()).projects


def write_files(root: Path, files: Files) -> None:
    """Write files, given by path, below a directory."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)


def complaints(reported: Reported, example: Example) -> list[str]:
    """Say in words where a rule reported something else than an example expects."""
    expected = frozenset(example.findings)
    missing = [f"not reported: {path}:{line}" for path, line in sorted(expected - reported.lines)]
    surplus = [f"reported, not marked: {path}:{line}" for path, line in sorted(reported.lines - expected)]
    said = [*missing, *surplus, *(f"crashed: {crash}" for crash in reported.crashes)]
    if reported.project_findings != example.project_findings:
        said.append(f"{reported.project_findings} findings without a line, {example.project_findings} expected")
    return said
