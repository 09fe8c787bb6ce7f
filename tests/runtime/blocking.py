"""What blocks the event loop of a service while it is asked, and what the auditor reports of it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from runtime.services import Service

from fastapi_audit.audit.finding import Finding
from fastapi_audit.checking.registry import load_rules
from fastapi_audit.checking.runner import check
from fastapi_audit.config.settings import Settings
from fastapi_audit.pipeline import understand

Line = tuple[str, int]
Serve = Callable[..., AbstractContextManager[Service]]
Visit = Callable[[Service, Path], None]

RULES = ("PRF001", "PRF002", "PRF003")
# Where no call stands, rows of a query are fetched, or an attribute of a table's object is.
IMPLICIT = ("FOR_ITER", "LOAD_ATTR")


class Frame(NamedTuple):
    """Where the code of a service was."""

    path: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A call that blocked, the instruction that led to it, and the frames of the service's code, innermost first."""

    call: str
    instruction: str
    frames: tuple[Frame, ...]

    def __str__(self) -> str:
        return f"{self.frames[0].path}:{self.frames[0].line}: {self.call} in {' in '.join(self.functions)}"

    @property
    def is_implicit(self) -> bool:
        """Whether no call stands where the service's code was left."""
        return self.instruction in IMPLICIT

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions on the way there, the innermost first."""
        return tuple(frame.function for frame in self.frames)

    @property
    def lines(self) -> frozenset[Line]:
        """The lines on the way there."""
        return frozenset((frame.path, frame.line) for frame in self.frames)


@dataclass(frozen=True, slots=True)
class Run:
    """What was detected while a service was asked."""

    tree: Path
    served: frozenset[str]
    blocked: tuple[Blocked, ...]


def detect(tree: Path, directory: Path, serve: Serve, visit: Visit) -> Run:
    """Serve a tree with the detector, and visit it."""
    file = directory / "detected.json"
    with serve(directory, driver=("runtime.detect", str(tree), str(file))) as service:
        visit(service, directory)
    found = json.loads(file.read_text("utf-8"))
    blocked = (
        Blocked(call, instruction, tuple(Frame(*frame) for frame in frames))
        for call, instruction, frames in found["blocked"]
    )
    return Run(tree, frozenset(found["served"]), tuple(blocked))


@cache
def findings_of(tree: Path) -> tuple[Finding, ...]:
    """Return what the rules about the event loop report of a tree, of any confidence."""
    rules = [rule for rule in load_rules() if rule.info.code in RULES]
    checked = [check(project, rules, ()) for project in understand(tree, Settings()).projects]
    assert not any(failures for _, failures in checked)
    return tuple(finding for results, _ in checked for result in results for finding in result.findings)


def lines_of(findings: Iterable[Finding]) -> Iterator[Line]:
    """Yield the lines of findings, and those that lead from there to the cause."""
    for finding in findings:
        for place in (finding.place, *(related.place for related in finding.related)):
            assert place is not None
            yield place.path, place.line


def unreported(run: Run, reported: Iterable[Line]) -> list[str]:
    """Return what blocked where nothing is reported.

    What a query left to be fetched is reported with the query, as long as the same function fetches it.
    """
    lines = frozenset(reported)
    return [str(blocked) for blocked in run.blocked if lines.isdisjoint(_to_be_reported(blocked, run.tree))]


def _to_be_reported(blocked: Blocked, tree: Path) -> frozenset[Line]:
    """Return the lines one of which must be reported."""
    path, line, _ = blocked.frames[0]
    if not blocked.is_implicit:
        return frozenset({(path, line)})
    nodes = ast.walk(ast.parse((tree / path).read_text("utf-8")))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    bodies = (range(function.lineno, (function.end_lineno or 0) + 1) for function in functions)
    innermost = min((body for body in bodies if line in body), key=len)
    return frozenset((path, number) for number in innermost)
