r"""Middleware is stacked in an order that breaks one of the layers.

## Why
The middleware that is added last gets the request first and the response last. What refuses requests outside of the
CORS layer answers without its headers: the browser hides the answer from the page and reports a CORS error, and a
preflight, which carries no credentials, is refused altogether. What reads `request.session` outside of the session
layer fails with each request.

## Bad
```python
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from starlette.middleware.sessions import SessionMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
app.add_middleware(SessionMiddleware, secret_key="from the settings")


@app.middleware("http")  # finding
async def authenticate(request: Request, call_next):
    if "authorization" not in request.headers:
        return JSONResponse({"code": "UNAUTHENTICATED"}, status_code=401)
    return await call_next(request)


@app.middleware("http")  # finding
async def count_visits(request: Request, call_next):
    request.session["visits"] = 1
    return await call_next(request)
```

## Good
```python
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

app = FastAPI()


@app.middleware("http")
async def authenticate(request: Request, call_next):
    if not request.session.get("user"):
        return JSONResponse({"code": "UNAUTHENTICATED"}, status_code=401)
    return await call_next(request)


app.add_middleware(SessionMiddleware, secret_key="from the settings")
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
app.add_middleware(GZipMiddleware)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=["shop.example"])


@app.middleware("http")
async def add_request_id(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Request-ID"] = "1"
    return response
```

## Fix
Add `CORSMiddleware` after (in a list: before) what answers by itself, and `SessionMiddleware` after what reads the
session. Compression, request ids and `TrustedHostMiddleware` may stay outside.

## Limits
Of middleware that is not the project's, only what the knowledge of the auditor names is looked at. An answer in place
of an exception (`except` around `call_next`) has medium confidence: the application's own server errors have no CORS
headers either.

## References
FastAPI documentation, Advanced Middleware and CORS; Starlette documentation, Middleware: CORSMiddleware, "CORS and
middleware order".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Confidence,
    Middleware,
    Place,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

from ._middleware import entry, reads_before, reads_texts_of_bodies, refusals

Broken = tuple[str, Place | None, Confidence]


@rule("COR009", severity=Severity.WARNING)
def check(application: Application, project: Project) -> Iterator[Verdict]:
    stack = application.middlewares
    found = False
    for number, outer in enumerate(stack):
        for inner in stack[number + 1 :]:
            if not outer.excludes(inner) and (why := broken(outer, inner, project)):
                yield report(outer, inner, *why)
                found = True
                break
    if not found:
        yield ok(application.place, f"{len(stack)} layers, none in the way of another") if len(stack) > 1 else skip


def report(outer: Middleware, inner: Middleware, why: str, place: Place | None, confidence: Confidence) -> Verdict:
    related = (Related(inner.place, f"the inner {inner}"), *([Related(place, "here")] if place else []))
    return fail(outer.place, f"{outer} is outside of {inner} {why}", related=related, confidence=confidence)


def broken(outer: Middleware, inner: Middleware, project: Project) -> Broken | None:
    """Return what does not work when one layer is around the other."""
    function = entry(outer)
    if is_any(inner, "cors"):
        return refuses(outer, project)
    if is_any(inner, "proxy") and is_any(outer, "redirecting"):
        return "and redirects what a proxy got by HTTPS already", None, Confidence.HIGH
    if function is None:
        return None
    for section, attribute in (("sessions", "session"), ("authentication", "user"), ("authentication", "auth")):
        if is_any(inner, section) and (place := reads_before(function, attribute, project)):
            return f"and reads `request.{attribute}`, which is not there yet", place, Confidence.HIGH
    if is_any(inner, "compression") and (place := reads_texts_of_bodies(function)):
        return "and reads bodies that are compressed", place, Confidence.MEDIUM
    return None


def refuses(outer: Middleware, project: Project) -> Broken | None:
    why = "and refuses requests without CORS headers"
    function = entry(outer)
    if function is None:
        return (why, None, Confidence.HIGH) if is_any(outer, "refusing") else None
    found = sorted(refusals(function, project), key=lambda one: (one[1], one[0]))
    if not found:
        return None
    place, is_in_place_of_exception = found[0]
    return why, place, Confidence.MEDIUM if is_in_place_of_exception else Confidence.HIGH


def is_any(middleware: Middleware, section: str) -> bool:
    known = names("middleware", section)
    return middleware.name in known or (middleware.cls is not None and middleware.cls.is_a(*known))
