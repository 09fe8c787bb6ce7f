"""All gateways of one service, in the order of their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.facts.automation import Pipeline
from fastapi_audit.facts.configurations import Configuration, Resources
from fastapi_audit.facts.containers import Compose
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.proxies import Proxy
from fastapi_audit.linking.gateways.caddy import caddy_gateway
from fastapi_audit.linking.gateways.compose import compose_gateways, traefik_settings_of
from fastapi_audit.linking.gateways.haproxy import haproxy_gateway
from fastapi_audit.linking.gateways.kubernetes import kubernetes_gateways, traefik_settings_in
from fastapi_audit.linking.gateways.nginx import nginx_gateway
from fastapi_audit.linking.gateways.platforms import deployed_to, platform_gateway
from fastapi_audit.linking.gateways.traefik import Told, traefik_gateway
from fastapi_audit.model.gateway import Gateway
from fastapi_audit.model.place import Place, place_at

_READERS = {"nginx": nginx_gateway, "caddy": caddy_gateway, "haproxy": haproxy_gateway}
_ELSEWHERE = {"kong": "Kong", "envoy": "Envoy"}


def find_gateways(evidence: Mapping[str, EvidenceFacts], application_paths: Sequence[str]) -> tuple[Gateway, ...]:
    """Return what stands in front of a service whose applications are made in the files of some paths."""
    found = [gateway for path, facts in evidence.items() for gateway in _of_file(path, facts, application_paths)]
    told = [setting for path, facts in evidence.items() for setting in _told_to_traefik(path, facts)]
    traefik = traefik_gateway(told)
    if traefik is not None:
        found.append(traefik)
    seen = {gateway.kind for gateway in found}
    composed = (
        one for path, facts in evidence.items() if isinstance(facts, Compose) for one in compose_gateways(path, facts)
    )
    found += [gateway for gateway in composed if gateway.kind not in seen]
    return tuple(sorted(found, key=lambda gateway: (gateway.place, gateway.kind)))


def _of_file(path: str, facts: EvidenceFacts, application_paths: Sequence[str]) -> Iterator[Gateway]:
    if isinstance(facts, Proxy):
        gateway = _READERS[facts.server](path, facts)
        if gateway is not None:
            yield gateway
    elif isinstance(facts, Configuration) and facts.subject in _ELSEWHERE:
        yield Gateway(_ELSEWHERE[facts.subject], Place(path), is_open=True)
    elif isinstance(facts, Configuration) and facts.subject != "traefik" and _holds(path, application_paths):
        yield from platform_gateway(path, facts)
    elif isinstance(facts, Resources):
        yield from kubernetes_gateways(path, facts)
    elif isinstance(facts, Pipeline):
        yield from deployed_to(path, facts)


def _told_to_traefik(path: str, facts: EvidenceFacts) -> Iterator[Told]:
    if isinstance(facts, Configuration) and facts.subject == "traefik":
        for setting in facts.settings:
            yield Told(place_at(path, setting.pos), tuple(key.lower() for key in setting.path), setting.value)
    elif isinstance(facts, Compose):
        yield from traefik_settings_of(path, facts)
    elif isinstance(facts, Resources):
        yield from traefik_settings_in(path, facts)


def _holds(path: str, application_paths: Sequence[str]) -> bool:
    """Say whether the directory of a platform's file holds the service: the others are of clients beside it."""
    directory = path.rpartition("/")[0]
    return not directory or any(one.startswith(directory + "/") for one in application_paths)
