r"""An error response has a body without a code and a message.

## Why
Clients act on errors: they show a message, try again, send the user to the log-in. A body that is a plain sentence, or
that has another shape on every route, leaves them nothing to act on but the wording.

## Bad
```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse


class ShopError(Exception):
    "The base of all errors of the shop."


app = FastAPI()


@app.exception_handler(ShopError)
async def answer(request: Request, error: ShopError) -> JSONResponse:
    return JSONResponse({"message": str(error)}, status_code=409)  # finding


@app.exception_handler(KeyError)
async def answer_missing(request: Request, error: KeyError) -> PlainTextResponse:
    return PlainTextResponse("not here", status_code=404)  # finding


@app.get("/items/{item_id}")
def read_item(item_id: int):
    if item_id < 1:
        return JSONResponse(status_code=400, content="a bad number")  # finding
    raise ShopError
```

## Good
```python
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel


class ShopError(Exception):
    code = "SHOP_ERROR"


class Problem(BaseModel):
    code: str
    message: str
    details: dict[str, str] = {}


class ErrorBody(BaseModel):
    error: Problem


app = FastAPI()


def respond(status: int, problem: Problem) -> JSONResponse:
    return JSONResponse(ErrorBody(error=problem).model_dump(mode="json"), status_code=status)


@app.exception_handler(ShopError)
async def answer(request: Request, error: ShopError) -> JSONResponse:
    return respond(409, Problem(code=error.code, message=str(error)))


@app.exception_handler(RequestValidationError)
async def answer_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse({"detail": error.errors()}, status_code=422)


@app.exception_handler(LookupError)
async def answer_missing(request: Request, error: LookupError) -> JSONResponse:
    body = {"error": {"code": "NOT_FOUND", "message": "there is no such thing"}}
    return JSONResponse(body, status_code=404)


@app.get("/items")
def read_items(page: int):
    if page == 0:
        return RedirectResponse("/items?page=1")
    if page < 0:
        return HTMLResponse("<h1>There is no such page</h1>", status_code=404)
    return JSONResponse({"type": "about:blank", "title": "Not ready", "status": 503}, status_code=503)
```

## Fix
Write all errors with one function that makes `{"error": {"code": …, "message": …, "details": …}}`, or the members of
RFC 9457 (`type`, `title`, `detail`), and call it in every exception handler.

## Limits
What `HTTPException` carries is ERR001. Pages of HTML and bodies that are computed are not judged.

## References
RFC 9457, Problem Details for HTTP APIs; FastAPI documentation, Handling Errors, Custom handlers.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Class,
    Collection,
    DictValue,
    ExternalObject,
    Function,
    Instance,
    Known,
    OneOf,
    Priority,
    Project,
    Return,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    names,
    ok,
    options_of,
    rule,
    skip,
    unknown,
)

from ._error_responses import ErrorResponse, error_responses

TEXT = "fastapi.responses.PlainTextResponse"
CODES = frozenset({"code", "error_code", "errorCode", "type", "error_type", "errorType", "kind", "title", "error"})
MESSAGES = frozenset(
    {"message", "msg", "detail", "details", "description", "error_description", "title", "reason", "errors"}
)
VALIDATION = ("fastapi.exceptions.RequestValidationError.errors", "pydantic.ValidationError.errors")
WRAPPERS = ("error", "errors", "detail", "data")


@rule("ERR007", severity=Severity.WARNING, priority=Priority.P0)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    for response in error_responses(function, project):
        if isinstance(response.site, Return):
            yield _judge(response, project)


def _judge(response: ErrorResponse, project: Project) -> Verdict:
    place, body = response.site.place, response.body
    if response.maker == TEXT:
        return fail(place, "the body of the error is plain text")
    if response.maker not in names("responses", "json") or body is None:
        return skip
    if response.status == 503 and isinstance(body, DictValue) and body.get("status") is not None:
        return skip  # what a probe reports
    found = {_is_structured(option, project) for option in options_of(body)}
    if False in found:
        return fail(place, "the body of the error has no code and message")
    if found == {True}:
        return ok(place, "the body has a code and a message")
    return unknown(place, "the body of the error is computed")


def _is_structured(body: Value, project: Project) -> bool | None:
    """Say whether a body has a code and a message, at the top or inside of one of its wrappers."""
    if isinstance(body, (Known, Template)):
        return False
    if isinstance(body, DictValue):
        return _dict_is_structured(body, project)
    if isinstance(body, Instance):
        return _class_is_structured(body.cls, project)
    if not isinstance(body, ExternalObject):
        return None
    if body.call is not None and body.call.name == "fastapi.encoders.jsonable_encoder" and body.call.positional:
        return _is_structured(body.call.positional[0], project)
    return _is_structured(body.arguments[0], project) if len(body.arguments) == 1 and body.call is not None else None


def _dict_is_structured(body: DictValue, project: Project) -> bool | None:
    keys = {str(key.value) if isinstance(key, Known) else None for key, _ in body.items}
    if _has_both(keys):
        return True
    inner = [_holds_structure(value, project) for name in WRAPPERS if (value := body.get(name)) is not None]
    if True in inner:
        return True
    return None if None in keys or body.is_open or None in inner else False


def _holds_structure(value: Value, project: Project) -> bool | None:
    """Say whether the value of a wrapper is structured; the errors that a validation lists are."""
    if isinstance(value, OneOf):
        said = {_holds_structure(option, project) for option in value.options}
        return said.pop() if len(said) == 1 else None
    if isinstance(value, Collection):
        found = [_is_structured(item, project) for item in value.items]
        return True if True in found else None if value.is_open or None in found else False
    if isinstance(value, ExternalObject) and value.type == "str":
        return False
    if isinstance(value, ExternalObject) and value.call is not None and value.call.name in VALIDATION:
        return True
    return _is_structured(value, project)


def _class_is_structured(cls: Class, project: Project) -> bool | None:
    fields = {
        name: field
        for schema in project.schemas
        if schema.cls is cls
        for field in schema.fields
        for name in [field.name]
    }
    if not fields:
        return None
    inner = [field.type.cls for name, field in fields.items() if name in WRAPPERS and field.type is not None]
    if _has_both(set(fields)) or any(one is not None and _class_is_structured(one, project) for one in inner):
        return True
    return None if any(one is None for one in inner) else False


def _has_both(keys: set[str | None]) -> bool:
    """Say whether there is a code and, under another key, a message."""
    return any(code != message for code in keys & CODES for message in keys & MESSAGES)
