"""Python files that a command runs → the calls in them, and in what they call, that serve or migrate."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.prefixes import real_command
from fastapi_audit.linking.shell import shell_commands
from fastapi_audit.linking.sites import calls_of
from fastapi_audit.linking.starting.words import purpose_of
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function, Module
from fastapi_audit.model.project import Project
from fastapi_audit.model.starting import Purpose
from fastapi_audit.model.values import Collection, FunctionValue, Known, Scope, Value

MAX_REACHED = 500


def migrates(call: Call) -> bool:
    """Say whether a call migrates a database, or runs a command that does."""
    if call.name in names("starting", "migrating_calls"):
        return True
    if call.name not in names("starting", "running_calls"):
        return False
    prefix = "alembic " if call.name == "alembic.config.main" else ""
    lines = (prefix + _line(call.positional or tuple(call.named.values())[:1]),)
    commands = [real_command(command.words)[0] for line in lines for command in shell_commands(line)]
    return any(purpose_of(words) is Purpose.MIGRATION for words in commands if words)


def _line(arguments: Sequence[Value]) -> str:
    """Return what a call runs as one line: a list of words, words as arguments, or a line."""
    first = arguments[0] if arguments else None
    if isinstance(first, Collection):
        return shlex.join(map(_text, first.items))
    if len(arguments) > 1 and all(isinstance(one, Known) for one in arguments):
        return shlex.join(map(_text, arguments))
    return _text(first) if first is not None else ""


def _text(value: Value) -> str:
    return str(value.value) if isinstance(value, Known) else "VALUE"


class Programs:
    """Finds the modules that commands run, and the calls that these lead to."""

    def __init__(self, project: Project, interpreter: Interpreter) -> None:
        self._project = project
        self._interpreter = interpreter
        self._own = {module.path for module in project.modules}
        self._led_to: dict[Module, Sequence[tuple[Call, bool]]] = {}
        self._calls: dict[str, list[Call]] = {}
        for call in project.calls:
            self._calls.setdefault(call.module.path, []).append(call)

    def module_run_by(self, run: AutomatedCommand, directory: str) -> Module | None:
        """Return the file of the repository that Python runs."""
        if "-m" in run.written and "/" not in run.words[0]:
            return self.module_named(run.words[0], directory)
        files = [word for word in run.words if word.endswith(".py")]
        is_python = run.program.startswith("python") or run.program.endswith(".py")
        return self.module_at(files[0], directory) if files and is_python else None

    def module_at(self, path: str, directory: str) -> Module | None:
        """Return the module of a file as a command names it, from some directory or inside of a container."""
        tail = path.removeprefix("./").strip("/")
        while tail:
            found = [one for one in self._project.all_modules if one.path == tail or one.path.endswith(f"/{tail}")]
            near = [one for one in found if directory and one.path.startswith(f"{directory}/")]
            if found:
                chosen = near or found
                return chosen[0] if len(chosen) == 1 else None
            tail = tail.partition("/")[2]
        return None

    def module_named(self, name: str, directory: str) -> Module | None:
        """Return the module that `python -m` runs."""
        path = name.replace(".", "/")
        return self._exactly(f"{path}/__main__.py", directory) or self._exactly(f"{path}.py", directory)

    def _exactly(self, path: str, directory: str) -> Module | None:
        found = self.module_at(path, directory)
        return found if found is not None and f"/{found.path}".endswith(f"/{path}") else None

    def calls_led_to(self, module: Module) -> Sequence[tuple[Call, bool]]:
        """Return the calls of a module, and those that its own code leads to; and whether they certainly run.

        What stands in a function of the module that nothing calls may be a command of it.
        """
        if module not in self._led_to:
            self._led_to[module] = tuple(self._follow(module))
        return self._led_to[module]

    def _follow(self, module: Module) -> Iterator[tuple[Call, bool]]:
        by_function = self._calls_of(module)
        pending = list(by_function.get(None, ()))
        seen: set[Function] = set()
        while pending and len(seen) < MAX_REACHED:
            call = pending.pop(0)
            yield call, True
            for function in _functions(call):
                if function not in seen:
                    seen.add(function)
                    pending += by_function.get(function) or self._project.calls_in(function)
        yield from (
            (call, False) for function, calls in by_function.items() if function not in {None, *seen} for call in calls
        )

    def _calls_of(self, module: Module) -> Mapping[Function | None, list[Call]]:
        calls: Sequence[Call] = self._calls.get(module.path, ())
        if module.path not in self._own:
            functions = [one for one in self._interpreter.function_values if one.module is module]
            calls = CodeIndex(self._interpreter, [module], functions).calls()
        found: dict[Function | None, list[Call]] = {}
        for call in (*calls, *self._guarded(module)):
            found.setdefault(call.function, []).append(call)
        return found

    def _guarded(self, module: Module) -> list[Call]:
        """Return the calls of what a module does when it is run, which is left out when it is imported."""
        scope = Scope(dict(self._interpreter.module_scope(module).names))
        frame = Frame(self._interpreter, module, scope, wires=False, recorder=Recorder())
        for statement in module.facts.statements:
            if isinstance(statement, syntax.If) and tree.asks_for_main(statement.test):
                self._interpreter.execute(statement.body, frame)
        return calls_of(frame.recorder, module, None) if frame.recorder is not None else []


def _functions(call: Call) -> Iterator[Function]:
    if isinstance(call.target, Function):
        yield call.target
    values = (*call.positional, *call.named.values())
    yield from (value.original.function for value in values if isinstance(value, FunctionValue))
