"""A command line → the commands that it runs: scripts, tasks and hooks that it calls followed to what they run."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from fastapi_audit.facts.automation import Command, Hook, Hooks
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.positions import position
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.linking.automation.scripts import Scripts
from fastapi_audit.linking.automation.tasks import TaskFiles, plain, targets, whole
from fastapi_audit.linking.automation.way import Way, joined
from fastapi_audit.linking.prefixes import real_command
from fastapi_audit.linking.shell import shell_commands
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.module import Module
from fastapi_audit.model.place import Place, place_at

SHELLS = frozenset({"bash", "dash", "sh", "zsh"})
SOURCES = frozenset({"source", "."})
STAGES = frozenset({"commit", "manual", "pre-commit", "pre-push", "push"})
MAX_DEPTH = 8


class Follower:
    """Knows the scripts, tasks and hooks of a service, and follows commands to them."""

    def __init__(self, evidence: Mapping[str, EvidenceFacts], modules: Iterable[Module], root: str) -> None:
        self.scripts = Scripts(evidence, root)
        self.tasks = TaskFiles(evidence, modules, root)
        self.hooks = {path: facts for path, facts in evidence.items() if isinstance(facts, Hooks)}

    def started(self, text: str, place: Place, directory: str) -> Iterator[AutomatedCommand]:
        """Yield what a command line that stands at a place runs, from a directory of the repository on."""
        yield from self.text(text, place, Way(directory=directory))

    def text(self, text: str, place: Place, way: Way, tasks_of: str = "") -> Iterator[AutomatedCommand]:
        """Yield the commands of a text, as if they all stood at one place."""
        yield from self._lines(text, lambda _: place, way, tasks_of)

    def script(self, path: str, way: Way) -> Iterator[AutomatedCommand]:
        """Yield the commands of a script of the repository."""
        yield from self._lines(self.scripts.texts[path], lambda line: place_at(path, position(line + 1, 1)), way)

    def task(self, path: str, lines: Sequence[Command], runner: str, way: Way) -> Iterator[AutomatedCommand]:
        """Yield the commands of a task, whose file is run by `runner`."""
        for line in whole(lines):
            yield from self.text(line.text, place_at(path, line.pos), way, runner)

    def every_hook(self, way: Way, wanted: frozenset[str] = frozenset()) -> Iterator[AutomatedCommand]:
        """Yield the commands of all hooks, or of those that are wanted by name."""
        for path, hooks in self.hooks.items():
            chosen = [hook for hook in hooks.hooks if not wanted or hook.name in wanted]
            yield from self.hooks_of(path, chosen, way)

    def hooks_of(self, path: str, hooks: Iterable[Hook], way: Way) -> Iterator[AutomatedCommand]:
        """Yield the commands of some hooks of a file, but for those of other occasions than commits and pushes."""
        for hook in hooks:
            if not hook.stages or not STAGES.isdisjoint(hook.stages):
                text = " ".join((hook.entry or hook.name, *map(shlex.quote, hook.arguments)))
                yield from self.text(text, place_at(path, hook.pos), way.into(dirname(path)))

    def _command(
        self, words: tuple[str, ...], place: Place, is_advisory: bool, way: Way, tasks_of: str = ""
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
        self, words: tuple[str, ...], runners: frozenset[str], place: Place, way: Way
    ) -> Iterator[AutomatedCommand]:
        program, arguments = words[0].rpartition("/")[2], words[1:]
        if program in names("automation", "hooks"):
            yield from self._named_hooks(arguments, way.to(place, program))
        elif program in SHELLS or program in SOURCES:
            yield from self._shell(arguments, place, way)
        elif program == "ssh":
            yield from self._elsewhere(arguments, place, way)
        elif (script := self.scripts.called(words[0], way)) is not None:
            yield from self._follow_script(script, place, way)
        else:
            for runner, name in targets(program, words, runners):
                yield from self._tasks_called(runner, name, place, way)

    def _shell(self, arguments: tuple[str, ...], place: Place, way: Way) -> Iterator[AutomatedCommand]:
        for number, word in enumerate(arguments):
            if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
                inner = way.to(place, word)
                yield from self.text(" ".join(arguments[number + 1 : number + 2]), place, inner)
                return
            if not word.startswith(("-", "+")):
                script = self.scripts.called(word, way)
                yield from self._follow_script(script, place, way) if script is not None else ()
                return

    def _elsewhere(self, arguments: tuple[str, ...], place: Place, way: Way) -> Iterator[AutomatedCommand]:
        """Yield what `ssh` runs: all that stands behind the host."""
        options = frozenset(texts("automation", "task_options")["ssh"].split())
        host = next(iter(plain(arguments, options)), None)
        if host is not None:
            text = " ".join(arguments[arguments.index(host) + 1 :])
            yield from self.text(text, place, way.to(place, "ssh"))

    def _follow_script(self, script: tuple[str, str | None], place: Place, way: Way) -> Iterator[AutomatedCommand]:
        path, directory = script
        if path not in way.followed:
            yield from self.script(path, way.to(place, path).into(directory))

    def _lines(self, text: str, at: Callable[[int], Place], way: Way, tasks_of: str = "") -> Iterator[AutomatedCommand]:
        """Yield the commands of a text, which may change the directory; `at` gives the places of its lines."""
        for command in shell_commands(text):
            yield from self._command(command.words, at(command.line), command.is_advisory, way, tasks_of)
            if command.words[0] in ("cd", "pushd") and len(command.words) == 2 and way.directory is not None:
                way = way.into(joined(way.directory, command.words[1]))

    def _tasks_called(self, runner: str, name: str | None, place: Place, way: Way) -> Iterator[AutomatedCommand]:
        for path, task in self.tasks.called(runner, name, way):
            key = f"{runner}:{path}:{task.name}"
            if key not in way.followed and len(way.via) < MAX_DEPTH:
                inner = way.to(place, key).into(dirname(path))
                yield from self.task(path, task.commands, runner, inner)
                for needed in task.needs:
                    yield from self._tasks_called(runner, needed, place_at(path, task.pos), inner)

    def _named_hooks(self, arguments: tuple[str, ...], way: Way) -> Iterator[AutomatedCommand]:
        if "run" not in arguments:
            return
        options = frozenset(texts("automation", "task_options")["pre-commit"].split())
        wanted = plain(arguments[arguments.index("run") + 1 :], options)
        yield from self.every_hook(way, frozenset(wanted))
