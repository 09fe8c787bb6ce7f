r"""The lines that one request writes to the log cannot be told from those of all others.

## Why
A busy service writes the lines of many requests at a time. Without an identifier on each of them nobody can follow one
request through the log, let alone through several services, and a user who reports an error can name nothing to look
for.

## Bad
```python
# finding: project
import logging

from fastapi import FastAPI

logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> int:
    logger.info("reading item %s", item_id)
    return item_id
```

## Good
```python
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request

app = FastAPI()


@app.middleware("http")
async def identify(request: Request, call_next):
    structlog.contextvars.bind_contextvars(request_id=str(uuid4()))
    return await call_next(request)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
import logging
from contextvars import ContextVar
from uuid import uuid4

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

current: ContextVar[str] = ContextVar("current", default="-")


class Identified(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        return True


class Identify:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        current.set(str(uuid4()))
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Identify)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI

app = FastAPI()
app.add_middleware(CorrelationIdMiddleware)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
A middleware that takes `X-Request-ID`, or makes an identifier, binds it to the log and puts it on the response; or
asgi-correlation-id, starlette-context, or trace ids of OpenTelemetry in the log.

## Limits
Known by libraries, by headers of responses, and by the names of what is bound to the log or added to its records. An
identifier that is only made or kept is not known to get to the log; agents may add theirs when they are told to.

## References
asgi-correlation-id documentation; structlog documentation, Context Variables; OpenTelemetry documentation, Logs,
Correlation; microservices.io, Distributed tracing.
"""

from collections.abc import Iterator
from itertools import chain

from fastapi_audit.rule_api import (
    Duty,
    Function,
    Known,
    Place,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._request_ids import answered, bound, is_request_id, mentions
from ._request_logs import makers_of_handlers, passed, unknown_middleware


@rule("OBS003", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not any(application.routes for application in project.applications):
        return skip
    found = project.instrument_for(Duty.REQUEST_IDS)
    if found is not None:
        return ok(found.place, str(found))
    entries = (entry for application in project.applications for entry in passed(application, project))
    functions = project.reached(entries, depth=2)
    evidence = next(chain(answered(functions, project), bound(project)), None)
    if evidence is not None:
        return ok(*evidence)
    hint = next(hints(functions, project), None)
    if hint is not None:
        return unknown(*hint)
    return fail(None, "no identifier tells the records of one request from those of others")


def hints(functions: tuple[Function, ...], project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what may bring an identifier to the log for all that can be told."""
    possible = project.possible_instrument_for(Duty.REQUEST_IDS)
    if possible is not None:
        yield possible.place, f"whether `{possible}` adds its identifiers to the log is said outside of the code"
    for function in functions:
        if mentions(function):
            yield function.place, "whether the identifier that is kept here gets to the log is not known"
    for call in project.calls:
        first = call.argument(0, "name") if call.name == "contextvars.ContextVar" else None
        if isinstance(first, Known) and is_request_id(str(first.value)):
            yield call.place, "whether this identifier gets to the log is not known"
    for maker in makers_of_handlers(project):
        yield maker.place, "this class of routes may bind an identifier"
    for application in project.applications:
        middleware = unknown_middleware(application)
        if middleware is not None:
            yield middleware.place, f"`{middleware.name or '?'}` may bind an identifier"
