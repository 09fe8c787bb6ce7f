"""The files of platforms, of systemd and of supervisor: what they are told to run, before and for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from posixpath import basename, dirname

from fastapi_audit.facts.configurations import Configuration, Setting
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.starting.declared import Declared
from fastapi_audit.model.named_for import is_named_for_development
from fastapi_audit.model.place import place_at
from fastapi_audit.model.starting import Runner

_COMMENT = re.compile(r"\s;.*$", re.DOTALL)
_UNIT_PREFIX = "-@+!:|"
_BEFORE = ("execstartpre", "execstart", "execstartpost")


def declared_in(path: str, configuration: Configuration) -> Iterator[Declared]:
    """Yield what a file of a platform, a unit of systemd or a program of supervisor runs."""
    if configuration.subject == "systemd":
        yield from _unit(path, configuration)
    elif configuration.subject == "supervisor":
        yield from _programs(path, configuration)
    elif configuration.subject == "cloud-build":
        yield from _steps(path, configuration)
    else:
        patterns = texts("starting", "platform_keys").get(configuration.subject, "").split()
        patterns = ["*"] if basename(path) == "Procfile" else patterns
        told = [one for one in configuration.settings if any(_fits(one, pattern) for pattern in patterns)]
        yield from (_declared(path, Runner.PLATFORM, one, one.value) for one in told)


def _fits(setting: Setting, pattern: str) -> bool:
    keys = pattern.split(".")
    return len(keys) == len(setting.path) and all(
        key in ("*", own) for key, own in zip(keys, setting.path, strict=True)
    )


def _declared(path: str, runner: Runner, setting: Setting, text: str, *, is_repeated: bool = True) -> Declared:
    place = place_at(path, setting.pos)
    is_for_development = is_named_for_development(path)
    repeated = place if is_repeated else None
    return Declared(runner, place, ((place, text),), dirname(path), {}, is_for_development, True, repeated)


def _unit(path: str, configuration: Configuration) -> Iterator[Declared]:
    for setting in configuration.settings:
        if setting.name in _BEFORE:
            text = " ".join(line.removesuffix("\\") for line in setting.value.splitlines()).lstrip(_UNIT_PREFIX)
            yield _declared(path, Runner.SYSTEMD, setting, text, is_repeated="@" in basename(path))


def _programs(path: str, configuration: Configuration) -> Iterator[Declared]:
    for _, grouped in groupby(configuration.settings, key=lambda setting: setting.path[0]):
        options = {setting.name: setting for setting in grouped}
        if "command" in options:
            count = _plain(options["numprocs"]) if "numprocs" in options else "1"
            command = options["command"]
            yield _declared(path, Runner.SUPERVISOR, command, _plain(command), is_repeated=count != "1")


def _plain(setting: Setting) -> str:
    return _COMMENT.sub("", setting.value).strip()


def _steps(path: str, configuration: Configuration) -> Iterator[Declared]:
    """Yield the steps of Google Cloud Build, each with its program and arguments as one line."""
    steps = [
        one
        for one in configuration.settings
        if one.path[0] == "steps" and one.path[2:3] in (("args",), ("entrypoint",))
    ]
    for _, grouped in groupby(steps, key=lambda setting: setting.path[1]):
        said = sorted(grouped, key=lambda setting: setting.path[2] == "args")
        yield _declared(path, Runner.PLATFORM, said[0], " ".join(one.value for one in said))
