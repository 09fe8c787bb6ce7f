r"""The text of an exception, or a traceback, reaches the client.

## Why
What an exception says is written for those who run the service: SQL with its parameters, host names, paths, the
versions of libraries. An attacker who can make a request fail reads it all, and a client that shows it confuses its
users.

## Bad
```python
import traceback

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

app = FastAPI()


@app.post("/items")
def create_item(name: str) -> str:
    try:
        Session().flush()
    except SQLAlchemyError as error:
        message = f"could not save: {error}"
        raise HTTPException(400, detail=message) from error  # finding
    except Exception:
        raise HTTPException(500, traceback.format_exc())  # finding
    return name


@app.exception_handler(Exception)
async def answer(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"code": "INTERNAL", "message": str(error)}, status_code=500)  # finding
```

## Good
```python
import logging

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class SoldOut(Exception):
    "Nothing is left."


class Closed(Exception):
    "Nobody is here."


class Problem(BaseModel):
    code: str
    message: str


logger = logging.getLogger(__name__)
app = FastAPI()
STOCK = {"lamp": 0}


@app.post("/orders")
def order(name: str, amount: str) -> int:
    try:
        if len(amount) > 9:
            raise Closed("The shop opens again tomorrow")
        if STOCK[name] == 0:
            raise SoldOut(name)
        return int(amount)
    except SoldOut as error:
        raise HTTPException(409, str(error)) from error
    except Closed as error:
        raise HTTPException(503, str(error)) from error
    except ValueError as error:
        raise HTTPException(422, f"amount: {error}") from error
    except Exception as error:
        logger.exception("the order failed")
        raise HTTPException(500, {"code": "INTERNAL", "kind": type(error).__name__}) from error


@app.exception_handler(Exception)
async def answer(request: Request, error: Exception) -> JSONResponse:
    logger.error("unexpected", exc_info=error)
    return JSONResponse(Problem(code="INTERNAL", message="Something went wrong").model_dump(), status_code=500)
```

## Fix
Log the exception and answer with a fixed message and a code. For what the caller can mend, raise an error of the
domain, whose message is written for callers.

## Limits
The message of the project's own error, or of a `ValueError`, is taken to be written for callers as long as the status
blames them, and so is that of a library's exception for which a handler is registered by name. With a status of 500 and
above every text of an exception is reported, unless it stands in the code wherever the project raises the exception, or
in the constructor of that. An exception that is itself the `detail` cannot be written as JSON: no text leaves.
What a parser says of its input is for whoever wrote that. What is answered only while a debug setting is on is left
out. Texts that the project keeps in attributes of its errors are not followed. In a function that no route and nothing
else is seen to lead to, a finding has low confidence.

## References
OWASP Error Handling Cheat Sheet; CWE-209, Generation of Error Message Containing Sensitive Information.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    ExternalObject,
    Function,
    Priority,
    Project,
    Raise,
    Return,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    syntax,
    tree,
    unknown,
)

from ._error_responses import ErrorResponse, caught_in, error_responses, exception_handlers, given_to_calls
from ._leaks import BROAD, is_foreign, is_spoken, leaked_texts, says_fixed_texts
from ._unreached import is_unreached

DEBUG = frozenset({"debug", "is_debug", "debug_mode", "is_development", "is_dev", "development"})


@rule("ERR005", severity=Severity.ERROR, priority=Priority.P0)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    for response in (*error_responses(function, project), *_bodies_of_failures(function, project)):
        yield _judge(response, project)


def _bodies_of_failures(function: Function, project: Project) -> Iterator[ErrorResponse]:
    """Yield what a handler of routes returns from an `except` clause as if nothing had failed."""
    if not project.routes_of(function):
        return
    for returned in project.returns_in(function):
        if caught_in(returned) is not None and (returned.status is None or returned.status < 400):
            yield ErrorResponse(returned, returned.status, returned.value)


def _judge(response: ErrorResponse, project: Project) -> Verdict:
    site, handlers = response.site, exception_handlers(project)

    def errors_of(taker: Function) -> list[str]:
        return handlers.get(taker) or (["Exception"] if project.flow.callers(taker) else [])

    given = [(taker, value, list(leaked_texts(value, errors_of))) for taker, value in given_to_calls(site, project)]
    # A function that takes the error itself may tell its text or not; one that takes the text tells it.
    whole = [taker for taker, value, found in given if found and isinstance(taker, Function) and _is_error(value)]
    texts = [] if response.body is None or _is_object(response) else list(leaked_texts(response.body, errors_of))
    texts += [text for taker, _, found in given if taker not in whole for text in found]
    if _is_for_debugging(response) or not (texts or whole):
        return ok(site.place, "nothing internal is in it")
    if not texts:
        return unknown(site.place, f"what {whole[0].name} makes of the error is not known")
    verdicts = {_is_foreign(text, response, project): text for text in texts}
    if True in verdicts:
        text = verdicts[True]
        what = f"the text of {text.type}" if text.call is None else f"what {text.call.name} gives"
        return fail(
            site.place, f"{what} reaches the client{_with(response)}", confidence=_confidence(response, project)
        )
    own = next((text for text in texts if is_foreign(text, project) is False and not _is_harmless(text, project)), None)
    if response.is_server_error and own is not None:
        message = f"the text of {own.type} reaches the client{_with(response)}"
        return fail(site.place, message, confidence=min(Confidence.MEDIUM, _confidence(response, project)))
    if None in verdicts:
        return unknown(site.place, "which exception this is is not known")
    return ok(site.place, "nothing internal is in it")


def _is_object(response: ErrorResponse) -> bool:
    """Say whether an exception itself is the detail of another one: it cannot be written as JSON."""
    body = response.body
    return (
        isinstance(response.site, Raise)
        and isinstance(body, ExternalObject)
        and _is_error(body)
        and "[" not in (body.type or "[")
    )


def _is_error(value: Value) -> bool:
    return isinstance(value, ExternalObject) and value.call is None and value.origin is not None


def _is_harmless(text: ExternalObject, project: Project) -> bool:
    return is_spoken(text) or says_fixed_texts(text, project)


def _is_foreign(text: ExternalObject, response: ErrorResponse, project: Project) -> bool | None:
    """Say whether the text is not the application's own; what a handler was registered for by name is taken on."""
    is_taken_on = text.origin is not None and text.origin.kind == "parameter" and text.type not in BROAD
    return False if is_taken_on and not response.is_server_error else is_foreign(text, project)


def _with(response: ErrorResponse) -> str:
    return f" with status {response.status}" if response.status is not None else ""


def _confidence(response: ErrorResponse, project: Project) -> Confidence:
    if response.site.function is not None and is_unreached(response.site.function, project):
        return Confidence.LOW
    return Confidence.HIGH if response.is_server_error or not isinstance(response.site, Return) else Confidence.MEDIUM


def _is_for_debugging(response: ErrorResponse) -> bool:
    """Say whether a condition around the response, or inside of it, asks for a debug setting."""
    site = response.site
    tests = [block.test for block in site.blocks if isinstance(block, syntax.If)]
    tests += [node.test for node in tree.descendants([site.node]) if isinstance(node, syntax.IfExp)]
    names = {getattr(node, "attr", getattr(node, "id", "")) for node in tree.descendants(tests)}
    return not DEBUG.isdisjoint(str(name).lower() for name in names)
