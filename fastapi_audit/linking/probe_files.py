"""Files of deployment → what they say is asked to see whether a container is well: a path, or a command that asks."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname

from fastapi_audit.facts.configurations import Configuration, Resource, Resources, Setting
from fastapi_audit.facts.containers import Compose, Service
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.starting.declared import text_of
from fastapi_audit.linking.workloads import PROBES
from fastapi_audit.model.deployment import Image
from fastapi_audit.model.place import Place, place_at

TRAEFIK_PATH = ".loadbalancer.healthcheck.path"
INGRESS_PATH = "healthcheck-path"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: it asks for a path, or runs a command from a directory of the repository on.

    `is_own`: what is asked is known to be the service, and not another container of the same repository.
    """

    place: Place
    is_own: bool
    path: str = ""
    command: str = ""
    directory: str = ""


def checks_of(evidence: Mapping[str, EvidenceFacts], images: Sequence[Image]) -> Iterator[Check]:
    """Yield the checks of all files; those of containers that are known to be of something else are left out."""
    for image in images:
        if image.carries_service is not False:
            yield from _of_image(image)
    carries = {(one.path, one.service.name): image.carries_service for image in images for one in image.composed}
    for path, facts in evidence.items():
        if isinstance(facts, Compose):
            for service in facts.services:
                is_carrying = carries.get((path, service.name))
                if is_carrying is not False:
                    yield from _of_composed(path, service, is_own=bool(is_carrying))
        elif isinstance(facts, Resources):
            for resource in facts.resources:
                yield from _of_resource(path, resource)
            yield from _probes(path, facts.values)
        elif isinstance(facts, Configuration):
            yield from _of_platform(path, facts)


def _of_image(image: Image) -> Iterator[Check]:
    """Yield the check that is in force in what is shipped."""
    last = image.in_force("HEALTHCHECK")
    if last is not None:
        text = _commanded(last.value)
        yield Check(image.at(last.pos), bool(image.carries_service), command=text, directory=dirname(image.path))


def _commanded(value: str) -> str:
    """Return the command of a HEALTHCHECK as one line, "" where there is none."""
    words = value.split()
    while words and words[0].startswith("--"):
        words.pop(0)
    if not words or words[0].upper() != "CMD":
        return ""
    text = value.partition(words[0])[2].strip()
    if not text.startswith("["):
        return text
    try:
        return shlex.join(map(str, json.loads(text)))
    except ValueError:
        return ""


def _of_composed(path: str, service: Service, *, is_own: bool) -> Iterator[Check]:
    check = service.health_check
    if check is not None and not check.is_disabled:
        words = check.test[1:] if check.test[:1] in (("CMD",), ("CMD-SHELL",)) else check.test
        if words:
            yield Check(place_at(path, check.pos), is_own, command=text_of(words), directory=dirname(path))
    for label in service.labels:
        if label.value and label.name.lower().endswith(TRAEFIK_PATH):
            yield Check(place_at(path, label.pos), is_own, label.value)


def _of_resource(path: str, resource: Resource) -> Iterator[Check]:
    yield from _probes(path, resource.settings)
    for setting in resource.settings:
        is_annotation = setting.path[:2] == ("metadata", "annotations") and setting.name.endswith(INGRESS_PATH)
        is_of_backend = resource.kind == "BackendConfig" and setting.path == ("spec", "healthCheck", "requestPath")
        if is_annotation or is_of_backend:
            yield Check(place_at(path, setting.pos), False, setting.value)


def _probes(path: str, settings: Sequence[Setting]) -> Iterator[Check]:
    """Yield the probes of containers, or those with which the values of a chart fill them in."""
    commands: dict[tuple[str, ...], list[Setting]] = {}
    for setting in settings:
        if set(PROBES).isdisjoint(setting.path):
            continue
        if setting.path[-2:] == ("httpGet", "path"):
            yield Check(place_at(path, setting.pos), False, setting.value)
        elif setting.path[-3:-1] == ("exec", "command"):
            commands.setdefault(setting.path[:-1], []).append(setting)
    for words in commands.values():
        text = shlex.join(one.value for one in words)
        yield Check(place_at(path, words[0].pos), False, command=text, directory=dirname(path))


def _of_platform(path: str, configuration: Configuration) -> Iterator[Check]:
    services = {one.path[:2] for one in configuration.settings if one.path[:1] == ("services",)}
    for setting in configuration.settings:
        is_below = setting.name == "path" and not names("images", "checks").isdisjoint(setting.path)
        if is_below or setting.name in names("probes", "path_keys"):
            yield Check(place_at(path, setting.pos), len(services) < 2, setting.value)
