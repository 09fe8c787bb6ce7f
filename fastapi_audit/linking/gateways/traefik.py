"""Traefik: what its files, its command and the labels of containers tell it, as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi_audit.knowledge.tables import texts
from fastapi_audit.model.gateway import Gateway, RateLimit
from fastapi_audit.model.place import Place

REDIRECTIONS = ("http", "redirections", "entrypoint", "to")
NOT_SET = frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class Told:
    """One setting, its keys in lower case."""

    place: Place
    path: tuple[str, ...]
    value: str


def traefik_gateway(told: Sequence[Told]) -> Gateway | None:
    """Return the gateway that Traefik is by all that it is told in the repository; None when it is told nothing."""
    if not told:
        return None
    used = {name for one in told if "middlewares" in one.path[2:] for name in _names(one.value)}
    https = next((one.place for one in told if _is_https(one)), None)
    away = next((one.place for one in told if _redirects(one, used)), None)
    plain = next(_plain_routers(told), None)
    return Gateway(
        "Traefik",
        told[0].place,
        https=https,
        redirects=away or (https if plain is None else None),
        limits=tuple(
            RateLimit(one.place) for one in told if one.path[3:5] == ("ratelimit", "average") and _is_used(one, used)
        ),
        headers={name: one.place for one in told if _is_used(one, used) and (name := _header(one)) is not None},
        hosts=next((one.place for one in told if one.path[-1:] == ("rule",) and "Host" in one.value), None),
        is_open=not any(one.path[:1] == ("entrypoints",) for one in told),
    )


def _is_middleware(one: Told) -> bool:
    return one.path[:2] == ("http", "middlewares") and len(one.path) > 3


def _is_used(one: Told, used: set[str]) -> bool:
    return _is_middleware(one) and one.path[2] in used


def _names(value: str) -> Iterator[str]:
    return (name.strip().partition("@")[0].lower() for name in value.split(","))


def _redirects(one: Told, used: set[str]) -> bool:
    if one.path[:1] == ("entrypoints",) and one.path[2:6] == REDIRECTIONS:
        return True
    return _is_used(one, used) and one.path[3:5] == ("redirectscheme", "scheme") and one.value == "https"


def _is_router(one: Told) -> bool:
    return one.path[:2] == ("http", "routers") and len(one.path) > 3


def _is_https(one: Told) -> bool:
    return _is_router(one) and one.path[3] == "tls" and one.value.lower() not in NOT_SET


def _plain_routers(told: Sequence[Told]) -> Iterator[str]:
    """Yield the routers that are told no TLS; those of an entry point may have it from there."""
    routers = {one.path[2] for one in told if _is_router(one)}
    secured = {one.path[2] for one in told if _is_https(one)}
    return iter(sorted(routers - secured))


def _header(one: Told) -> str | None:
    if one.path[3:4] != ("headers",) or one.value.lower() in NOT_SET or len(one.path) < 5:
        return None
    return (
        one.path[5]
        if one.path[4] == "customresponseheaders" and len(one.path) > 5
        else texts("gateways", "traefik").get(one.path[4])
    )
