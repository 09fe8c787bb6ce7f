"""Makefiles, tox, scripts of manifests and their like → the tasks of a name, and the tasks that a command names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import dirname

from fastapi_audit.facts.automation import Command, Task, Tasks
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.automation.way import Way
from fastapi_audit.linking.python_tasks import python_tasks
from fastapi_audit.model.module import Module
from fastapi_audit.model.place import is_around


class TaskFiles:
    """Knows the files of tasks of a service whose directory is `root`, by what runs them."""

    def __init__(self, evidence: Mapping[str, EvidenceFacts], modules: Iterable[Module], root: str) -> None:
        self._root = f"{root}/" if root else ""
        self._files: dict[str, list[tuple[str, Tasks]]] = {}
        for path, facts in evidence.items():
            listed = facts.tasks if isinstance(facts, Manifest) else (facts,) if isinstance(facts, Tasks) else ()
            for tasks in listed:
                self._files.setdefault(tasks.runner, []).append((path, tasks))
        for module in modules:
            found = python_tasks(module)
            if found is not None:
                self._files.setdefault(found.runner, []).append((module.path, found))

    def __iter__(self) -> Iterator[tuple[str, Tasks]]:
        return (item for listed in self._files.values() for item in listed)

    def called(self, runner: str, name: str | None, way: Way) -> list[tuple[str, Task]]:
        """Return the tasks of a name: of the nearest file around the directory, else in the service's own directory."""
        listed = self._files.get(runner, ())
        if name is None:
            found = [(path, task) for path, tasks in listed for task in _unasked(runner, tasks.tasks)]
        else:
            found = [(path, task) for path, tasks in listed for task in tasks.tasks if task.name == name]
        if not found and runner == "tox":
            found = [(path, task) for path, tasks in listed for task in tasks.tasks if task.name == "testenv"]
        around = [item for item in found if way.directory is not None and is_around(dirname(item[0]), way.directory)]
        if around:
            nearest = max(len(dirname(path)) for path, _ in around)
            return [item for item in around if len(dirname(item[0])) == nearest]
        own = [item for item in found if self._root and item[0].startswith(self._root)]
        return own or found


def targets(program: str, words: tuple[str, ...], runners: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the tasks that a command names, with what runs them; None stands for those that run unasked."""
    for runner in sorted(runners):
        name = words[0].rpartition(":")[2] if runner == "hatch" else words[0]
        yield runner, name
    if program in ("tox", "nox"):
        sessions = _sessions(words[1:])
        yield from ((program, name) for name in sessions or (None,))
    known = texts("automation", "tasks").get(program, "").split()
    options = frozenset(texts("automation", "task_options").get(program, "").split())
    for runner in known:
        named = plain(words[1:], options)
        yield from ((runner, name) for name in named or (None,))


def plain(words: tuple[str, ...], values: frozenset[str]) -> list[str]:
    """Return the words that are neither options nor their values nor assignments, up to `--`."""
    found: list[str] = []
    skip = False
    for word in words:
        if word == "--":
            break
        if not skip and not word.startswith("-") and "=" not in word:
            found.append(word)
        skip = word in values
    return found


def _sessions(words: tuple[str, ...]) -> list[str]:
    """Return the environments or sessions that tox or nox are told to run."""
    found: list[str] = []
    is_naming = False
    for word in words:
        if word == "--":
            break
        if word.startswith("-"):
            name, _, value = word.partition("=")
            is_naming = name in ("-e", "-s", "--env", "--session", "--sessions")
            found += value.split(",") if is_naming and value else []
        elif is_naming:
            found += word.split(",")
    return found


def _unasked(runner: str, tasks: Sequence[Task]) -> Sequence[Task]:
    """Return the tasks that run when none is named: all of tox and nox, else the first, or the one called so."""
    if runner in ("tox", "nox"):
        return tasks
    return [task for task in tasks if task.name == "default"] or tasks[:1]


def whole(lines: Sequence[Command]) -> Iterator[Command]:
    """Yield commands with the lines that continue them."""
    pending: Command | None = None
    for line in lines:
        text = line.text if pending is None else f"{pending.text} {line.text}"
        current = Command(line.pos if pending is None else pending.pos, text.removesuffix("\\"))
        pending = current if line.text.endswith("\\") else None
        if pending is None:
            yield current
    if pending is not None:
        yield pending
