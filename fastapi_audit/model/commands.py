"""Code of commands: files that are meant to be run, and what they alone import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from posixpath import dirname, join, normpath

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.module import Module
from fastapi_audit.model.project import Project

ENDING = frozenset({"SystemExit", "exit", "quit"})


@lru_cache(maxsize=1)
def modules_of_commands(project: Project) -> frozenset[Module]:
    """Return the modules that only files meant to be run load, these included, and no application of the service."""
    started = frozenset(path for _, path in scripts_started(project))
    run = [one for one in project.modules if one.path not in project.loaded and (one.path in started or _is_run(one))]
    loaded = project.imports.loaded_by([*run, *_beside(run, project)], lambda _: True)
    return frozenset(module for module in loaded if module.path not in project.loaded)


def scripts_started(project: Project) -> Iterator[tuple[AutomatedCommand, str]]:
    """Yield the commands of pipelines, tasks and scripts of the shell that run a Python file, `python3 report.py`.

    Each comes with the paths that the file may have: from the root, and from the directory where the command runs.
    """
    for command in project.automation.commands:
        if command.program.startswith("python"):
            script = next((word for word in command.words[1:] if not word.startswith("-")), "")
            if script.endswith(".py"):
                for path in dict.fromkeys((normpath(script), normpath(join(command.directory, script)))):
                    yield command, path


def _is_run(module: Module) -> bool:
    """Say whether a file is run, and not imported: it says so, or it ends the process that imports it."""
    return module.is_runnable or module.is_of_commands or any(map(_ends_process, _calls_outside(module)))


def _calls_outside(module: Module) -> Iterator[syntax.Call]:
    return (node for node in tree.descendants(module.facts.statements) if isinstance(node, syntax.Call))


def _ends_process(call: syntax.Call) -> bool:
    if isinstance(call.func, syntax.Attribute):
        return call.func.attr == "exit" and tree.is_name(call.func.value, "sys")
    return isinstance(call.func, syntax.Name) and call.func.id in ENDING


def _beside(run: Iterable[Module], project: Project) -> Iterator[Module]:
    """Yield the modules that files import from their own directory, which is on the path of what is run."""
    by_path = {module.path: module for module in project.modules}
    for module in run:
        directory = dirname(module.path)
        for name in _names_imported(module):
            found = by_path.get(join(directory, f"{name}.py"))
            if found is not None:
                yield found


def _names_imported(module: Module) -> Iterator[str]:
    for statement in module.facts.statements:
        if isinstance(statement, syntax.ImportFrom) and statement.level == 0:
            yield statement.module
        elif isinstance(statement, syntax.Import):
            yield from (alias.name for alias in statement.names)
