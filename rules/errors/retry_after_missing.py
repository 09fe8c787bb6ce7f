r"""A 429 does not say when to try again.

## Why
A client that is told to slow down, and not for how long, guesses: it tries again at once and makes things worse, or
gives up. `Retry-After` is the one header that HTTP clients and SDKs obey by themselves.

## Bad
```python
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse

app = FastAPI()


@app.post("/login")
def login(attempts: int) -> str:
    if attempts > 5:
        raise HTTPException(429, {"code": "TOO_MANY_ATTEMPTS"})  # finding
    return "welcome"


@app.post("/codes")
def code(attempts: int):
    if attempts > 5:
        return JSONResponse({"code": "TOO_MANY_ATTEMPTS"}, status_code=429)  # finding
    return "123"
```

## Good
```python
from fastapi import FastAPI, HTTPException, status
from fastapi.responses import JSONResponse

app = FastAPI()


@app.post("/login")
def login(attempts: int) -> str:
    if attempts > 5:
        raise HTTPException(
            status.HTTP_429_TOO_MANY_REQUESTS, {"code": "TOO_MANY_ATTEMPTS"}, headers={"Retry-After": "60"}
        )
    return "welcome"


@app.post("/codes")
def code(attempts: int):
    if attempts > 5:
        headers = {"retry-after": str(attempts)}
        return JSONResponse({"code": "TOO_MANY_ATTEMPTS"}, 429, headers)
    return "123"
```

## Fix
`headers={"Retry-After": "60"}`: the seconds until the caller may try again.

## Limits
Headers that are computed are unknown. Middleware and libraries that limit the rate answer for themselves.

## References
RFC 6585, section 4, 429 Too Many Requests; RFC 9110, section 10.2.3, Retry-After.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    DictValue,
    ExternalObject,
    Function,
    Known,
    Project,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    unknown,
)

from ._error_responses import ErrorResponse, error_responses


@rule("ERR012", severity=Severity.INFO)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    for response in error_responses(function, project):
        if response.status == 429 and response.maker:
            yield _judge(response)


def _judge(response: ErrorResponse) -> Verdict:
    place, value = response.site.place, response.site.value
    made = value.call if isinstance(value, ExternalObject) else None
    if made is None:
        return unknown(place, "what headers it has is not known")
    headers = made.argument(2, "headers")
    if headers is None and not made.is_open:
        return fail(place, "a 429 without `Retry-After`")
    if not isinstance(headers, DictValue):
        return unknown(place, "the headers are computed")
    if any(_is_retry_after(name) for name, _ in headers.items):
        return ok(place)
    return (
        unknown(place, "there may be more headers") if headers.is_open else fail(place, "a 429 without `Retry-After`")
    )


def _is_retry_after(name: Value) -> bool:
    return isinstance(name, Known) and str(name.value).lower() == "retry-after"
