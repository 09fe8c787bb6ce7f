"""What scans dependencies: commands and actions of pipelines, tasks that they run, hooks, and bots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from fastapi_audit.rule_api import (
    DependencyBot,
    Hooks,
    Module,
    Pipeline,
    Place,
    Project,
    Tasks,
    names,
    place_at,
    syntax,
    tree,
)

RUNNERS = frozenset({"gmake", "just", "make", "nox", "task", "tox"})
INSTALLS = frozenset({"add", "download", "install", "sync", "upgrade"})
_SEPARATORS = re.compile(r"&&|\|\||[;|\n]")


def scanners(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what scans the dependencies, with its place."""
    for path, pipeline in project.evidence_of(Pipeline).items():
        for step in pipeline.steps:
            found = scanner_used(step.uses or "") or scanner_run(step.run or "")
            if found is not None:
                yield place_at(path, step.pos), f"{found} runs in the pipeline"
            yield from ((place, f"{name} is run by the pipeline") for place, name in by_task(step.run or "", project))
    yield from by_hook(project)
    yield from by_bot(project)


def scanner_used(reference: str) -> str | None:
    """Return the action that a reference names, if it scans."""
    name = re.split(r"[@:]", reference.lower())[0]
    known = names("scanning", "actions")
    return name if any(name == one or name.startswith(one + "/") for one in known) else None


def scanner_run(text: str) -> str | None:
    """Return the scanner that shell text runs; to install it is not to run it."""
    for words in map(words_of_command, _SEPARATORS.split(text.replace("\\\n", " "))):
        if not INSTALLS.isdisjoint(words):
            continue
        pairs = [*words, *(" ".join(pair) for pair in pairwise(words))]
        found = next((word for word in pairs if word in names("scanning", "commands")), None)
        if found is not None and words[0] not in ("echo", "printf", "#"):
            return found
    return None


def words_of_command(command: str) -> list[str]:
    """Return the words of a command without options, directories and tags of images."""
    words = (word.strip("\"'`()") for word in command.split())
    return [word.rpartition("/")[2].partition(":")[0] for word in words if word and not word.startswith("-")]


def by_task(text: str, project: Project) -> Iterator[tuple[Place, str]]:
    """Yield the scanners in tasks that shell text runs: `make audit`, `tox -e audit`, `nox`."""
    for command in _SEPARATORS.split(text):
        words = [word.strip("\"'") for word in command.replace(",", " ").split()]
        runner = next((word for word in words if word in RUNNERS), None)
        if runner is None:
            continue
        if runner == "nox":
            yield from by_session(project)
        for path, tasks in project.evidence_of(Tasks).items():
            asked = [task for task in tasks.tasks if task.name in words and runner.endswith(tasks.runner)]
            for line in (line for task in asked for line in task.commands):
                found = scanner_run(line.text)
                if found is not None:
                    yield place_at(path, line.pos), found


def by_session(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield the scanners that the sessions of nox run: `session.run("pip-audit")`."""
    for module in project.all_modules:
        for node in calls_of(module) if module.path.rpartition("/")[2] == "noxfile.py" else ():
            texts = [one.value.value for one in node.args if isinstance(one.value, syntax.Constant)]
            found = scanner_run(" ".join(map(str, texts)))
            if found is not None and isinstance(node.func, syntax.Attribute) and node.func.attr == "run":
                yield module.at(node), found


def calls_of(module: Module) -> Iterator[syntax.Call]:
    for node in tree.descendants(module.facts.statements):
        inner = tree.descendants(node.statements()) if isinstance(node, syntax.FunctionDef) else (node,)
        yield from (one for one in inner if isinstance(one, syntax.Call))


def by_hook(project: Project) -> Iterator[tuple[Place, str]]:
    for path, hooks in project.evidence_of(Hooks).items():
        for hook in hooks.hooks:
            if hook.name in names("scanning", "hooks") or scanner_run(hook.entry) is not None:
                yield place_at(path, hook.pos), f"{hook.name} is a hook of pre-commit"


def by_bot(project: Project) -> Iterator[tuple[Place, str]]:
    for path, bot in project.evidence_of(DependencyBot).items():
        watched = [one for one in bot.ecosystems if one.name.lower() in names("scanning", "ecosystems")]
        if watched:
            yield place_at(path, watched[0].pos), f"{bot.name} watches Python's packages"
        elif bot.name == "renovate" and bot.is_enabled and not bot.ecosystems:
            yield Place(path), f"{bot.name} watches all packages"


def elsewhere(project: Project) -> Iterator[Place]:
    """Yield where a pipeline hands over to one of another repository."""
    for path, pipeline in project.evidence_of(Pipeline).items():
        uses = ((step, step.uses or "") for step in pipeline.steps)
        yield from (
            place_at(path, step.pos) for step, name in uses if "/.github/workflows/" in name and name[:1] != "."
        )
