"""What is declared to run → start commands: scripts and programs followed, each told what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from fastapi_audit.facts.automation import Pipeline
from fastapi_audit.facts.configurations import Configuration, Resources
from fastapi_audit.facts.containers import Compose
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.linking.automation import Follower
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.starting import composed, images, manifests, platforms
from fastapi_audit.linking.starting.composed import Run
from fastapi_audit.linking.starting.declared import Declared
from fastapi_audit.linking.starting.programs import Programs, migrates
from fastapi_audit.linking.starting.reader import Reader
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.named_for import is_named_for_delivery, is_named_for_development, is_named_for_production
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.project import Project
from fastapi_audit.model.starting import (
    MigrationInPipeline,
    Runner,
    StartCommand,
    Starting,
)

MAX_COMMANDS = 5_000


def build_starting(
    project: Project, evidence: Mapping[str, EvidenceFacts], interpreter: Interpreter, *, is_one_of_several: bool
) -> Starting:
    """Return how a service is started by the files of its deployment."""
    declared = _with_siblings(list(_declared(project, evidence)))
    follower = Follower(evidence, interpreter.index.modules, project.root)
    reader = Reader(project, follower, Programs(project, interpreter), is_one_of_several)
    found: dict[tuple[Place, tuple[str, ...]], StartCommand] = {}
    for one, has_sibling in declared:
        for command in reader.commands(one, has_sibling):
            key = command.place, command.words
            found[key] = _merged(found[key], command) if key in found else command
    ordered = sorted(found.values(), key=lambda command: (command.place, command.words))
    in_ci = [command for command in project.automation.in_ci if not command.is_action and reader.migrates(command)]
    return Starting(
        ordered[:MAX_COMMANDS],
        [call for call in project.calls if migrates(call)],
        [MigrationInPipeline(command, _is_delivering(command, evidence)) for command in in_ci],
    )


def _is_delivering(command: AutomatedCommand, evidence: Mapping[str, EvidenceFacts]) -> bool:
    """Say whether the pipeline of a command delivers, or the job in it that runs the command."""
    start = min((command.place, *command.via[:1]), key=lambda place: not isinstance(evidence.get(place.path), Pipeline))
    pipeline = evidence.get(start.path)
    jobs = pipeline.jobs if isinstance(pipeline, Pipeline) else ()
    before = [job.name for job in jobs if place_at(start.path, job.pos) <= start]
    return is_named_for_delivery(f"{start.path} {before[-1] if before else ''}")


def _declared(project: Project, evidence: Mapping[str, EvidenceFacts]) -> Iterator[Declared]:
    sources = [module.path for module in project.modules]
    runs: list[Run] = []
    all_runs: list[Run] = []
    for path, facts in evidence.items():
        if isinstance(facts, Compose):
            all_runs += composed.runs_in(path, facts, sources)
            for one in composed.declared_in(path, facts, sources):
                if isinstance(one, Run):
                    runs.append(one)
                else:
                    yield one
        elif isinstance(facts, Resources):
            yield from manifests.declared_in(path, facts)
        elif isinstance(facts, Configuration):
            yield from platforms.declared_in(path, facts)
    for image in project.subjects(Image):
        found = images.declared_by(image)
        if found is not None:
            kept = [run for run in runs if run.dockerfile == image.path and not run.is_for_development]
            yield _as_run(_for_whom(found, image, all_runs, project), kept)


def _for_whom(found: Declared, image: Image, runs: Sequence[Run], project: Project) -> Declared:
    """Say of an image that it is for developers where all that runs it is, and another has the service as well."""
    own = [run for run in runs if run.dockerfile == image.path]
    others = (other for other in project.subjects(Image) if other is not image and other.carries_service)
    is_twin = any(not is_named_for_development(other.path) and not _is_run(other, runs) for other in others)
    is_theirs = bool(own) and all(run.is_for_development for run in own) and is_twin
    return replace(found, is_for_development=found.is_for_development or is_theirs)


def _is_run(image: Image, runs: Sequence[Run]) -> bool:
    """Say whether developers run an image, too."""
    return any(run.dockerfile == image.path and run.is_for_development for run in runs)


def _as_run(image: Declared, runs: Sequence[Run]) -> Declared:
    """Add to an image what compose files say of it."""
    repeated = next((run.repeated for run in runs if run.repeated is not None), None)
    return replace(image, is_kept=any(run.is_kept for run in runs), repeated=repeated)


def _with_siblings(declared: Sequence[Declared]) -> list[tuple[Declared, bool]]:
    """Say of each whether a file of its kind for production stands beside it or below, and it is not one itself."""
    production = {(one.runner, one.place.path) for one in declared if is_named_for_production(one.place.path)}
    return [(one, _stands_beside(one, production)) for one in declared]


def _stands_beside(one: Declared, production: set[tuple[Runner, str]]) -> bool:
    if one.runner not in (Runner.COMPOSE, Runner.IMAGE) or (one.runner, one.place.path) in production:
        return False
    around = dirname(one.place.path)
    return any(runner is one.runner and (not around or path.startswith(around + "/")) for runner, path in production)


def _merged(one: StartCommand, other: StartCommand) -> StartCommand:
    """Return what several files run alike, as one: for development only if all are."""
    return replace(
        one,
        is_for_development=one.is_for_development and other.is_for_development,
        is_kept=one.is_kept or other.is_kept,
        repeated=one.repeated or other.repeated,
    )
