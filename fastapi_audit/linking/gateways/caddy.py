"""Caddy: sites that hand requests on. It serves names over HTTPS and redirects to it, unless it is told not to."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts.proxies import Directive, Proxy
from fastapi_audit.model.gateway import Gateway, RateLimit
from fastapi_audit.model.place import Place, place_at

KEEPS_PLAIN = frozenset({"off", "disable_redirects"})
Site = tuple[Directive, tuple[Directive, ...]]


def caddy_gateway(path: str, proxy: Proxy) -> Gateway | None:
    """Return the gateway that a Caddyfile makes; None when it hands nothing on."""
    first = next((one for _, one in proxy.named("reverse_proxy")), None)
    if first is None:
        return None
    tops = [(one, proxy.inside(number)) for number, one in enumerate(proxy.directives) if one.parent < 0]
    sites = [site for site in tops if site[0].name and not site[0].name.startswith("(") and _hands_on(site)]
    keeps_plain = any(KEEPS_PLAIN.intersection(one.arguments) for _, one in proxy.named("auto_https"))
    https = [head for head, inner in sites if any(map(is_https, _addresses(head))) or _has_tls(inner)]
    plain = [
        head for head, _ in sites if head not in https or any(one.startswith("http://") for one in _addresses(head))
    ]
    return Gateway(
        "Caddy",
        place_at(path, first.pos),
        https=_place(path, https),
        redirects=None if plain or keeps_plain else _place(path, https),
        plain=_place(path, [head for head in plain if any(map(is_public_http, _addresses(head)))]),
        limits=tuple(RateLimit(place_at(path, one.pos)) for _, one in proxy.named("rate_limit")),
        headers=dict(_headers(path, proxy)),
        hosts=next((place_at(path, head.pos) for head, _ in sites if any(map(is_host, _addresses(head)))), None),
    )


def _place(path: str, heads: list[Directive]) -> Place | None:
    return place_at(path, heads[0].pos) if heads else None


def _hands_on(site: Site) -> bool:
    return any(one.name in ("reverse_proxy", "import") for one in site[1])


def _has_tls(inner: tuple[Directive, ...]) -> bool:
    return any(one.name == "tls" for one in inner)


def _addresses(head: Directive) -> list[str]:
    return [text.strip(",") for text in (head.name, *head.arguments) if text.strip(",")]


def is_https(address: str) -> bool:
    """Say whether Caddy takes HTTPS at an address: at every name, unless a scheme or a port says otherwise."""
    if address.startswith("http://"):
        return False
    port = address.rpartition(":")[2] if ":" in address.removeprefix("https://") else ""
    return address.startswith("https://") or port == "443" or (is_host(address) and not port.isdecimal())


def is_public_http(address: str) -> bool:
    """Say whether an address is that of plain HTTP for everybody; other ports are reached from inside."""
    return address.endswith(":80") or (address.startswith("http://") and ":" not in address.removeprefix("http://"))


def is_host(address: str) -> bool:
    """Say whether an address names a host."""
    name = address.removeprefix("http://").removeprefix("https://").partition("/")[0]
    return bool(name) and not name.startswith(":")


def _headers(path: str, proxy: Proxy) -> Iterator[tuple[str, Place]]:
    for number, one in proxy.named("header"):
        inner = proxy.inside(number)
        words = [text for text in one.arguments if not text.startswith(("/", "@", "*"))]
        names = [item.name for item in inner if item.arguments] or words[:1] if inner or len(words) > 1 else []
        yield from ((text.lstrip("+>?").lower(), place_at(path, one.pos)) for text in names if not text.startswith("-"))
