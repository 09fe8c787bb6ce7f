"""HAProxy: what its frontends bind, redirect, deny and add."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts.proxies import Directive, Proxy
from fastapi_audit.model.gateway import Gateway, RateLimit
from fastapi_audit.model.place import Place, place_at


def haproxy_gateway(path: str, proxy: Proxy) -> Gateway | None:
    """Return the gateway that a configuration makes of HAProxy; None when it binds nothing."""
    binds = [one for _, one in proxy.named("bind")]
    if not binds:
        return None
    https = _first(path, (one for one in binds if "ssl" in one.arguments))
    away = _first(path, (one for _, one in proxy.named("redirect", "http-request") if _sends_to_https(one)))
    plain = _first(path, (one for one in binds if "ssl" not in one.arguments)) if away is None else None
    return Gateway(
        "HAProxy",
        place_at(path, binds[0].pos),
        https=https,
        redirects=None if plain is not None else away or https,
        plain=plain,
        limits=tuple(RateLimit(place_at(path, one.pos)) for _, one in proxy.named("http-request") if _limits(one)),
        headers=dict(_headers(path, proxy)),
        hosts=_first(
            path, (one for _, one in proxy.named("acl") if any("hdr(host)" in text for text in one.arguments))
        ),
    )


def _first(path: str, directives: Iterator[Directive]) -> Place | None:
    return next((place_at(path, one.pos) for one in directives), None)


def _sends_to_https(one: Directive) -> bool:
    words = (one.name, *one.arguments)
    return "redirect" in words and "scheme" in words and "https" in words


def _limits(one: Directive) -> bool:
    text = " ".join(one.arguments)
    return one.arguments[:1] in (("deny",), ("tarpit",), ("reject",)) and ("429" in one.arguments or "req_rate" in text)


def _headers(path: str, proxy: Proxy) -> Iterator[tuple[str, Place]]:
    for _, one in proxy.named("http-response", "rspadd"):
        if one.arguments[:1] in (("set-header",), ("add-header",)) and len(one.arguments) > 2:
            yield one.arguments[1].lower(), place_at(path, one.pos)
