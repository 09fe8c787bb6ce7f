"""Whether a server writes an access log, by the command or the call that starts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fastapi_audit.rule_api import Call, Image, Known, Place, Project, Purpose, StartCommand, Value, names, texts

QUIET = frozenset({"warning", "error", "critical", "30", "40", "50"})
CONFIGURED = {
    "uvicorn": ("--log-config",),
    "gunicorn": ("-c", "--config"),
    "hypercorn": ("-c", "--config"),
    "granian": ("--log-config",),
}
SWITCHES = {
    "gunicorn": ("--access-logfile",),
    "hypercorn": ("--access-log", "--access-logfile"),
    "granian": ("--access-log",),
}
WITH_ACCESS_LOG = ("tiangolo/uvicorn-gunicorn",)


@dataclass(frozen=True)
class Server:
    """One way in which a service is started; `logs_requests` is None where something else decides."""

    name: str
    place: Place
    logs_requests: bool | None


def servers(project: Project) -> list[Server]:
    """Return the servers of a service: those of its deployment, else those for development and in its code."""
    commands = [command for command in project.starting.commands if command.purpose is Purpose.SERVER]
    deployed = [_of_command(command, project) for command in commands if not command.is_for_development]
    found = [server for server in deployed if server is not None] or list(_of_images(project))
    if found:
        return found
    others = [_of_command(command, project) for command in commands if command.is_for_development]
    return [*(server for server in others if server is not None), *_of_calls(project)]


def _of_command(command: StartCommand, project: Project) -> Server | None:
    programs = [word.rpartition("/")[2] for word in command.words]
    number = next((number for number, one in enumerate(programs) if one in texts("starting", "servers")), None)
    if number is None:
        return None
    program, options = programs[number], command.words[number + 1 :]
    logs_requests = _logs_requests(program, options)
    is_configured = program == "gunicorn" and any(one.path.endswith("gunicorn.conf.py") for one in project.all_modules)
    return Server(program, command.place, None if is_configured and not logs_requests else logs_requests)


def _logs_requests(program: str, options: tuple[str, ...]) -> bool | None:
    given = {word.partition("=")[0] for word in options}
    if program == "uvicorn" and ("--no-access-log" in given or _value_of("--log-level", options) in QUIET):
        return False
    if not given.isdisjoint(SWITCHES.get(program, ())):
        return True
    if not given.isdisjoint(CONFIGURED.get(program, ())) or any(_is_variable(one) for one in _plain(options)[1:]):
        return None
    return program not in SWITCHES


def _plain(words: tuple[str, ...]) -> list[str]:
    """Return the words that are neither options nor stand behind one: the application, and what variables hold."""
    return [word for before, word in pairwise(("", *words)) if not word.startswith("-") and before[:1] != "-"]


def _is_variable(word: str) -> bool:
    return word.startswith("$")


def _value_of(option: str, words: tuple[str, ...]) -> str:
    for number, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == option:
            return (value or "".join(words[number + 1 : number + 2])).lower()
    return ""


def _of_images(project: Project) -> Iterator[Server]:
    """Yield images whose own server logs requests, and that are started as they are; of several services, none."""
    for image in project.subjects(Image) if not project.root else ():
        base = image.base.image if image.base else None
        if base is not None and base.startswith(WITH_ACCESS_LOG) and image.in_force("CMD") is None:
            yield Server(base.partition(":")[0], image.place, True)


def _of_calls(project: Project) -> Iterator[Server]:
    for call in project.calls:
        if call.name in names("starting", "serving_calls"):
            yield Server(str(call.name), call.place, _is_logged_by(call))


def _is_logged_by(call: Call) -> bool | None:
    if not (call.name or "").startswith("uvicorn."):
        return None
    if call.named.get("access_log") == Known(False) or _level(call.named.get("log_level")) in QUIET:
        return False
    return None if call.named.keys() & {"log_config", "access_log"} else True


def _level(value: Value | None) -> str:
    is_certain = isinstance(value, Known) and not value.is_default
    return str(value.value).lower() if isinstance(value, Known) and is_certain else ""
