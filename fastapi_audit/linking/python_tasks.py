"""`noxfile.py` and Invoke's `tasks.py` → the tasks they name, with the commands that are written in them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from fastapi_audit.facts import syntax
from fastapi_audit.facts.automation import Command, Task, Tasks
from fastapi_audit.facts.tree import descendants, name_of
from fastapi_audit.model.module import Module

RUNNERS = {"noxfile.py": ("nox", "session"), "tasks.py": ("invoke", "task")}
RUNS = frozenset({"run", "run_always", "sudo"})


def python_tasks(module: Module) -> Tasks | None:
    """Return the tasks of a module, None when it is no file of tasks by its name."""
    known = RUNNERS.get(module.path.rpartition("/")[2])
    if known is None:
        return None
    runner, decorator = known
    functions = [one for one in module.facts.statements if isinstance(one, syntax.FunctionDef)]
    found = [_task(one) for one in functions if any(_is_called(item, decorator) for item in one.decorators)]
    return Tasks(runner, tuple(found))


def _is_called(decorator: syntax.Expr, name: str) -> bool:
    return name_of(decorator.func if isinstance(decorator, syntax.Call) else decorator) == name


def _task(function: syntax.FunctionDef) -> Task:
    first = function.params[0].name if function.params else ""
    calls = [node for node in descendants(function.statements()) if isinstance(node, syntax.Call)]
    own = [call for call in calls if isinstance(call.func, syntax.Attribute) and name_of(call.func.value) == first]
    commands = tuple(Command(call.pos, _text(call)) for call in own if name_of(call.func) in RUNS and call.args)
    needs = tuple(text for call in own if name_of(call.func) == "notify" for text in _texts(call)[:1])
    return Task(function.pos, _name(function), commands, needs)


def _name(function: syntax.FunctionDef) -> str:
    for decorator in function.decorators:
        for argument in decorator.args if isinstance(decorator, syntax.Call) else ():
            if argument.keyword == "name" and isinstance(argument.value, syntax.Constant):
                return str(argument.value.value)
    return function.name


def _text(call: syntax.Call) -> str:
    """Return the command of a call: several arguments are words, a single one is a line."""
    words = _texts(call)
    return words[0] if len(words) == 1 else shlex.join(words)


def _texts(call: syntax.Call) -> list[str]:
    return list(_words(call))


def _words(call: syntax.Call) -> Iterator[str]:
    for argument in call.args:
        if argument.keyword is None:
            yield str(argument.value.value) if isinstance(argument.value, syntax.Constant) else "ARGUMENT"
