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

## Fix
Write it as a class with `__init__(self, app)` and `__call__(self, scope, receive, send)`, and wrap `send` to change the
response.

## Limits
Only the project's own middleware is looked at, where it is added to an application. For a service with few requests
the difference is not felt: this is advice.

## References
Starlette documentation, Middleware, "BaseHTTPMiddleware" and "Pure ASGI Middleware"; FastAPI documentation, Advanced
Middleware.
'''

from fastapi_audit.rule_api import Middleware, Related, Severity, Verdict, fail, ok, rule, skip

BASE = "starlette.middleware.base.BaseHTTPMiddleware"


@rule("PRF014", severity=Severity.INFO)
def check(middleware: Middleware) -> Verdict:
    if middleware.cls is not None:
        if not middleware.cls.is_a(BASE):
            return ok(middleware.place)
        related = (Related(middleware.cls.place, "the class"),)
        return fail(middleware.place, f"{middleware.cls.name} is built on BaseHTTPMiddleware", related=related)
    if middleware.name == BASE:
        return fail(middleware.place, "this function is wrapped in BaseHTTPMiddleware")
    if middleware.function is None:
        return skip
    if not middleware.function.is_async:  # a factory of plain ASGI middleware
        return ok(middleware.place)
    return fail(middleware.place, f"`{middleware.function.name}` is wrapped in BaseHTTPMiddleware")
