"""Dockerfiles: the entry point and the command that are in force in what is shipped."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from posixpath import dirname, normpath

from fastapi_audit.facts.containers import Instruction
from fastapi_audit.linking.starting.declared import Declared, Line, entered
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.starting import Runner, is_named_for_development


def declared_by(image: Image) -> Declared | None:
    """Return what an image runs when nothing else is said; None where that is left to its base."""
    stages = shipped_stages(image)
    told = [item for stage in stages for item in reversed(image.dockerfile.instructions) if item.stage == stage]
    entry = next((item for item in told if item.keyword == "ENTRYPOINT"), None)
    command = next((item for item in told if item.keyword == "CMD"), None)
    copies = dict(_copies(told))
    lines = entered(
        _line(image, entry, copies), _line(image, command, copies), is_exec=entry is None or entry.is_exec_form
    )
    if not lines:
        return None
    return Declared(
        Runner.IMAGE,
        lines[-1][0],
        lines,
        dirname(image.path),
        dict(_variables(told)),
        is_named_for_development(image.path),
    )


def shipped_stages(image: Image) -> tuple[int, ...]:
    """Return the last stage that is not for development, and those it continues."""
    stages = image.dockerfile.stages
    shipped = [number for number, stage in enumerate(stages) if not is_named_for_development(stage.name or "")]
    return image.dockerfile.lineage(shipped[-1] if shipped else len(stages) - 1)


def _line(image: Image, instruction: Instruction | None, copies: dict[str, str]) -> Line | None:
    if instruction is None or instruction.value.replace(" ", "") == "[]":
        return None
    words = [copies.get(word, word) for word in instruction.words or instruction.value.split(" ")]
    return image.at(instruction.pos), shlex.join(words) if instruction.is_exec_form else " ".join(words)


def _copies(told: list[Instruction]) -> Iterator[tuple[str, str]]:
    """Yield where single files are copied to, and from where."""
    for item in told:
        words = [word for word in item.value.split() if not word.startswith("--")]
        if item.keyword in ("COPY", "ADD") and len(words) == 2 and "--from" not in item.value:
            source, target = words
            if "." in target.rpartition("/")[2] and "*" not in source:
                yield target, normpath(source).lstrip("/")


def _variables(told: list[Instruction]) -> Iterator[tuple[str, str]]:
    for item in reversed(told):
        if item.keyword == "ENV":
            yield from _assignments(item.value)


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(text)
    except ValueError:
        return
    if words and "=" not in words[0]:
        yield words[0], " ".join(words[1:])
    yield from ((name, value) for name, equals, value in (word.partition("=") for word in words) if equals)
