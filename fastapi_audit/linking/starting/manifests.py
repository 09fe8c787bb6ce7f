"""Manifests of Kubernetes: what their containers run, those that only prepare included."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from posixpath import dirname

from fastapi_audit.facts.configurations import Resource, Resources, Setting
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.starting.declared import Declared
from fastapi_audit.model.named_for import is_named_for_development
from fastapi_audit.model.place import place_at
from fastapi_audit.model.starting import Runner

CONTAINERS = frozenset({"containers", "initContainers"})
COMMANDS = ("command", "args")


def declared_in(path: str, resources: Resources) -> Iterator[Declared]:
    """Yield the containers of a manifest that say what they run."""
    for resource in resources.resources:
        for container in _containers(resource):
            words = [one.value for key in COMMANDS for one in container.get(key, ())]
            image = container["image"][0].value.partition("@")[0].partition(":")[0] if "image" in container else ""
            if image in names("starting", "migrating_images"):
                words = [image.rpartition("/")[2], *words]
            if words:
                first = next(one for key in (*COMMANDS, "image") for one in container.get(key, ()))
                place = place_at(path, first.pos)
                lines = ((place, shlex.join(words)),)
                is_for_development = is_named_for_development(path)
                runner = Runner.KUBERNETES
                yield Declared(runner, place, lines, dirname(path), {}, is_for_development, True, place)


def _containers(resource: Resource) -> Iterator[dict[str, list[Setting]]]:
    """Yield the command, arguments and image of each container."""
    found: dict[tuple[str, ...], dict[str, list[Setting]]] = {}
    for setting in resource.below("spec"):
        depth = next((number for number, key in enumerate(setting.path) if key in CONTAINERS), None)
        if depth is not None and len(setting.path) > depth + 2 and setting.path[depth + 2] in (*COMMANDS, "image"):
            found.setdefault(setting.path[: depth + 2], {}).setdefault(setting.path[depth + 2], []).append(setting)
    yield from found.values()
