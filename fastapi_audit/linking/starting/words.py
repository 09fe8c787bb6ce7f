"""The words of a command → what it is for, how many processes it makes, and whether it is one for developers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from posixpath import basename

from fastapi_audit.knowledge.tables import texts
from fastapi_audit.model.starting import Purpose

_DEFAULT = re.compile(r"\$\{\w+:?-(\d+)\}")
_TARGET = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_][\w.()]*")
TRUE = frozenset({"1", "on", "true", "yes"})
QUESTIONS = frozenset({"--help", "--version", "-h", "-v"})


def purpose_of(words: Sequence[str]) -> Purpose:
    """Say what a command is for, by its program and the words that say what that is to do."""
    program, rest = basename(words[0]), words[1:]
    if program in texts("starting", "servers") and QUESTIONS.isdisjoint(rest):
        return Purpose.SERVER if program != "fastapi" or {"run", "dev"} & {*rest} else Purpose.OTHER
    asked = texts("starting", "migrating").get(program)
    if asked is not None and (not asked or not set(asked.split()).isdisjoint(rest)):
        return Purpose.MIGRATION
    return Purpose.OTHER


def reloads(words: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return what makes a server one for development, "" for nothing."""
    program = basename(words[0])
    if program == "fastapi" and "dev" in words:
        return "fastapi dev"
    options = texts("starting", "reloading").get(program, "").split()
    given = next((word for word in words if word in options), "")
    by_variable = program == "uvicorn" and variables.get("UVICORN_RELOAD", "").lower() in TRUE
    return given or ("UVICORN_RELOAD" if by_variable else "")


def workers(words: Sequence[str], variables: Mapping[str, str]) -> int | None:
    """Return how many processes a server makes by its options or its environment, None where that is told elsewhere."""
    program = basename(words[0])
    options = texts("starting", "servers")[program].split()
    for number, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in options:
            return _number(value or "".join(words[number + 1 : number + 2]))
        if "-w" in options and re.fullmatch(r"-w\d+", word):
            return int(word[2:])
    for variable in texts("starting", "worker_variables")[program].split():
        if variable in variables:
            return _number(variables[variable])
    return 1


def configured_by(words: Sequence[str]) -> str | None:
    """Return the file that configures gunicorn or hypercorn, as it is named; None where none is."""
    if basename(words[0]) not in ("gunicorn", "hypercorn"):
        return None
    for number, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in ("-c", "--config"):
            return (value or "".join(words[number + 1 : number + 2])).removeprefix("python:").removeprefix("file:")
    return "gunicorn.conf.py" if basename(words[0]) == "gunicorn" else None


def target_of(words: Sequence[str]) -> str | None:
    """Return the module whose application a server is told to serve, None where that is not told as `module:name`."""
    found = next((match for word in words[1:] if (match := _TARGET.fullmatch(word))), None)
    return found[1] if found else None


def _number(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    default = _DEFAULT.fullmatch(text)
    return int(default[1]) if default else None
