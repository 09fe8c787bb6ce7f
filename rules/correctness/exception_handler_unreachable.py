r"""An exception handler is registered and never called.

## Why
What it would answer no client ever gets: another handler took its place, or nothing raises the exception any more.
Whoever reads the list of handlers believes in a behaviour that is not there. A handler for what is no `Exception` is
worse: Starlette refuses it when the first request comes, and answers every request with a server error.

## Bad
```python
# file: app/main.py
import asyncio

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from app.errors import OutOfStock, PaymentRefused

app = FastAPI()


@app.exception_handler(OutOfStock)  # finding
async def out_of_stock(request: Request, error: OutOfStock) -> JSONResponse:
    return JSONResponse({"code": "OUT_OF_STOCK"}, 409)


@app.exception_handler(OutOfStock)
async def sold_out(request: Request, error: OutOfStock) -> JSONResponse:
    return JSONResponse({"code": "SOLD_OUT"}, 410)


async def refused(request: Request, error: PaymentRefused) -> JSONResponse:
    return JSONResponse({"code": "PAYMENT_REFUSED"}, 402)


async def crashed(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"code": "INTERNAL"}, 500)


app.add_exception_handler(PaymentRefused, refused)  # finding
app.add_exception_handler(asyncio.CancelledError, refused)  # finding
app.add_exception_handler(500, crashed)  # finding
app.add_exception_handler(Exception, refused)


@app.get("/orders")
def list_orders() -> list[int]:
    raise OutOfStock
# file: app/errors.py
class OutOfStock(Exception):
    "Nothing is left."


class PaymentRefused(Exception):
    "The bank says no."
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.errors import BY_CODE, DomainError, NotFound, PaymentRefused

app = FastAPI()


async def answer(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"code": "ERROR"}, 400)


async def gone(request: Request, error: NotFound) -> JSONResponse:
    return JSONResponse({"code": "NOT_FOUND"}, 404)


app.add_exception_handler(404, answer)
app.add_exception_handler(HTTPException, answer)
app.add_exception_handler(StarletteHTTPException, answer)
app.add_exception_handler(RequestValidationError, answer)
app.add_exception_handler(ValidationError, answer)
app.add_exception_handler(DomainError, answer)
app.add_exception_handler(NotFound, gone)
app.add_exception_handler(PaymentRefused, answer)


@app.get("/orders")
def list_orders(code: str) -> list[int]:
    if code in BY_CODE:
        raise BY_CODE[code]()
    raise NotFound
# file: app/errors.py
class DomainError(Exception):
    "What went wrong here."


class NotFound(DomainError):
    "There is no such thing."


class PaymentRefused(Exception):
    "The bank says no."


BY_CODE = {"refused": PaymentRefused}
```

## Fix
Delete the handler, or the one that took its place; raise the exception where it belongs.

## Limits
Exceptions of libraries are taken for raised. A class of the project that nothing raises but that code speaks of, in a
table, say, is unknown. Handlers that are registered in different branches do not take each other's place.

## References
Starlette documentation, Exceptions, "Errors and handled exceptions"; FastAPI documentation, Handling Errors.
"""

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import (
    Class,
    ClassValue,
    Confidence,
    ExceptionHandler,
    Instance,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    unknown,
)

from ._mentions import other_mentions

# Python documentation, Built-in Exceptions, Exception hierarchy: what derives from `BaseException` alone.
NO_EXCEPTIONS = frozenset({
    "BaseException", "BaseExceptionGroup", "GeneratorExit", "KeyboardInterrupt", "SystemExit",
    "asyncio.CancelledError", "asyncio.exceptions.CancelledError",
})  # fmt: skip
SERVER_ERROR = "Exception"  # Starlette keeps one handler for both: that of the status 500, or of `Exception`


@rule("COR020", severity=Severity.WARNING)
def check(handler: ExceptionHandler, project: Project) -> Verdict:
    if handler.error is None:
        return unknown(handler.place, "what this handler is for cannot be told")
    later = next((one for one in reversed(registered_later(handler, project)) if replaces(one, handler)), None)
    if later is not None:
        related = (Related(later.place, "registered later"),)
        return fail(handler.place, f"another {later} takes the place of this one", related=related)
    if handler.error in NO_EXCEPTIONS:
        return fail(handler.place, f"{handler.error} is no `Exception`: Starlette refuses its handler")
    return judge_class(handler, project)


def registered_later(handler: ExceptionHandler, project: Project) -> tuple[ExceptionHandler, ...]:
    """Return the handlers that the same application gets after this one."""
    for application in project.applications:
        if handler in application.exception_handlers:
            number = application.exception_handlers.index(handler)
            return application.exception_handlers[number + 1 :]
    return ()


def replaces(later: ExceptionHandler, earlier: ExceptionHandler) -> bool:
    """Say whether a later registration is for the same, and made wherever the earlier one is."""
    if key(later) != key(earlier) or later.place == earlier.place:
        return False
    if later.function is not None and later.function is earlier.function:
        return False
    return set(later.conditions) <= set(earlier.conditions)


def key(handler: ExceptionHandler) -> object:
    return SERVER_ERROR if handler.error == "500" else handler.error_class or handler.error


def judge_class(handler: ExceptionHandler, project: Project) -> Verdict:
    wanted = handler.error_class
    if wanted is None or any(cls.inherits(wanted) for cls in raised(project)):
        return ok(handler.place)
    names = frozenset(cls.name for cls in (wanted, *project.classes) if cls.inherits(wanted))
    mention = next(iter(other_mentions(names, project)), None)
    if mention is not None:
        return unknown(handler.place, f"{mention.path}:{mention.line} may have {wanted.name} raised")
    related = (Related(wanted.place, "the exception"),)
    message = f"nothing raises {wanted.name}: its handler is never called"
    return fail(handler.place, message, related=related, confidence=Confidence.MEDIUM)


@lru_cache(maxsize=1)
def raised(project: Project) -> frozenset[Class]:
    """Return the classes of the project that are raised."""
    return frozenset(_raised(project))


def _raised(project: Project) -> Iterator[Class]:
    for one in project.raises:
        if one.cls is not None:
            yield one.cls
        for option in options_of(one.value) if one.value is not None else ():
            if isinstance(option, (ClassValue, Instance)):
                yield option.cls
