"""Where a type checker is configured, and what runs one."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from fastapi_audit.rule_api import AutomatedCommand, Manifest, Project, Tasks, Tool, ToolConfig, names, texts

CHECKERS = names("automation", "type_checkers")
ACTIONS = texts("automation", "type_checker_actions")
NOT_CHECKING = frozenset({"--help", "--install-types", "--version", "-V", "-h"})
SUBCOMMANDS = frozenset({"ty", "pyrefly"})


def checking_commands(project: Project) -> list[tuple[AutomatedCommand, str]]:
    """Return the commands that check the types of the application, with the type checker that each runs."""
    paths = application_paths(project)
    packages = {dirname(path) for path in project.evidence_of(Manifest)}
    found = []
    for command in project.automation.commands:
        checker = checker_of(command)
        own = max((one for one in packages if is_around(one, f"{command.directory}/")), key=len, default="")
        if checker is not None and any(is_around(own, path) for path in paths):
            found.append((command, checker))
    return found


def checker_of(command: AutomatedCommand) -> str | None:
    """Return the type checker that a command runs, None when it runs none."""
    if command.is_action:
        return ACTIONS.get(command.program)
    if command.has_option("--mypy") and command.program in ("pytest", "py.test"):
        return "mypy"
    is_checking = not command.has_option(*NOT_CHECKING)
    is_checking = is_checking and (command.program not in SUBCOMMANDS or "check" in command.words)
    return command.program if command.program in CHECKERS and is_checking else None


def tools(project: Project) -> Iterator[tuple[str, Tool]]:
    """Yield the configurations of type checkers that hold for the application: of its directory or one around it."""
    paths = application_paths(project)
    for path, facts in sorted(project.evidence.items()):
        if isinstance(facts, (Manifest, ToolConfig, Tasks)) and any(is_around(dirname(path), one) for one in paths):
            yield from ((path, tool) for tool in facts.tools if tool.name in CHECKERS)


def application_paths(project: Project) -> list[str]:
    paths = [application.place.path for application in project.applications]
    return paths or [module.path for module in project.modules]


def is_around(directory: str, path: str) -> bool:
    return not directory or path.startswith(f"{directory}/")
