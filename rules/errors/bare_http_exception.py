r"""An `HTTPException` is raised with a bare text, or with no detail at all.

## Why
A client can only show a sentence or compare it letter by letter. It cannot tell "no such user" from "no such order",
cannot translate, and breaks when somebody mends the wording. A detail with a code, or an error of the domain that one
handler turns into a response, gives every failure the same shape.

## Bad
```python
from fastapi import FastAPI, HTTPException

app = FastAPI()
ITEMS = {1: "lamp"}


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    if item_id < 1:
        raise HTTPException(status_code=404)  # finding
    if item_id not in ITEMS:
        raise HTTPException(404, f"there is no item {item_id}")  # finding
    return ITEMS[item_id]
```

## Good
```python
from fastapi import FastAPI, HTTPException

app = FastAPI()
ITEMS = {1: "lamp"}


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    if item_id not in ITEMS:
        raise HTTPException(404, {"code": "ITEM_NOT_FOUND", "message": "there is no such item"})
    return ITEMS[item_id]
```

An error of the domain, which a registered handler answers:

```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


class DomainError(Exception):
    code = "DOMAIN_ERROR"


class ItemNotFound(DomainError):
    code = "ITEM_NOT_FOUND"


app = FastAPI()


@app.exception_handler(DomainError)
async def answer(request: Request, error: DomainError) -> JSONResponse:
    return JSONResponse({"code": error.code, "message": str(error)}, status_code=404)


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    raise ItemNotFound(item_id)
```

## Fix
Raise an exception of the domain and register one handler for its base class, or pass `detail` a mapping with a code, a
message and whatever a client needs to act on it.

## Limits
A detail that is computed is unknown. What a sub-class of `HTTPException` makes of its arguments is not looked into.
Redirects raised as exceptions (3xx) have no error body and are left out.

## References
FastAPI documentation, Handling Errors; RFC 9457, Problem Details for HTTP APIs.
"""

from fastapi_audit.rule_api import (
    Class,
    Collection,
    DictValue,
    ExternalObject,
    Instance,
    Known,
    Project,
    Raise,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    unknown,
)

from ._hierarchy import HTTP_EXCEPTIONS


@rule("ERR001", severity=Severity.WARNING)
def check(raised: Raise, project: Project) -> Verdict:
    if raised.cls is not None:
        return ok(raised.place, "the error is structured") if _is_answered(raised.cls, project) else skip
    if raised.name not in HTTP_EXCEPTIONS or (raised.status is not None and raised.status < 400):
        return skip
    made = raised.value.call if isinstance(raised.value, ExternalObject) else None
    if made is None and raised.value is not None and all(map(_is_caught, options_of(raised.value))):
        return skip  # raised again
    detail = made.argument(1, "detail") if made is not None else None
    if detail is None:
        is_open = made is not None and made.is_open
        return (
            unknown(raised.place, "`**` may pass a detail")
            if is_open
            else fail(raised.place, f"{raised} without a detail")
        )
    return _judge(raised, detail)


def _is_caught(value: Value) -> bool:
    return isinstance(value, ExternalObject) and value.call is None


def _judge(raised: Raise, detail: Value) -> Verdict:
    kinds = {_is_text(option) for option in options_of(detail)}
    if kinds == {False}:
        return ok(raised.place, "the error is structured")
    return (
        fail(raised.place, f"{raised} with a bare text")
        if kinds == {True}
        else unknown(raised.place, "the detail is computed")
    )


def _is_text(value: Value) -> bool | None:
    """Say whether a detail is a text, a number or nothing; None when that is not known."""
    if isinstance(value, (Known, Template)):
        return True
    if isinstance(value, ExternalObject):
        return None if value.type is None else value.type == "str"
    return False if isinstance(value, (DictValue, Collection, Instance)) else None


def _is_answered(error: Class, project: Project) -> bool:
    """Say whether FastAPI, or a handler that the project registers for it, turns an exception into a response."""
    return error.is_a(*HTTP_EXCEPTIONS) or any(
        error.inherits(handler.error_class) if handler.error_class is not None else error.is_a(handler.error or "")
        for application in project.applications
        for handler in application.exception_handlers
        if handler.error not in ("Exception", "BaseException")
    )
