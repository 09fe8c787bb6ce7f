"""What pipelines say of a check that is to run in them: linting, types, tests."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.audit.verdict import Confidence, Related, Verdict, fail, ok, unknown
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.project import Project

SHOWN = 3


def judged_by_pipelines(
    commands: Sequence[tuple[AutomatedCommand, str]], project: Project, question: str
) -> Verdict | None:
    """Judge the commands of a check, each with how it is called; None where no pipeline says anything of it.

    `question` says what a pipeline does that is not in the repository, if it does: "runs a linter".
    """
    running = [(command, name) for command, name in commands if command.is_in_ci]
    counting = next(((command, name) for command, name in running if not command.is_advisory), None)
    if counting is not None:
        return ok(counting[0].place, f"{counting[1]} runs in the pipeline")
    if running:
        command, name = running[0]
        message = f"{name} runs in the pipeline, and its failure is ignored"
        return fail(command.place, message, confidence=Confidence.MEDIUM)
    if project.automation.opaque:
        place, what = project.automation.opaque[0]
        return unknown(place, f"whether {what} {question} is said elsewhere")
    return None


def run_elsewhere(commands: Sequence[tuple[AutomatedCommand, str]]) -> tuple[Related, ...]:
    """Return where a check runs that no pipeline runs: in a task, a hook, a script."""
    return tuple(Related(command.place, f"`{command}` is run here") for command, _ in commands[:SHOWN])
