"""One process and its command lines → its start commands, with what the scripts and programs that they run say."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fastapi_audit.facts import syntax
from fastapi_audit.facts.tree import name_of
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.automation import Follower
from fastapi_audit.linking.starting.declared import Declared
from fastapi_audit.linking.starting.programs import Programs, migrates
from fastapi_audit.linking.starting.words import configured_by, purpose_of, reloads, target_of, workers
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Module
from fastapi_audit.model.project import Project
from fastapi_audit.model.starting import Purpose, StartCommand
from fastapi_audit.model.values import Known, Value

RESTARTS = frozenset({"debugpy", "watchfiles", "watchmedo"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads processes; `is_one_of_several` services of a repository, which may start the others too."""

    project: Project
    follower: Follower
    programs: Programs
    is_one_of_several: bool

    def commands(self, declared: Declared, has_sibling: bool) -> list[StartCommand]:
        """Return the commands of one process; `has_sibling`: another file does the same for production."""
        found = [
            command
            for place, text in declared.lines
            for run in self.follower.started(text, place, declared.directory)
            for command in self._of(run, declared)
        ]
        return [_beside(command, found, has_sibling) for command in found]

    def migrates(self, run: AutomatedCommand) -> bool:
        """Say whether a command migrates a database, by its words or by the file that Python runs."""
        purpose = purpose_of(run.words)
        module = self.programs.module_run_by(run, run.directory) if purpose is Purpose.OTHER else None
        calls = self.programs.calls_led_to(module) if module is not None else ()
        return purpose is Purpose.MIGRATION or any(migrates(call) for call, _ in calls)

    def _of(self, run: AutomatedCommand, declared: Declared) -> Iterator[StartCommand]:
        purpose = purpose_of(run.words)
        inside = _inside(run) if purpose is Purpose.OTHER else ()
        if inside:
            wrapper = run.program if run.program in RESTARTS else ""
            for inner in self.follower.started(shlex.join(inside), run.place, declared.directory):
                yield from (replace(one, reloads=one.reloads or wrapper) for one in self._of(inner, declared))
        elif purpose is Purpose.SERVER:
            if self._is_own(run.words):
                count = self._workers(run.words, declared)
                reload = reloads(run.words, declared.variables)
                yield replace(_command(run, declared, purpose), reloads=reload, workers=count)
        else:
            module = self.programs.module_run_by(run, declared.directory) if purpose is Purpose.OTHER else None
            found = [] if module is None else list(self._of_program(run, declared, module))
            yield from found or [_command(run, declared, purpose)]

    def _of_program(self, run: AutomatedCommand, declared: Declared, module: Module) -> Iterator[StartCommand]:
        for call, is_certain in self.programs.calls_led_to(module):
            if migrates(call):
                yield replace(_command(run, declared, Purpose.MIGRATION), place=call.place)
            elif is_certain and call.name in names("starting", "serving_calls"):
                yield _serving(call, _command(run, declared, Purpose.SERVER))

    def _is_own(self, words: Sequence[str]) -> bool:
        """Say whether a server serves this service, of several in the repository."""
        target = target_of(words)
        if target is None or not self.is_one_of_several:
            return True
        path = target.replace(".", "/")
        paths = [f"/{module.path}" for module in self.project.modules]
        return any(one.endswith((f"/{path}.py", f"/{path}/__init__.py")) for one in paths)

    def _workers(self, words: Sequence[str], declared: Declared) -> int | None:
        count = workers(words, declared.variables)
        file = configured_by(words) if count == 1 else None
        if file is None:
            return count
        module = self.programs.module_at(file, declared.directory)
        if module is None:  # a file that is not in the repository, or is none of Python
            return count if file == "gunicorn.conf.py" else None
        return _assigned(module, "workers", count)


def _inside(run: AutomatedCommand) -> tuple[str, ...]:
    """Return the command that a program which waits, watches or debugs is given; none for the others."""
    words = run.words
    if "--" in words:
        behind = words[words.index("--") + 1 :]
        return behind if behind and not behind[0].startswith("-") else ()
    if run.program == "watchfiles":
        first = next((word for word in words[1:] if not word.startswith("-")), "")
        return tuple(first.split())
    if run.program == "debugpy":
        return words[words.index("-m") + 1 :] if "-m" in words else ()
    return ()


def _command(run: AutomatedCommand, declared: Declared, purpose: Purpose) -> StartCommand:
    return StartCommand(
        run.place,
        run.words,
        purpose,
        declared.runner,
        is_for_development=declared.is_for_development,
        is_kept=declared.is_kept,
        repeated=declared.repeated,
    )


def _serving(call: Call, command: StartCommand) -> StartCommand:
    told, count = call.named.get("reload"), call.named.get("workers")
    does = isinstance(told, Known) and told.value is True and not told.is_default
    number = 1 if count is None else _number(count)
    return replace(command, place=call.place, reloads="reload=True" if does else "", workers=number)


def _number(value: Value) -> int | None:
    is_given = isinstance(value, Known) and not value.is_default
    return value.value if is_given and isinstance(value, Known) and isinstance(value.value, int) else None


def _assigned(module: Module, name: str, otherwise: int | None) -> int | None:
    """Return the number that a module gives a name at its top, None where it is computed."""
    for statement in module.facts.statements:
        if isinstance(statement, syntax.Assign) and any(name_of(target) == name for target in statement.targets):
            value = statement.value.value if isinstance(statement.value, syntax.Constant) else None
            return value if isinstance(value, int) else None
    return otherwise


def _beside(command: StartCommand, found: Sequence[StartCommand], has_sibling: bool) -> StartCommand:
    """Judge a server by those that the same process starts on other conditions, and by a file for production."""
    if command.purpose is not Purpose.SERVER:
        return command
    servers = [one for one in found if one.purpose is Purpose.SERVER]
    is_alternative = bool(command.reloads) and any(not one.reloads for one in servers)
    is_scaled = any(one.workers is None or one.workers > 1 for one in servers if not one.reloads)
    return replace(
        command,
        is_for_development=command.is_for_development or is_alternative or has_sibling,
        workers=None if is_scaled and command.workers == 1 else command.workers,
    )
