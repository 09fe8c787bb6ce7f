"""Kubernetes: ingresses, routes and gateways, and the middleware of Traefik that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fastapi_audit.facts.configurations import Resource, Resources, Setting
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.gateways.traefik import Told
from fastapi_audit.model.gateway import Gateway, RateLimit
from fastapi_audit.model.place import Place, place_at

ANNOTATIONS = ("metadata", "annotations")
RUNS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout"})
TAKES_REQUESTS = frozenset({"Ingress", "IngressRoute", "Route", "Gateway", "HTTPRoute", "VirtualService", "HTTPProxy"})
_ADDED = re.compile(r"(?:add_header|more_set_headers)\s+[\"']?([A-Za-z-]+)")


def kubernetes_gateways(path: str, resources: Resources) -> Iterator[Gateway]:
    """Yield the gateways of a manifest; a workload stands behind those of its cluster."""
    for resource in resources.resources:
        if _is_cloud_run(resource):
            place = place_at(path, resource.pos)
            yield Gateway("Cloud Run", place, place, place, hosts=place)
        elif resource.kind in TAKES_REQUESTS:
            yield _ingress(path, resource, resources.is_template)
        elif resource.kind in RUNS:
            yield Gateway("Kubernetes", place_at(path, resource.pos))


def _is_cloud_run(resource: Resource) -> bool:
    return any(setting.value.startswith("serving.knative.dev") for setting in resource.below("apiVersion"))


def _ingress(path: str, resource: Resource, is_template: bool) -> Gateway:
    annotations = {setting.path[2]: setting for setting in resource.below(*ANNOTATIONS) if len(setting.path) > 2}
    https = next((place_at(path, setting.pos) for setting in resource.settings if _is_https(setting)), None)
    away = next((place_at(path, setting.pos) for setting in resource.settings if _redirects(setting)), None)
    keeps_plain = any(_keeps_plain(setting) for setting in resource.settings)
    limiting = [annotations[name] for name in sorted(names("gateways", "limiting_annotations")) if name in annotations]
    return Gateway(
        resource.kind,
        place_at(path, resource.pos),
        https=https,
        redirects=None if keeps_plain or is_template else away or https,
        plain=place_at(path, resource.pos) if keeps_plain else None,
        limits=tuple(RateLimit(place_at(path, setting.pos)) for setting in limiting),
        headers=dict(_headers(path, annotations)),
        hosts=next((place_at(path, one.pos) for one in resource.below("spec") if _names_host(one)), None),
        is_open=True,
    )


def _is_https(setting: Setting) -> bool:
    if setting.path[:2] == ("spec", "tls"):
        return True
    if setting.path[:2] == ANNOTATIONS:
        return setting.path[-1] in names("gateways", "https_annotations")
    return setting.name == "protocol" and setting.value in ("HTTPS", "TLS")


def _redirects(setting: Setting) -> bool:
    if setting.path[:2] == ANNOTATIONS:
        return setting.path[-1] in names("gateways", "redirecting_annotations") and setting.value.lower() != "false"
    lowered = (setting.name.lower(), setting.value.lower())
    return lowered in (("httpsredirect", "true"), ("insecureedgeterminationpolicy", "redirect"), ("scheme", "https"))


def _keeps_plain(setting: Setting) -> bool:
    if setting.path[:2] == ANNOTATIONS:
        return setting.path[-1] in names("gateways", "redirecting_annotations") and setting.value.lower() == "false"
    return setting.name == "insecureEdgeTerminationPolicy" and setting.value == "Allow"


def _names_host(setting: Setting) -> bool:
    is_host = setting.name in ("host", "hosts", "hostname", "hostnames")
    return (is_host and setting.value not in ("", "*")) or (setting.name == "match" and "Host(" in setting.value)


def _headers(path: str, annotations: Mapping[str, Setting]) -> Iterator[tuple[str, Place]]:
    for name, setting in annotations.items():
        if name.endswith(("-snippet", "-snippets")):
            yield from ((header.lower(), place_at(path, setting.pos)) for header in _ADDED.findall(setting.value))
        elif name == "nginx.org/hsts" and setting.value.lower() == "true":
            yield "strict-transport-security", place_at(path, setting.pos)


def traefik_settings_in(path: str, resources: Resources) -> Iterator[Told]:
    """Yield what middleware of Traefik says that is a resource, and who names it."""
    for resource in resources.resources:
        if resource.kind == "Middleware":
            name = resource.name.lower()
            for setting in resource.below("spec"):
                keys = tuple(key.lower() for key in setting.path[1:])
                yield Told(place_at(path, setting.pos), ("http", "middlewares", name, *keys), setting.value)
        for setting in resource.below(*ANNOTATIONS):
            if setting.path[-1] == "traefik.ingress.kubernetes.io/router.middlewares":
                yield from _named(path, setting)
        if resource.kind == "IngressRoute":
            for setting in resource.below("spec", "routes"):
                if "middlewares" in setting.path and setting.name == "name":
                    yield Told(place_at(path, setting.pos), ("http", "ingress", "middlewares"), setting.value)


def _named(path: str, setting: Setting) -> Iterator[Told]:
    """Yield the middlewares of an annotation: `namespace-name@kubernetescrd`, with and without the namespace."""
    for part in setting.value.split(","):
        name = part.strip().partition("@")[0]
        for shorter in (name, name.partition("-")[2]):
            yield Told(place_at(path, setting.pos), ("http", "ingress", "middlewares"), shorter)
