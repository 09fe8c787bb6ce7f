"""Manifests of Kubernetes → the containers that it keeps running, a base and what is laid over it taken as one."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from fastapi_audit.facts.configurations import Resource, Resources, Setting
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.linking.chart_values import COMPUTED, ChartValues, values_for
from fastapi_audit.model.deployment import Workload
from fastapi_audit.model.place import Place, place_at

KINDS = frozenset({"DaemonSet", "Deployment", "DeploymentConfig", "ReplicaSet", "Rollout", "StatefulSet"})
POD = ("spec", "template", "spec")
CONTAINERS = (*POD, "containers")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")

Key = tuple[str, str, str]


def workloads_of(evidence: Mapping[str, EvidenceFacts]) -> list[Workload]:
    """Return the containers of all workloads, in the order of places; what has no image only adds to another one."""
    manifests = {path: facts for path, facts in evidence.items() if isinstance(facts, Resources)}
    found: dict[Key, Workload] = {}
    for path, facts in manifests.items():
        values = values_for(path, manifests)
        for key, workload in _of_file(path, facts, values):
            found[key] = _merged(found[key], workload) if key in found else workload
    return sorted((one for one in found.values() if one.image), key=lambda one: one.place)


def _of_file(path: str, facts: Resources, values: ChartValues) -> Iterator[tuple[Key, Workload]]:
    for resource in facts.resources:
        if resource.kind in KINDS:
            for number in dict.fromkeys(one.path[4] for one in resource.below(*CONTAINERS) if len(one.path) > 5):
                yield _container(path, resource, number, values, facts.is_template)


def _container(
    path: str, resource: Resource, number: str, values: ChartValues, is_template: bool
) -> tuple[Key, Workload]:
    settings = list(resource.below(*CONTAINERS, number))
    by_key: dict[str, list[Setting]] = {}
    for setting in settings:
        by_key.setdefault(setting.path[5] if len(setting.path) > 5 else "", []).append(setting)
    image = by_key.get("image", [])
    probes, computed = _probes(path, by_key, values.settings)
    workload = Workload(
        place_at(path, (image or settings)[0].pos),
        resource.kind,
        resource.name,
        _image(values.filled(image[0]).value, values.settings) if image else "",
        tuple(word for key in ("command", "args") for one in by_key.get(key, ()) for word in _words(one.value)),
        tuple(values.filled(one).value for one in by_key.get("ports", ()) if one.name == "containerPort"),
        probes,
        computed,
        is_template,
        *_user(path, [by_key.get("securityContext", []), list(resource.below(*POD, "securityContext"))], values),
    )
    container = next((one.value for one in by_key.get("name", ())), number)
    owner = path if COMPUTED in resource.name else resource.name
    return (resource.kind, owner, container), workload


def _image(written: str, values: Iterable[Setting]) -> str:
    """Return the name of an image; where a chart computes it, that of the only repository in its values."""
    if not written.startswith(COMPUTED) or "/" in written:
        return written
    named = {one.value for one in values if one.path[-2:] == ("image", "repository") and one.value}
    return named.pop() if len(named) == 1 else written


def _probes(
    path: str, by_key: Mapping[str, list[Setting]], values: tuple[Setting, ...]
) -> tuple[dict[str, Place], frozenset[str]]:
    probes: dict[str, Place] = {}
    computed: set[str] = set()
    for key in PROBES:
        settings = by_key.get(key, [])
        if not settings:
            continue
        is_told = any(one.value not in ("", COMPUTED) for one in settings)
        if is_told or any(key in one.path[:-1] for one in values):
            probes[key] = place_at(path, settings[0].pos)
        else:
            computed.add(key)
    return probes, frozenset(computed)


def _user(path: str, contexts: Sequence[Sequence[Setting]], values: ChartValues) -> tuple[Place | None, bool]:
    """Return where a user other than root is set, the container before its pod, and whether a chart may set one."""
    for settings in contexts:
        inserted = [value for one in settings if one.value in ("", COMPUTED) for value in values.inserted(one)]
        if any(map(_is_root, (*settings, *inserted))):
            return None, False
        place = next((place_at(path, one.pos) for one in settings if _is_other_user(one)), None)
        if place is not None or any(map(_is_other_user, inserted)):
            return place or place_at(path, settings[0].pos), False
    is_computed = any(one.value in ("", COMPUTED) for settings in contexts for one in settings)
    return None, is_computed and any(map(_is_other_user, values.settings))


def _is_root(setting: Setting) -> bool:
    return setting.name == "runAsUser" and setting.value == "0"


def _is_other_user(setting: Setting) -> bool:
    if setting.name == "runAsNonRoot":
        return setting.value.lower() == "true"
    return setting.name == "runAsUser" and setting.value not in ("0", "", COMPUTED)


def _words(text: str) -> list[str]:
    try:
        return [text, *shlex.split(text)] if " " in text else [text]
    except ValueError:
        return text.split()


def _merged(one: Workload, other: Workload) -> Workload:
    base = one if one.image else other
    return replace(
        base,
        words=(*one.words, *other.words),
        ports=(*one.ports, *other.ports),
        probes={**one.probes, **other.probes},
        computed=one.computed | other.computed,
        is_template=one.is_template or other.is_template,
        user=one.user or other.user,
        is_user_computed=one.is_user_computed or other.is_user_computed,
    )
