r'''No handler of an application answers for the errors that its routes let through.

## Why
An exception that nobody handles becomes a plain "Internal Server Error", without the shape that clients know from other
errors and often without a log entry. One handler for the project's base error, or for `Exception`, answers all of them.

## Bad
```python
from fastapi import FastAPI


class ShopError(Exception):
    """The base of all errors of the shop."""


class SoldOut(ShopError):
    """Nothing is left."""


app = FastAPI()  # finding


@app.post("/orders")
def order(item_id: int) -> int:
    raise SoldOut(item_id)
```

A handler that is written and never registered:

```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()  # finding


async def answer(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"code": "INTERNAL"}, status_code=500)


@app.post("/orders")
def order(item_id: int) -> int:
    return item_id
```

## Good
```python
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


class ShopError(Exception):
    """The base of all errors of the shop."""


class SoldOut(ShopError):
    """Nothing is left."""


async def answer(request: Request, error: ShopError) -> JSONResponse:
    return JSONResponse({"code": type(error).__name__}, status_code=409)


app = FastAPI()
app.add_exception_handler(ShopError, answer)


@app.post("/orders")
def order(item_id: int) -> int:
    raise SoldOut(item_id)
```

The base may be a library's, when the errors of the project are derived from it:

```python
from fastapi import FastAPI
from safir.fastapi import ClientRequestError, client_request_error_handler


class InvalidInput(ClientRequestError):
    """The client sent what does not make sense."""


class InvalidName(InvalidInput):
    """A name has characters that no name has."""


app = FastAPI()
app.exception_handler(ClientRequestError)(client_request_error_handler)


@app.post("/users")
def create_user(name: str) -> str:
    raise InvalidName(name)
```

A middleware that turns every exception into a response:

```python
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

app = FastAPI()


@app.middleware("http")
async def answer_errors(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        return await call_next(request)
    except Exception:
        return JSONResponse({"code": "INTERNAL"}, status_code=500)


@app.post("/orders")
def order(item_id: int) -> int:
    return item_id
```

## Fix
`app.add_exception_handler(YourBaseError, handler)`, and one for `Exception` that logs the traceback and answers in
brief.

## Limits
Handlers for `HTTPException` or for validation errors alone are not enough: other exceptions pass them. A mounted
application is judged for itself, because Starlette answers its errors before the application around it sees them; one
that serves no route of its own is left out. Where something unknown was given the application, the verdict is unknown.

## References
FastAPI documentation, Handling Errors; Starlette documentation, Exceptions, Errors and handled exceptions.
'''

from fastapi_audit.rule_api import (
    Application,
    Call,
    Class,
    ExceptClause,
    ExceptionHandler,
    Middleware,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
    unknown,
)

from ._hierarchy import HTTP_EXCEPTIONS, base_errors

EVERYTHING = ("Exception", "BaseException", "500")


@rule("ERR004", severity=Severity.ERROR, priority=Priority.P0)
def check(application: Application, project: Project) -> Verdict:
    if not application.routes:
        return skip
    bases = base_errors(project)
    for handler in application.exception_handlers:
        if _is_global(handler, bases) or _is_base_of_several(handler, project):
            return ok(handler.place, str(handler))
    for middleware in application.middlewares:
        if _answers_errors(middleware, project):
            return ok(middleware.place, str(middleware))
    unclear = [handler.place for handler in application.exception_handlers if handler.error is None]
    unclear += [place for _, place in application.opaque]
    unclear += [middleware.place for middleware in application.middlewares if middleware.name is None]
    if unclear:
        return unknown(unclear[0], "a handler may be registered here")
    return fail(application.place, f"{application} registers no handler for a base error or for `Exception`")


def _is_global(handler: ExceptionHandler, bases: dict[Class, list[Class]]) -> bool:
    return handler.error in EVERYTHING or handler.error_class in bases


def _is_base_of_several(handler: ExceptionHandler, project: Project) -> bool:
    """Say whether a handler is for an error of a library that several errors of the project are derived from."""
    error = handler.error
    if error is None or "." not in error or error in HTTP_EXCEPTIONS:
        return False
    return sum(cls.is_a(error) for cls in project.classes) > 1


def _answers_errors(middleware: Middleware, project: Project) -> bool:
    """Say whether a middleware of the project catches every exception and does not raise it again."""
    clauses = [clause for clause in project.except_clauses if clause.function in middleware.entries and clause.is_broad]
    return any(_guards_rest(clause, project) and not _raises(clause, project) for clause in clauses)


def _guards_rest(clause: ExceptClause, project: Project) -> bool:
    """Say whether the request is handed on to the rest of the application in the clause's `try`."""
    calls = project.calls_in(clause.function) if clause.function is not None else ()
    attempts = [block for call in calls if _hands_on(call) for block in call.blocks if isinstance(block, syntax.Try)]
    return any(handler is clause.handler for attempt in attempts for handler in attempt.handlers)


def _hands_on(call: Call) -> bool:
    """Say whether a call is one of a parameter (`call_next`) or of the application that a middleware keeps."""
    callee = call.node.func if isinstance(call.node, syntax.Call) else None
    if isinstance(callee, syntax.Attribute):
        return callee.attr == "app"
    parameters = call.function.node.params if call.function is not None else ()
    return isinstance(callee, syntax.Name) and any(parameter.name == callee.id for parameter in parameters)


def _raises(clause: ExceptClause, project: Project) -> bool:
    raises = project.raises_in(clause.function) if clause.function is not None else ()
    return any(block is clause.handler for raised in raises for block in raised.blocks)
