"""Compose files: proxies that run beside the service, and what labels and commands tell Traefik, Caddy and nginx."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts.containers import Compose, Service
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.gateways.caddy import is_host
from fastapi_audit.linking.gateways.traefik import Told
from fastapi_audit.model.deployment import repository_of
from fastapi_audit.model.gateway import Gateway
from fastapi_audit.model.place import place_at


def compose_gateways(path: str, compose: Compose) -> Iterator[Gateway]:
    """Yield the proxies that a compose file runs, and those that labels and variables of its services speak to."""
    for service in compose.services:
        kind = texts("gateways", "images").get(repository_of(service.image or ""))
        if kind is not None:
            yield Gateway(kind, place_at(path, service.pos), is_open=True)
        yield from _of_labels(path, service)


def _of_labels(path: str, service: Service) -> Iterator[Gateway]:
    for label in service.labels:
        if label.name == "caddy" or label.name.startswith("caddy_"):
            place = place_at(path, label.pos)
            is_secure = is_host(label.value or "") and not (label.value or "").startswith("http://")
            yield Gateway("Caddy", place, place if is_secure else None, place if is_secure else None, is_open=True)
    for variable in service.environment:
        if variable.name in ("VIRTUAL_HOST", "LETSENCRYPT_HOST"):
            place = place_at(path, variable.pos)
            is_secure = variable.name == "LETSENCRYPT_HOST"
            yield Gateway(
                "nginx-proxy", place, place if is_secure else None, place if is_secure else None, is_open=True
            )


def traefik_settings_of(path: str, compose: Compose) -> Iterator[Told]:
    """Yield what labels, and the command of Traefik itself, tell it."""
    for service in compose.services:
        for label in service.labels:
            first, *keys = label.name.lower().split(".")
            if first == "traefik" and keys and keys != ["enable"]:
                yield Told(place_at(path, label.pos), tuple(keys), label.value or "")
        words = (*service.command, *service.entrypoint)
        # A second file that is laid over the first one may say a new command without saying the image again.
        is_traefik = any(word.lower().startswith("--entrypoints.") for word in words)
        for word in words if is_traefik or repository_of(service.image or "") == "traefik" else ():
            name, _, value = word.removeprefix("--").partition("=")
            yield Told(place_at(path, service.pos), tuple(name.lower().split(".")), value or "true")
