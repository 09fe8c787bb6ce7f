"""What requests pass on their way to an application: middleware, also of applications that mount it, and proxies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Compose,
    Environment,
    Image,
    Known,
    Middleware,
    Place,
    Project,
    Value,
    names,
    place_at,
)

PROXY_MIDDLEWARE = frozenset({
    "uvicorn.middleware.proxy_headers.ProxyHeadersMiddleware",
    "hypercorn.middleware.ProxyFixMiddleware",
    "hypercorn.middleware.proxy_fix.ProxyFixMiddleware",
})  # fmt: skip
PROXY_OPTIONS = re.compile(r"--(?:proxy-headers|forwarded-allow-ips|root-path)\b")
PROXY_ARGUMENTS = ("proxy_headers", "forwarded_allow_ips", "root_path")
FORWARDED = re.compile(r"x-forwarded-(?:for|proto|host|port|prefix)|x-real-ip|cf-connecting-ip", re.IGNORECASE)


def middlewares_around(application: Application) -> tuple[Middleware, ...]:
    """Return the middleware of an application and of those around it."""
    return tuple(middleware for one in (application, *application.around) for middleware in one.middlewares)


def unknown_middleware(application: Application) -> Middleware | None:
    """Return a middleware whose work is not known, if there is one."""
    return next((one for one in middlewares_around(application) if _is_unknown(one)), None)


def _is_unknown(middleware: Middleware) -> bool:
    if middleware.function is not None or middleware.cls is not None:
        return False
    limiting = names("rate_limits", "by_path") | names("rate_limits", "middleware")
    return middleware.name is None or middleware.name not in names("security", "harmless_middleware") | limiting


def sign_of_a_proxy(application: Application, project: Project) -> Place | None:
    """Return where a service counts on a proxy in front of it: on the headers, or the prefix, that a proxy adds."""
    signs = (_by_application(application), _by_command(project), _by_variable(project), _by_call(project))
    return next((place for sign in signs for place in sign), None)


def _by_application(application: Application) -> Iterator[Place]:
    for one in (application, *application.around):
        root_path = one.arguments.get("root_path")
        if root_path is not None and not _is_nothing(root_path):
            yield one.place
        yield from (middleware.place for middleware in one.middlewares if middleware.name in PROXY_MIDDLEWARE)


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Known) and not value.value and not value.is_default


def _by_command(project: Project) -> Iterator[Place]:
    for image in project.subjects(Image):
        for line in image.dockerfile.instructions:
            if line.keyword in ("CMD", "ENTRYPOINT") and PROXY_OPTIONS.search(line.value):
                yield image.at(line.pos)
    for path, compose in project.evidence_of(Compose).items():
        for service in compose.services:
            if PROXY_OPTIONS.search(" ".join((*service.command, *service.entrypoint))):
                yield place_at(path, service.pos)


def _by_variable(project: Project) -> Iterator[Place]:
    for path, compose in project.evidence_of(Compose).items():
        variables = (variable for service in compose.services for variable in service.environment)
        yield from (place_at(path, one.pos) for one in variables if one.name == "FORWARDED_ALLOW_IPS")
    for path, environment in project.evidence_of(Environment).items():
        yield from (place_at(path, one.pos) for one in environment.variables if one.name == "FORWARDED_ALLOW_IPS")
    for image in project.subjects(Image):
        lines = (line for line in image.dockerfile.instructions if line.keyword == "ENV")
        yield from (image.at(line.pos) for line in lines if "FORWARDED_ALLOW_IPS" in line.value)


def _by_call(project: Project) -> Iterator[Place]:
    for call in project.calls:
        if call.name == "uvicorn.run" and any(name in call.named for name in PROXY_ARGUMENTS):
            yield call.place
        first = call.positional[0] if call.positional else None
        if isinstance(first, Known) and isinstance(first.value, str) and FORWARDED.fullmatch(first.value):
            yield call.place
