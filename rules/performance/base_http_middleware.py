r'''A middleware is built on `BaseHTTPMiddleware`, which costs each request a task and two streams.

## Why
`BaseHTTPMiddleware`, and `@app.middleware("http")` that is made of it, runs the rest of the application in a task of
its own and hands every piece of the response through a stream in memory. That is several times the work of a plain ASGI
middleware, once for each of them, and what the inner task sets in context variables is not seen outside.

## Bad
```python
from fastapi import FastAPI, Request
from starlette.middleware.base import BaseHTTPMiddleware


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        return await call_next(request)


app = FastAPI()
app.add_middleware(Timing)  # finding


@app.middleware("http")  # finding
async def add_header(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Served-By"] = "app"
    return response
```

## Good
```python
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from starlette.datastructures import MutableHeaders


class ServedBy:
    """Adds a header, in plain ASGI."""

    def __init__(self, app, name: str) -> None:
        self.app = app
        self.name = name

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_header(message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Served-By"] = self.name
            await send(message)

        await self.app(scope, receive, send_with_header)


app = FastAPI()
app.add_middleware(GZipMiddleware)
app.add_middleware(ServedBy, name="app")
```

A single small one is hardly felt, and what developers alone add is felt by them alone:

```python
from fastapi import FastAPI, Request

from app.settings import settings

app = FastAPI()

if settings.debug:

    @app.middleware("http")
    async def profile(request: Request, call_next):
        return await call_next(request)


@app.middleware("http")
async def add_header(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Served-By"] = "app"
    return response
```

## Fix
Write it as a class with `__init__(self, app)` and `__call__(self, scope, receive, send)`, and wrap `send` to change the
response.

## Limits
Only the project's own middleware is looked at, where it is added to an application. It is reported where it is felt:
where requests pass two or more of them, or where one sets context variables that other code reads, reads the body, or
stands before handlers that make streaming responses; not where an `if` adds it for developers alone
(`if settings.debug`). For a service with few requests the difference is not felt: this is advice, and none for an
application with one route beside its probes, which mostly waits for the one thing that it does.

## References
Starlette documentation, Middleware, "BaseHTTPMiddleware" and "Pure ASGI Middleware"; FastAPI documentation, Advanced
Middleware.
'''

from fastapi_audit.rule_api import Middleware, Project, Related, Severity, Verdict, fail, ok, rule, skip

from ._base_middleware import BASE, is_for_developers, is_on_base, reason_of


@rule("PRF014", severity=Severity.INFO)
def check(middleware: Middleware, project: Project) -> Verdict:
    if middleware.cls is None and middleware.function is None and middleware.name != BASE:
        return skip
    if not is_on_base(middleware):  # plain ASGI, or a factory of it
        return ok(middleware.place)
    if is_for_developers(middleware):
        return ok(middleware.place, "only developers have it")
    reason = reason_of(middleware, project)
    if reason is None:
        return ok(middleware.place, "it is hardly felt")
    related = (Related(middleware.cls.place, "the class"),) if middleware.cls is not None else ()
    return fail(middleware.place, f"{subject_of(middleware)} BaseHTTPMiddleware: {reason}", related=related)


def subject_of(middleware: Middleware) -> str:
    if middleware.cls is not None:
        return f"{middleware.cls.name} is built on"
    name = f"`{middleware.function.name}`" if middleware.function is not None else "this function"
    return f"{name} is wrapped in"
