"""All that runs commands in a service → the commands, in the order of places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname, normpath

from fastapi_audit.facts.automation import Pipeline, Step
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.automation.follower import Follower
from fastapi_audit.linking.automation.way import Way, joined
from fastapi_audit.model.automation import AutomatedCommand, Automation
from fastapi_audit.model.module import Module
from fastapi_audit.model.place import Place, place_at

ACTIONS = ".github/actions/"
INCLUDES = ("gitlab", "include")
BY_HAND = ("workflow_dispatch",)
MAX_COMMANDS = 20_000


def build_automation(evidence: Mapping[str, EvidenceFacts], modules: Iterable[Module], root: str) -> Automation:
    """Return the commands of a service whose directory is `root`."""
    follower = Follower(evidence, modules, root)
    pipelines = _Pipelines(evidence, follower)
    opaque: list[tuple[Place, str]] = []
    commands = [*pipelines.unasked(opaque), *_of_pre_commit_ci(follower), *pipelines.by_hand(), *_of_the_rest(follower)]
    ordered = sorted(commands[:MAX_COMMANDS], key=lambda command: (command.place, not command.is_in_ci, command.via))
    return Automation(ordered, sorted(opaque))


def _of_pre_commit_ci(follower: Follower) -> Iterator[AutomatedCommand]:
    """Yield the commands of hooks that pre-commit.ci, which says what it skips, runs as a pipeline does."""
    for path, hooks in follower.hooks.items():
        if hooks.skipped is not None:
            way = Way((Place(path),), is_in_ci=True)
            yield from follower.hooks_of(path, [one for one in hooks.hooks if one.name not in hooks.skipped], way)


def _of_the_rest(follower: Follower) -> Iterator[AutomatedCommand]:
    """Yield the commands of all tasks, hooks and scripts, whoever runs them."""
    for path, tasks in follower.tasks:
        for task in tasks.tasks:
            yield from follower.task(path, task.commands, tasks.runner, Way(directory=dirname(path)))
    for path, hooks in follower.hooks.items():
        yield from follower.hooks_of(path, hooks.hooks, Way())
    for path in follower.scripts.texts:
        yield from follower.script(path, Way(directory=dirname(path)))


class _Pipelines:
    """Knows the pipelines of a service, and follows their steps."""

    def __init__(self, evidence: Mapping[str, EvidenceFacts], follower: Follower) -> None:
        self._pipelines = {path: facts for path, facts in evidence.items() if isinstance(facts, Pipeline)}
        self._follower = follower

    def unasked(self, opaque: list[tuple[Place, str]]) -> Iterator[AutomatedCommand]:
        """Yield the commands of those that run by themselves; what cannot be followed is added to `opaque`."""
        for path, pipeline in self._pipelines.items():
            if not path.startswith(ACTIONS) and pipeline.triggers != BY_HAND:
                opaque += self._included(path, pipeline)
                for step in pipeline.steps:
                    way = Way(is_in_ci=True, is_advisory=step.is_advisory)
                    yield from self._step(path, step, way, opaque)

    def by_hand(self) -> Iterator[AutomatedCommand]:
        """Yield the commands of those that a person starts."""
        for path, pipeline in self._pipelines.items():
            if pipeline.triggers == BY_HAND:
                for step in pipeline.steps:
                    yield from self._step(path, step, Way(), [])

    def _included(self, path: str, pipeline: Pipeline) -> list[tuple[Place, str]]:
        """Return what a pipeline of GitLab includes and is not read: files of another repository, or elsewhere here."""
        steps = [step for job in pipeline.jobs for step in job.steps if (pipeline.provider, job.name) == INCLUDES]
        named = [(place_at(path, step.pos), step.uses or "") for step in steps]
        own = names("automation", "own_templates")
        return [
            (place, name)
            for place, name in named
            if name.lstrip("/") not in self._pipelines and not any(name.startswith(one) for one in own)
        ]

    def _step(self, path: str, step: Step, way: Way, opaque: list[tuple[Place, str]]) -> Iterator[AutomatedCommand]:
        place = place_at(path, step.pos)
        if step.run is not None:
            yield from self._follower.text(step.run, place, way.into(joined("", step.directory)))
        name = (step.uses or "").partition("@")[0]
        if name.startswith("./"):
            local = normpath(name)
            for file in (f"{local}/action.yml", f"{local}/action.yaml"):
                if file in self._pipelines and file not in way.followed:
                    inner = way.to(place, file)
                    for below in self._pipelines[file].steps:
                        yield from self._step(file, below, inner, opaque)
        elif name:
            yield AutomatedCommand(place, (name,), way.via, way.is_in_ci, way.is_advisory, is_action=True)
            if name in names("automation", "hook_actions"):
                yield from self._follower.every_hook(way.to(place, name))
            if "/.github/workflows/" in name or name.lower() in names("automation", "collections"):
                opaque.append((place, name))
