"""What files of deployment ask to see whether the service is well → the routes that answer.

Commands are followed to the scripts of the repository that they run, and read for the addresses that these ask. A host
that is not local, or a path that is not known, stands for nothing; ports are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.linking.automation import Follower
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.exercise.addresses import HOLE, WIDE_HOLE, Addresses, is_of_service, path_of
from fastapi_audit.linking.exercise.route_map import RouteMap, entries_of
from fastapi_audit.linking.exercise.served_routes import ServedRoutes
from fastapi_audit.linking.probe_files import Check, checks_of
from fastapi_audit.linking.starting.programs import Programs
from fastapi_audit.model.automation import AutomatedCommand
from fastapi_audit.model.code import Call
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Route

_ADDRESS = re.compile(r"https?://[^\s\"'`()<>;,|&]+|(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?/[^\s\"'`()<>;,|&]*")
_VARIABLE = re.compile(r"\$+(?:\{[^{}]*\}|\w+)")


def routes_probed(
    project: Project, evidence: Mapping[str, EvidenceFacts], interpreter: Interpreter
) -> dict[Route, Place]:
    """Return the routes that something is told to ask by their paths, with the first place that says so."""
    checks = sorted(checks_of(evidence, project.subjects(Image)), key=lambda check: check.place)
    if not checks:
        return {}
    follower = Follower(evidence, interpreter.index.modules, project.root)
    asked = _Asked(follower, Programs(project, interpreter), Addresses(lambda *_: ()))
    served = RouteMap((one for one in entries_of(project.routes) if not one.is_alone), ServedRoutes.roots_of(project))
    found: dict[Route, Place] = {}
    for check in checks:
        for path in asked.paths(check):
            if path != "/" or check.is_own:  # the root is answered by any server
                for route in served.answering("GET", path)[0]:
                    if "{" not in route.full_path:
                        found.setdefault(route, check.place)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """Reads the paths that checks ask for."""

    follower: Follower
    programs: Programs
    addresses: Addresses

    def paths(self, check: Check) -> Iterator[str]:
        if check.path:
            yield from _paths(check.path if "://" in check.path else f"//localhost/{check.path.lstrip('/')}")
        if check.command:
            for command in self.follower.started(check.command, check.place, check.directory):
                yield from self._of_command(command, check.directory)

    def _of_command(self, command: AutomatedCommand, directory: str) -> Iterator[str]:
        for word in command.words:
            for address in _ADDRESS.findall(_VARIABLE.sub(HOLE, word)):
                yield from _paths(address if "://" in address else f"http://{address}")
        module = self.programs.module_run_by(command, directory)
        for call, _ in self.programs.calls_led_to(module) if module is not None else ():
            yield from self._of_call(call)

    def _of_call(self, call: Call) -> Iterator[str]:
        """Yield the paths of the addresses that a call is given; a connection is given its path alone."""
        texts = [text for value in (*call.positional, *call.named.values()) for text in self.addresses.read(value)]
        if call.name == "http.client.HTTPConnection.request" and texts[:1] == ["GET"]:
            texts = [f"//localhost{text}" for text in texts[1:2]]
        yield from (path for text in texts if "//" in text for path in _paths(text))


def _paths(address: str) -> Iterator[str]:
    path = path_of(address) or "/"
    if is_of_service(address) and path.startswith("/") and HOLE not in path and WIDE_HOLE not in path:
        yield path
