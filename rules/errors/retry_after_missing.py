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

An error of the project is answered by its handler:

```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


class RateLimitError(Exception):
    status_code = 429


@app.exception_handler(RateLimitError)
async def answer(request: Request, error: RateLimitError) -> JSONResponse:
    return JSONResponse({"code": "TOO_MANY_ATTEMPTS"}, status_code=error.status_code)


@app.post("/login")
def login(attempts: int) -> str:
    if attempts > 5:
        raise RateLimitError  # finding
    return "welcome"
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

```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


class AppError(Exception):
    status_code = 500

    def __init__(self, headers: dict[str, str] | None = None) -> None:
        self.headers = headers


class RateLimitError(AppError):
    status_code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__({"Retry-After": str(seconds)})


@app.exception_handler(AppError)
async def answer(request: Request, error: AppError) -> JSONResponse:
    return JSONResponse({"code": "ERROR"}, status_code=error.status_code, headers=error.headers)


@app.post("/login")
def login(attempts: int) -> str:
    if attempts > 5:
        raise RateLimitError(60)
    return "welcome"
```

## Fix
`headers={"Retry-After": "60"}`: the seconds until the caller may try again.

## Limits
Headers that are computed are unknown. For an error of the project, its classes and handlers are looked through for the
name of the header. Middleware and libraries that limit the rate answer for themselves.

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
    Raise,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    syntax,
    unknown,
)

from ._error_responses import ErrorResponse, error_responses, exception_handlers
from ._hierarchy import HTTP_EXCEPTIONS

HEADER = "retry-after"
TOO_MANY = 429
WITHOUT = "a 429 without `Retry-After`"


@rule("ERR012", severity=Severity.INFO)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    for response in error_responses(function, project):
        if response.status == TOO_MANY and response.maker and not _answers_own_errors(function, project):
            yield _judge(response)
    for answer in project.escapes.leaving([function]):
        raised = answer.raised
        if answer.status == TOO_MANY and raised.function is function and not raised.is_a(*HTTP_EXCEPTIONS):
            yield _judge_error(raised, project)


def _answers_own_errors(function: Function, project: Project) -> bool:
    """Say whether a function is the handler of errors of the project, which are judged where they are raised."""
    handled = exception_handlers(project).get(function, [])
    return any(str(cls) in handled for cls in project.classes)


def _judge(response: ErrorResponse) -> Verdict:
    place, value = response.site.place, response.site.value
    made = value.call if isinstance(value, ExternalObject) else None
    if made is None:
        return unknown(place, "what headers it has is not known")
    headers = made.argument(2, "headers")
    if headers is None and not made.is_open:
        return fail(place, WITHOUT)
    if not isinstance(headers, DictValue):
        return unknown(place, "the headers are computed")
    if any(_is_retry_after(name) for name, _ in headers.items):
        return ok(place, "it says when to try again")
    return unknown(place, "there may be more headers") if headers.is_open else fail(place, WITHOUT)


def _judge_error(raised: Raise, project: Project) -> Verdict:
    """Judge an error of the project, whose classes and handlers may set the header."""
    lineage = raised.cls.lineage if raised.cls is not None else ()
    names = {str(cls) for cls in lineage}
    handlers = [function for function, errors in exception_handlers(project).items() if not names.isdisjoint(errors)]
    methods = [method for cls in lineage for method in cls.methods.values()]
    if any(map(_names_header, project.reached((*methods, *handlers), depth=2))):
        return ok(raised.place, "the error says when to try again")
    return fail(raised.place, WITHOUT)


def _names_header(function: Function) -> bool:
    texts = (node.value for node in function.nodes if isinstance(node, syntax.Constant))
    return any(isinstance(text, str) and text.lower() == HEADER for text in texts)


def _is_retry_after(name: Value) -> bool:
    return isinstance(name, Known) and str(name.value).lower() == HEADER
