"""Pipelines, tasks, hooks and scripts → the commands that they run, targets and scripts followed to what they run."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from posixpath import dirname, normpath

from fastapi_audit.facts.automation import Command, Hook, Hooks, Pipeline, Script, Step, Task, Tasks
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.positions import position
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.linking.prefixes import real_command
from fastapi_audit.linking.python_tasks import python_tasks
from fastapi_audit.linking.shell import shell_commands
from fastapi_audit.model.automation import AutomatedCommand, Automation
from fastapi_audit.model.module import Module
from fastapi_audit.model.place import Place, place_at

ACTIONS = ".github/actions/"
INCLUDES = ("gitlab", "include")
BY_HAND = ("workflow_dispatch",)
SHELLS = frozenset({"bash", "dash", "sh", "zsh"})
SOURCES = frozenset({"source", "."})
ENDINGS = (".sh", ".bash")
MAX_DEPTH = 8
MAX_COMMANDS = 20_000


@dataclass(frozen=True, slots=True)
class _Way:
    """How a command came to run: the places on the way, the tasks and scripts that are being followed, and in which
    directory, None where that is not known.
    """

    via: tuple[Place, ...] = ()
    is_in_ci: bool = False
    is_advisory: bool = False
    followed: frozenset[str] = frozenset()
    directory: str | None = None

    def to(self, place: Place, name: str, *, is_advisory: bool) -> _Way:
        is_advisory = is_advisory or self.is_advisory
        return _Way((*self.via, place), self.is_in_ci, is_advisory, self.followed | {name}, self.directory)

    def into(self, directory: str) -> _Way:
        return replace(self, directory=directory)


def build_automation(evidence: Mapping[str, EvidenceFacts], modules: Iterable[Module], root: str) -> Automation:
    """Return the commands of a service whose directory is `root`."""
    follower = Follower(evidence, modules, root)
    opaque: list[tuple[Place, str]] = []
    commands = [*follower.of_pipelines(opaque), *follower.of_the_rest()]
    ordered = sorted(commands[:MAX_COMMANDS], key=lambda command: (command.place, not command.is_in_ci, command.via))
    return Automation(ordered, sorted(opaque))


class Follower:
    """Knows the tasks, hooks and scripts of a service, and follows commands to them."""

    def __init__(self, evidence: Mapping[str, EvidenceFacts], modules: Iterable[Module], root: str) -> None:
        self._root = f"{root}/" if root else ""
        self._pipelines = {path: facts for path, facts in evidence.items() if isinstance(facts, Pipeline)}
        self._scripts = {path: facts for path, facts in evidence.items() if isinstance(facts, Script) and facts.text}
        self._hooks = {path: facts for path, facts in evidence.items() if isinstance(facts, Hooks)}
        self._tasks: dict[str, list[tuple[str, Tasks]]] = {}
        for path, facts in evidence.items():
            listed = facts.tasks if isinstance(facts, Manifest) else (facts,) if isinstance(facts, Tasks) else ()
            for tasks in listed:
                self._tasks.setdefault(tasks.runner, []).append((path, tasks))
        for module in modules:
            found = python_tasks(module)
            if found is not None:
                self._tasks.setdefault(found.runner, []).append((module.path, found))

    def started(self, text: str, place: Place, directory: str) -> Iterator[AutomatedCommand]:
        """Yield what a command line that stands at a place runs, from a directory of the repository on."""
        yield from self._text(text, partial(_always, place), _Way(directory=directory))

    def of_pipelines(self, opaque: list[tuple[Place, str]]) -> Iterator[AutomatedCommand]:
        """Yield the commands that pipelines run; what cannot be followed is added to `opaque`."""
        for path, pipeline in self._pipelines.items():
            if not path.startswith(ACTIONS) and pipeline.triggers != BY_HAND:
                opaque += self._included(path, pipeline)
                for step in pipeline.steps:
                    way = _Way(is_in_ci=True, is_advisory=step.is_advisory)
                    yield from self._step(path, step, way, opaque)
        for path, hooks in self._hooks.items():
            if hooks.skipped is not None:
                way = _Way((Place(path),), is_in_ci=True)
                yield from self._all_hooks(path, [one for one in hooks.hooks if one.name not in hooks.skipped], way)

    def _included(self, path: str, pipeline: Pipeline) -> list[tuple[Place, str]]:
        """Return what a pipeline of GitLab includes and is not read: files of another repository, or elsewhere here."""
        steps = [step for job in pipeline.jobs for step in job.steps if (pipeline.provider, job.name) == INCLUDES]
        named = [(place_at(path, step.pos), step.uses or "") for step in steps]
        own = names("automation", "own_templates")
        return [
            (place, name)
            for place, name in named
            if name.lstrip("/") not in self._pipelines and not any(name.startswith(one) for one in own)
        ]

    def of_the_rest(self) -> Iterator[AutomatedCommand]:
        """Yield the commands of all tasks, hooks and scripts, whoever runs them, and of pipelines started by hand."""
        for path, pipeline in self._pipelines.items():
            if pipeline.triggers == BY_HAND:
                for step in pipeline.steps:
                    yield from self._step(path, step, _Way(), [])
        for listed in self._tasks.values():
            for path, tasks in listed:
                for task in tasks.tasks:
                    yield from self._lines(path, task.commands, tasks.runner, _Way(directory=dirname(path)))
        for path, hooks in self._hooks.items():
            yield from self._all_hooks(path, hooks.hooks, _Way())
        for path, script in self._scripts.items():
            yield from self._script(path, script, _Way(directory=dirname(path)))

    def _step(self, path: str, step: Step, way: _Way, opaque: list[tuple[Place, str]]) -> Iterator[AutomatedCommand]:
        place = place_at(path, step.pos)
        if step.run is not None:
            yield from self._text(step.run, partial(_always, place), way.into(_joined_path("", step.directory)))
        name = (step.uses or "").partition("@")[0]
        if name.startswith("./"):
            local = normpath(name)
            for file in (f"{local}/action.yml", f"{local}/action.yaml"):
                if file in self._pipelines and file not in way.followed:
                    inner = way.to(place, file, is_advisory=False)
                    for below in self._pipelines[file].steps:
                        yield from self._step(file, below, inner, opaque)
        elif name:
            yield AutomatedCommand(place, (name,), way.via, way.is_in_ci, way.is_advisory, is_action=True)
            if name in names("automation", "hook_actions"):
                yield from self._every_hook(way.to(place, name, is_advisory=False))
            if "/.github/workflows/" in name or name.lower() in names("automation", "collections"):
                opaque.append((place, name))

    def _command(
        self, words: tuple[str, ...], place: Place, is_advisory: bool, way: _Way, tasks_of: str = ""
    ) -> Iterator[AutomatedCommand]:
        """Yield a command and all that it leads to; inside a file of tasks, its names may stand for themselves."""
        real, runners = real_command(words)
        is_advisory = way.is_advisory or is_advisory
        directory = way.directory or ""
        named = real or words  # prefixes alone: an array of a shell that is put before a command later
        yield AutomatedCommand(place, named, way.via, way.is_in_ci, is_advisory, directory=directory, written=words)
        if real and len(way.via) < MAX_DEPTH:
            way = replace(way, is_advisory=is_advisory)
            yield from self._below(real, runners | {tasks_of}, place, way)

    def _below(
        self, words: tuple[str, ...], runners: frozenset[str], place: Place, way: _Way
    ) -> Iterator[AutomatedCommand]:
        program, arguments = words[0].rpartition("/")[2], words[1:]
        if program in names("automation", "hooks"):
            yield from self._named_hooks(arguments, way.to(place, program, is_advisory=False))
        elif program in SHELLS or program in SOURCES:
            yield from self._shell(arguments, place, way)
        elif program == "ssh":
            yield from self._elsewhere(arguments, place, way)
        elif (script := self._script_at(words[0], way)) is not None:
            yield from self._follow_script(script, place, way)
        else:
            for runner, name in self._targets(program, words, runners):
                yield from self._task(runner, name, place, way)

    def _shell(self, arguments: tuple[str, ...], place: Place, way: _Way) -> Iterator[AutomatedCommand]:
        for number, word in enumerate(arguments):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                inner = way.to(place, word, is_advisory=False)
                yield from self._text(" ".join(arguments[number + 1 : number + 2]), partial(_always, place), inner)
                return
            if not word.startswith(("-", "+")):
                script = self._script_at(word, way)
                yield from self._follow_script(script, place, way) if script is not None else ()
                return

    def _elsewhere(self, arguments: tuple[str, ...], place: Place, way: _Way) -> Iterator[AutomatedCommand]:
        """Yield what `ssh` runs: all that stands behind the host."""
        options = frozenset(texts("automation", "task_options")["ssh"].split())
        host = next(iter(_plain(arguments, options)), None)
        if host is not None:
            text = " ".join(arguments[arguments.index(host) + 1 :])
            yield from self._text(text, partial(_always, place), way.to(place, "ssh", is_advisory=False))

    def _script_at(self, word: str, way: _Way) -> tuple[str, str | None] | None:
        """Return the path of a script of the repository, and the directory in which it is called, if that is known."""
        path = normpath(word.partition("/")[2] if word.startswith("$") else word)
        for directory in dict.fromkeys((way.directory, self._root.rstrip("/"), "")):
            known = _joined_path(directory, path) if directory is not None else ""
            if known in self._scripts and known not in way.followed:
                return known, directory
        ends = [known for known in self._scripts if known.endswith(f"/{path}")] if "/" in word or "." in word else []
        if len(ends) == 1:
            return ends[0], ends[0].removesuffix(path).rstrip("/")
        return self._script_copied(path, way.directory or "") if path.endswith(ENDINGS) else None

    def _script_copied(self, path: str, directory: str) -> tuple[str, str | None] | None:
        """Return the script that a path inside of a container is likely a copy of: of the same name, and the only one
        whose directories are called so too, as far as that tells them apart.
        """
        parts = path.strip("/").split("/")
        for number in range(len(parts)):
            tail = "/".join(parts[number:])
            found = [known for known in self._scripts if known == tail or known.endswith(f"/{tail}")]
            around = [known for known in found if _is_around(directory, known)] if directory else []
            chosen = found if len(found) == 1 else around
            if found:
                return (chosen[0], directory) if len(chosen) == 1 else None
        return None

    def _follow_script(self, script: tuple[str, str | None], place: Place, way: _Way) -> Iterator[AutomatedCommand]:
        path, directory = script
        if path not in way.followed:
            inner = way.to(place, path, is_advisory=False)
            yield from self._script(path, self._scripts[path], replace(inner, directory=directory))

    def _script(self, path: str, script: Script, way: _Way) -> Iterator[AutomatedCommand]:
        yield from self._text(script.text, lambda line: place_at(path, position(line + 1, 1)), way)

    def _text(self, text: str, at: Callable[[int], Place], way: _Way, tasks_of: str = "") -> Iterator[AutomatedCommand]:
        """Yield the commands of a text, which may change the directory; `at` gives the places of its lines."""
        for command in shell_commands(text):
            yield from self._command(command.words, at(command.line), command.is_advisory, way, tasks_of)
            if command.words[0] in ("cd", "pushd") and len(command.words) == 2 and way.directory is not None:
                way = way.into(_joined_path(way.directory, command.words[1]))

    def _targets(
        self, program: str, words: tuple[str, ...], runners: frozenset[str]
    ) -> Iterator[tuple[str, str | None]]:
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
            targets = _plain(words[1:], options)
            yield from ((runner, name) for name in targets or (None,))

    def _task(self, runner: str, name: str | None, place: Place, way: _Way) -> Iterator[AutomatedCommand]:
        for path, task in self._tasks_called(runner, name, way):
            key = f"{runner}:{path}:{task.name}"
            if key not in way.followed and len(way.via) < MAX_DEPTH:
                inner = way.to(place, key, is_advisory=False)
                inner = inner.into(dirname(path))
                yield from self._lines(path, task.commands, runner, inner)
                for needed in task.needs:
                    yield from self._task(runner, needed, place_at(path, task.pos), inner)

    def _tasks_called(self, runner: str, name: str | None, way: _Way) -> list[tuple[str, Task]]:
        """Return the tasks of a name: of the nearest file around the directory, else in the service's own directory."""
        listed = self._tasks.get(runner, ())
        if name is None:
            found = [(path, task) for path, tasks in listed for task in _unasked(runner, tasks.tasks)]
        else:
            found = [(path, task) for path, tasks in listed for task in tasks.tasks if task.name == name]
        if not found and runner == "tox":
            found = [(path, task) for path, tasks in listed for task in tasks.tasks if task.name == "testenv"]
        around = [item for item in found if way.directory is not None and _is_around(dirname(item[0]), way.directory)]
        if around:
            nearest = max(len(dirname(path)) for path, _ in around)
            return [item for item in around if len(dirname(item[0])) == nearest]
        own = [item for item in found if self._root and item[0].startswith(self._root)]
        return own or found

    def _lines(self, path: str, lines: Sequence[Command], runner: str, way: _Way) -> Iterator[AutomatedCommand]:
        for line in _joined(lines):
            yield from self._text(line.text, partial(_always, place_at(path, line.pos)), way, runner)

    def _named_hooks(self, arguments: tuple[str, ...], way: _Way) -> Iterator[AutomatedCommand]:
        if "run" not in arguments:
            return
        options = frozenset(texts("automation", "task_options")["pre-commit"].split())
        wanted = _plain(arguments[arguments.index("run") + 1 :], options)
        yield from self._every_hook(way, frozenset(wanted))

    def _every_hook(self, way: _Way, wanted: frozenset[str] = frozenset()) -> Iterator[AutomatedCommand]:
        for path, hooks in self._hooks.items():
            chosen = [hook for hook in hooks.hooks if not wanted or hook.name in wanted]
            yield from self._all_hooks(path, chosen, way)

    def _all_hooks(self, path: str, hooks: Iterable[Hook], way: _Way) -> Iterator[AutomatedCommand]:
        for hook in hooks:
            if hook.stages and not {"commit", "pre-commit", "push", "pre-push", "manual"} & {*hook.stages}:
                continue
            text = " ".join((hook.entry or hook.name, *map(shlex.quote, hook.arguments)))
            yield from self._text(text, partial(_always, place_at(path, hook.pos)), way.into(dirname(path)))


def _always(place: Place, _: int) -> Place:
    return place


def _joined_path(directory: str, path: str) -> str:
    """Return a path below a directory of the repository, or that goes up from it; "" for the root."""
    joined = normpath(f"{directory}/{path}" if directory else path).lstrip("/")
    return "" if joined == "." or joined.startswith("..") else joined


def _is_around(outer: str, inner: str) -> bool:
    return not outer or inner == outer or inner.startswith(f"{outer}/")


def _plain(words: tuple[str, ...], values: frozenset[str]) -> list[str]:
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


def _joined(lines: Sequence[Command]) -> Iterator[Command]:
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
