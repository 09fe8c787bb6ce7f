r"""An exception is turned into a server error, and nothing logs it.

## Why
The exception was the only one who knew what went wrong. Once it has become "Internal server error" its traceback is
gone: those who have to mend it learn that something failed, and never what.

## Bad
```python
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse


class StorageError(Exception):
    "The storage does not answer."


app = FastAPI()


@app.exception_handler(StorageError)
async def answer(request: Request, error: StorageError) -> JSONResponse:
    return JSONResponse({"code": "STORAGE", "message": "try later"}, status_code=503)  # finding


@app.post("/items")
def create_item(number: int) -> float:
    try:
        return 1 / number
    except Exception as error:
        raise HTTPException(500, {"code": "INTERNAL", "message": "failed"}) from error  # finding
```

## Good
```python
import logging

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse


class StorageError(Exception):
    "The storage does not answer."


logger = logging.getLogger(__name__)
app = FastAPI()


def note(error: Exception) -> None:
    logger.error("failed", exc_info=error)


@app.exception_handler(StorageError)
async def answer(request: Request, error: StorageError) -> JSONResponse:
    note(error)
    return JSONResponse({"code": "STORAGE", "message": "try later"}, status_code=503)


@app.exception_handler(Exception)
async def answer_all(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"code": "INTERNAL", "message": "failed"}, status_code=500)


@app.post("/items")
def create_item(number: int) -> float:
    try:
        return 1 / number
    except ZeroDivisionError as error:
        raise HTTPException(400, {"code": "ZERO", "message": "not zero"}) from error
    except Exception as error:
        logger.exception("the item could not be made")
        raise HTTPException(500, {"code": "INTERNAL", "message": "failed"}) from error


@app.get("/health")
def health() -> dict[str, str]:
    try:
        create_item(1)
    except Exception as error:
        raise HTTPException(503, {"code": "DOWN", "message": "down"}) from error
    return {"status": "ok"}
```

## Fix
`logger.exception(…)` in the `except` clause, `logger.error(…, exc_info=error)` in an exception handler, before
answering. Or leave the exception alone: a handler for `Exception` answers it and the server logs it.

## Limits
A handler for `Exception` or 500 needs no log of its own, because Starlette raises the exception again once it has
answered. A call of a project function counts when it logs. Where an error tracker is initialised it sees server errors
with what caused them, which counts as well. Probes and 501 are left out, and so is 503 for an error of the project's
own (a queue that is full, say).

## References
Starlette documentation, Exceptions; OWASP Logging Cheat Sheet; CWE-778, Insufficient Logging.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, Function, Project, Severity, Verdict, fail, ok, rule, syntax

from ._error_responses import ErrorResponse, caught_in, error_responses, exception_handlers
from ._monitoring import monitoring
from ._special_routes import answers_machines

LOGS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "print_exc"})
REPORTS = frozenset({"capture_exception", "capture_message", "record_exception", "report_exc_info", "notify"})


@rule("ERR008", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if answers_machines(function, project):
        return
    handled = exception_handlers(project).get(function, [])
    if not {"Exception", "BaseException"}.isdisjoint(handled):
        yield ok(function.place, "the server logs it")
        return
    for response in error_responses(function, project):
        clause = caught_in(response.site)
        is_failure = response.is_server_error and not _is_meant(response, clause, project)
        if is_failure and (clause is not None or handled):
            yield _judge(response, clause, project)


def _is_meant(response: ErrorResponse, clause: syntax.Handler | None, project: Project) -> bool:
    """Say whether a server error is an answer like any other: something is not there, or an error of the project's own
    says that the service is too busy.
    """
    function = response.site.function
    if response.status != 503 or clause is None or function is None:
        return response.status == 501
    caught = next((one.catches for one in project.except_clauses_in(function) if one.handler is clause), (None,))
    return {str(cls) for cls in project.classes}.issuperset(caught)


def _judge(response: ErrorResponse, clause: syntax.Handler | None, project: Project) -> Verdict:
    place = response.site.place
    calls = project.calls_in(response.site.function) if response.site.function is not None else ()
    inside = [call for call in calls if clause is None or any(block is clause for block in call.blocks)]
    if any(_logs(call, project) for call in inside):
        return ok(place, "it is logged")
    found = monitoring(project)
    if found is not None:
        return ok(found[1], found[0])
    return fail(place, f"the exception becomes a {response.status} and nothing logs it")


def _logs(call: Call, project: Project) -> bool:
    if _is_log(call):
        return True
    if not isinstance(call.target, Function):
        return False
    return any(
        _is_log(inner) for function in project.reached([call.target], depth=2) for inner in project.calls_in(function)
    )


def _is_log(call: Call) -> bool:
    if not isinstance(call.node, syntax.Call):
        return False
    method = call.method
    if (method or (call.name or "").rpartition(".")[2]) in REPORTS:
        return True
    return method is not None and (method in LOGS or method.removeprefix("a") in LOGS)  # structlog: aerror
