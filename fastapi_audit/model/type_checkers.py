"""Where a type checker is configured, and what runs one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from posixpath import dirname

from fastapi_audit.facts.automation import Tasks
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.tools import Tool, ToolConfig
from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.place import is_around
from fastapi_audit.model.project import Project

CHECKERS = names("automation", "type_checkers")
ACTIONS = texts("automation", "type_checker_actions")
NOT_CHECKING = frozenset({"--help", "--install-types", "--version", "-V", "-h"})
SUBCOMMANDS = frozenset({"ty", "pyrefly"})


def checking_commands(project: Project) -> list[tuple[AutomatedCommand, str]]:
    """Return the commands that check the types of the application, with the type checker that each runs."""
    named = ((command, checker_of(command)) for command in project.automation.commands)
    found = [(command, checker) for command, checker in named if checker is not None]
    return [(command, checker) for command, checker in found if concerns(command, project)]


def concerns(command: AutomatedCommand, project: Project) -> bool:
    """Say whether a command runs in the package of the application, and not in that of something beside it."""
    packages = {dirname(path) for path in project.evidence_of(Manifest)}
    own = max((one for one in packages if is_around(one, command.directory)), key=len, default="")
    return any(is_around(own, path) for path in application_paths(project))


def checker_of(command: AutomatedCommand) -> str | None:
    """Return the type checker that a command runs, None when it runs none."""
    if command.is_action:
        return ACTIONS.get(command.program)
    if command.has_option("--mypy") and command.program in ("pytest", "py.test"):
        return "mypy"
    is_checking = not command.has_option(*NOT_CHECKING)
    is_checking = is_checking and (command.program not in SUBCOMMANDS or "check" in command.words)
    return command.program if command.program in CHECKERS and is_checking else None


def checker_tools(project: Project) -> Iterator[tuple[str, Tool]]:
    """Yield the configurations of type checkers that hold for the application: of its directory or one around it."""
    paths = application_paths(project)
    for path, facts in sorted(project.evidence.items()):
        if isinstance(facts, (Manifest, ToolConfig, Tasks)) and any(is_around(dirname(path), one) for one in paths):
            yield from ((path, tool) for tool in facts.tools if tool.name in CHECKERS)


def checker_used(project: Project) -> str | None:
    """Return a type checker that the project has: configured, run by a task or a hook, or asked for as a package."""
    configured = (tool.name for _, tool in checker_tools(project))
    run = (checker for _, checker in checking_commands(project))
    paths = application_paths(project)
    manifests = project.evidence_of(Manifest).items()
    own = (facts for path, facts in manifests if any(is_around(dirname(path), one) for one in paths))
    asked_for = (one.name for manifest in own for one in manifest.requirements if one.name in CHECKERS)
    return next(chain(configured, run, asked_for), None)


def application_paths(project: Project) -> list[str]:
    """Return the files that make the applications, of a service without one all of its files."""
    paths = [application.place.path for application in project.applications]
    return paths or [module.path for module in project.modules]
