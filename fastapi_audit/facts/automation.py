"""What runs without a person: pipelines of continuous integration, and named tasks of a developer."""

from __future__ import annotations

import msgspec

from fastapi_audit.facts.tools import Tool


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One step of a job: shell text it runs, or the action, orb or template it uses; where it runs, "" for the root.

    `is_advisory`: the pipeline goes on when it fails, by what the step or its job says.
    """

    pos: int
    run: str | None = None
    uses: str | None = None
    directory: str = ""
    is_advisory: bool = False


class Job(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One job with its steps; steps of a pipeline without jobs stand in a job named ""."""

    pos: int
    name: str
    steps: tuple[Step, ...]


class Pipeline(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="pipeline"):
    """One pipeline file. `triggers` are the events as the provider names them, sorted; empty when not stated."""

    provider: str
    jobs: tuple[Job, ...]
    triggers: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps of all jobs in the order of the file."""
        return tuple(step for job in self.jobs for step in job.steps)


class Command(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One command line of a task."""

    pos: int
    text: str


class Task(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A named target, its commands, and the targets that are made before it."""

    pos: int
    name: str
    commands: tuple[Command, ...]
    needs: tuple[str, ...] = ()


class Tasks(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="tasks"):
    """The tasks of one file, by its runner ("make", "tox", "just", "task"). A `tox.ini` may configure tools too."""

    runner: str
    tasks: tuple[Task, ...]
    tools: tuple[Tool, ...] = ()


class Hook(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One hook of pre-commit: the repository that it comes from, its identifier, and its command if it is local.

    `stages` are those at which it runs, empty when nothing is said.
    """

    pos: int
    repository: str
    name: str
    entry: str = ""
    arguments: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


class Hooks(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="hooks"):
    """The hooks of a pre-commit configuration, in its order.

    `skipped` are those that pre-commit.ci leaves out, None where nothing says that it runs at all.
    """

    hooks: tuple[Hook, ...]
    skipped: tuple[str, ...] | None = None


class Script(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="script"):
    """A shell script, as text; empty for what is no script of a shell."""

    text: str


class Ecosystem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A kind of packages that a bot watches, as the bot names it."""

    pos: int
    name: str


class DependencyBot(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="bot"):
    """A bot that proposes updates of dependencies: "dependabot" or "renovate".

    `ecosystems` are those that it is told to watch; for Renovate none means all that it finds.
    """

    name: str
    ecosystems: tuple[Ecosystem, ...] = ()
    is_enabled: bool = True
