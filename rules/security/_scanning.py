"""What scans dependencies: commands and actions of pipelines, wherever they lead to, hooks, and bots."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from fastapi_audit.rule_api import AutomatedCommand, DependencyBot, Hooks, Place, Project, names, place_at

INSTALLS = frozenset({"add", "download", "install", "sync", "upgrade"})


def scanners(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what scans the dependencies, with its place."""
    for command in project.automation.in_ci:
        found = scanner_used(command.program) if command.is_action else scanner_run(command)
        if found is not None:
            yield command.place, f"{found} runs in the pipeline"
    yield from by_hook(project)
    yield from by_bot(project)


def scanner_used(action: str) -> str | None:
    """Return the name of an action, if it scans."""
    name = action.lower().partition(":")[0]
    known = names("scanning", "actions")
    return name if any(name == one or name.startswith(one + "/") for one in known) else None


def scanner_run(command: AutomatedCommand) -> str | None:
    """Return the scanner that a command runs, also inside of a container; to install it is not to run it."""
    words = list(plain_words(command))
    if command.program in ("echo", "printf") or not INSTALLS.isdisjoint(words):
        return None
    said = (*words, *(" ".join(pair) for pair in pairwise(words)))
    return next((one for one in said if one in names("scanning", "commands")), None)


def plain_words(command: AutomatedCommand) -> Iterator[str]:
    """Yield the words of a command without options, directories and tags of images."""
    for word in command.written or command.words:
        if not word.startswith("-"):
            yield word.rpartition("/")[2].partition(":")[0]


def by_hook(project: Project) -> Iterator[tuple[Place, str]]:
    for path, hooks in project.evidence_of(Hooks).items():
        for hook in hooks.hooks:
            entry = AutomatedCommand(place_at(path, hook.pos), tuple(hook.entry.split()) or ("",))
            if hook.name in names("scanning", "hooks") or scanner_run(entry) is not None:
                yield entry.place, f"{hook.name} is a hook of pre-commit"


def by_bot(project: Project) -> Iterator[tuple[Place, str]]:
    for path, bot in project.evidence_of(DependencyBot).items():
        watched = [one for one in bot.ecosystems if one.name.lower() in names("scanning", "ecosystems")]
        if watched:
            yield place_at(path, watched[0].pos), f"{bot.name} watches Python's packages"
        elif bot.name == "renovate" and bot.is_enabled and not bot.ecosystems:
            yield Place(path), f"{bot.name} watches all packages"
