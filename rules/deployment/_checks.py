"""Which commands of pipelines look for mistakes in the service's code."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import AutomatedCommand, Kind, Project, concerns, names, texts

PARTS = (".github/actions/",)  # composite actions, which run only where a workflow uses them


def pipelines(project: Project) -> list[str]:
    """Return the files of pipelines."""
    return [path for path in project.paths_of(Kind.CI) if not path.startswith(PARTS)]


def linting(project: Project) -> Iterator[tuple[AutomatedCommand, str]]:
    """Yield the commands that look for mistakes in the service's code, wherever they run, with what they run."""
    for command in project.automation.commands:
        linter = linter_of(command)
        if linter is not None and concerns(command, project):
            yield command, linter


def linter_of(command: AutomatedCommand) -> str | None:
    """Return the linter that a command runs, None when it runs none."""
    if command.is_action:
        return texts("automation", "linter_actions").get(command.program.lower())
    if command.program in ("pytest", "py.test"):
        return next((option[2:] for option in ("--ruff", "--flake8", "--pylint") if command.has_option(option)), None)
    asked = texts("automation", "linters").get(command.program)
    if asked is None or not names("automation", "not_linting").isdisjoint(command.words):
        return None
    return command.program if not asked or asked in command.words else None
