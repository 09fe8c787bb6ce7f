"""nginx: servers that hand requests on, what they redirect, limit and add."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts.proxies import Directive, Proxy
from fastapi_audit.model.gateway import Gateway, RateLimit
from fastapi_audit.model.place import Place, place_at

HANDS_ON = ("proxy_pass", "uwsgi_pass", "grpc_pass")
WITHOUT_RULES = frozenset({"mime.types", "fastcgi_params", "proxy_params", "uwsgi_params", "fastcgi.conf"})
ANY_HOST = frozenset({"", "_", "*", "localhost", "127.0.0.1"})


def nginx_gateway(path: str, proxy: Proxy) -> Gateway | None:
    """Return the gateway that a configuration makes of nginx; None when it hands nothing on."""
    first = next((one for _, one in proxy.named(*HANDS_ON)), None)
    if first is None:
        return None
    servers = [(one, proxy.inside(number)) for number, one in proxy.named("server") if not one.arguments]
    serving = [(head, inner) for head, inner in servers if any(one.name in HANDS_ON for one in inner)]
    https = [place_at(path, one.pos) for _, inner in serving if (one := _takes_https(inner)) is not None]
    away = [place_at(path, one.pos) for _, inner in servers if (one := _sends_to_https(inner)) is not None]
    plain = [
        place_at(path, head.pos)
        for head, inner in serving
        if _sends_to_https(inner) is None and _takes_plain(inner, is_default=_takes_https(inner) is None)
    ]
    return Gateway(
        "nginx",
        place_at(path, first.pos),
        https=next(iter(https), None),
        redirects=next(iter([*away, *https]), None) if not plain else None,
        plain=next(iter(plain), None),
        limits=tuple(_limits(path, proxy)),
        headers=dict(_headers(path, proxy)),
        hosts=_hosts(path, serving),
        cache=next(
            (place_at(path, one.pos) for _, one in proxy.named("proxy_cache") if one.arguments != ("off",)), None
        ),
        is_open=any(_includes_rules(one) for _, one in proxy.named("include")),
    )


def _takes_https(inner: tuple[Directive, ...]) -> Directive | None:
    return next((one for one in inner if one.name == "listen" and _is_https(one)), None)


def _is_https(listen: Directive) -> bool:
    return "ssl" in listen.arguments or "quic" in listen.arguments or _port(listen) == "443"


def _takes_plain(inner: tuple[Directive, ...], *, is_default: bool) -> bool:
    """Say whether a server listens without TLS; one that does not say listens so by default."""
    listens = [one for one in inner if one.name == "listen"]
    return any(not _is_https(one) for one in listens) if listens else is_default


def _port(listen: Directive) -> str:
    return listen.arguments[0].rpartition(":")[2] if listen.arguments else ""


def _sends_to_https(inner: tuple[Directive, ...]) -> Directive | None:
    return next(
        (
            one
            for one in inner
            if one.name in ("return", "rewrite") and any(text.startswith("https://") for text in one.arguments)
        ),
        None,
    )


def _limits(path: str, proxy: Proxy) -> Iterator[RateLimit]:
    for number, one in proxy.named("limit_req"):
        location = next((block for block in proxy.around(number) if block.name == "location"), None)
        target = location.arguments[-1] if location is not None and location.arguments else None
        is_pattern = location is not None and location.arguments[0] in ("~", "~*")
        yield RateLimit(place_at(path, one.pos), target, is_pattern)


def _headers(path: str, proxy: Proxy) -> Iterator[tuple[str, Place]]:
    for _, one in proxy.named("add_header"):
        if len(one.arguments) > 1:
            yield one.arguments[0].lower(), place_at(path, one.pos)
    for _, one in proxy.named("more_set_headers"):
        for text in one.arguments:
            yield text.partition(":")[0].strip().lower(), place_at(path, one.pos)


def _hosts(path: str, serving: list[tuple[Directive, tuple[Directive, ...]]]) -> Place | None:
    named = (one for _, inner in serving for one in inner if one.name == "server_name")
    return next((place_at(path, one.pos) for one in named if not ANY_HOST.issuperset(one.arguments)), None)


def _includes_rules(include: Directive) -> bool:
    name = include.arguments[0].rpartition("/")[2] if include.arguments else ""
    return name not in WITHOUT_RULES and "modules" not in "".join(include.arguments)
