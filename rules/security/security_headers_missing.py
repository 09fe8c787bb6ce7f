r"""Responses lack the headers that tell browsers what they must not do with them.

## Why
`Strict-Transport-Security` keeps browsers from asking over plain HTTP, `Content-Security-Policy` from running what an
attacker smuggled into a page, `X-Frame-Options` from showing it inside another one. Documentation pages and error pages
are HTML too, and an answer in JSON is one as soon as somebody makes a browser take it for HTML.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()  # finding


@app.get("/items")
def read_items() -> list[str]:
    return []
```

One of them is not all:

```python
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

app = FastAPI()  # finding


@app.middleware("http")
async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers["X-Frame-Options"] = "DENY"
    return response


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Good
```python
# file: app/middleware.py
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Strict-Transport-Security": "max-age=63072000",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)

# file: app/main.py
from fastapi import FastAPI

from app.middleware import SecurityHeaders

app = FastAPI()
app.add_middleware(SecurityHeaders)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

The proxy in front may set them:

```
# file: deploy/Caddyfile
shop.example.com {
        header {
                Strict-Transport-Security "max-age=63072000"
                Content-Security-Policy "default-src 'none'"
                X-Frame-Options DENY
        }
        reverse_proxy api:8000
}
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
One middleware that adds the three to every response, or the same in the proxy (`add_header … always`).

## Limits
Headers that single routes set are not looked at, nor is what the policy allows. A middleware that is not known or takes
its headers from elsewhere, and a gateway of which a part is not in the repository, make the verdict unknown.

## References
OWASP Secure Headers Project; OWASP Cheat Sheet, HTTP Headers; MDN, HTTP Observatory; CWE-693; CWE-1021.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Confidence,
    DictValue,
    Known,
    Middleware,
    Place,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
    values_inside,
)

from ._around import middlewares_around, unknown_middleware

WANTED = {
    "strict-transport-security": "Strict-Transport-Security",
    "content-security-policy": "Content-Security-Policy",
    "x-frame-options": "X-Frame-Options",
}


@rule("SEC009", severity=Severity.WARNING, priority=Priority.P1)
def check(application: Application, project: Project) -> Verdict:
    if not application.is_outermost:
        return skip
    found = dict(reversed(list(headers_around(application, project))))
    missing = [title for name, title in WANTED.items() if name not in found]
    if not missing:
        return ok(found["content-security-policy"], "responses carry the security headers")
    doubt = next(doubts(application, project), None)
    if doubt is not None:
        return unknown(*doubt)
    lack = f"responses of {application} lack {', '.join(missing)}"
    return fail(application.place, lack, confidence=Confidence.MEDIUM)


def headers_around(application: Application, project: Project) -> Iterator[tuple[str, Place]]:
    """Yield the headers that middleware, libraries and gateways put on every response, in lower case."""
    for middleware in middlewares_around(application):
        if middleware.name in names("headers", "middleware"):
            yield from ((name, middleware.place) for name in WANTED)
        yield from project.answers.of_middleware(middleware).headers.items()
        yield from ((name, middleware.place) for name in given_to(middleware))
    for one in (application, *application.around):
        for actor, place in one.opaque:
            yield from ((name, place) for name in (WANTED if actor in names("headers", "middleware") else ()))
    for gateway in project.gateways:
        yield from gateway.headers.items()


def given_to(middleware: Middleware) -> Iterator[str]:
    """Yield the wanted names that a middleware is given in a dict when it is added."""
    inside = (value for given in middleware.arguments.values() for value in values_inside(given))
    keys = (key for value in inside if isinstance(value, DictValue) for key, _ in value.items)
    texts = (str(key.value).lower() for key in keys if isinstance(key, Known))
    return (text for text in texts if text in WANTED)


def doubts(application: Application, project: Project) -> Iterator[tuple[Place, str]]:
    for middleware in middlewares_around(application):
        if project.answers.of_middleware(middleware).is_open:
            yield middleware.place, f"{middleware} sets headers whose names are not known"
    middleware_unknown = unknown_middleware(application)
    if middleware_unknown is not None:
        yield middleware_unknown.place, f"{middleware_unknown} is not known and may set them"
    for gateway in project.gateways:
        if gateway.is_open:
            yield gateway.place, f"{gateway} stands in front of the service and may set them"
    if application.opaque:
        yield application.opaque[0][1], "something unknown gets hold of the application and may set them"
