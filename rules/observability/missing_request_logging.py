r"""Requests come and go, and nothing writes down that they did.

## Why
Who asked for what, when, with which answer and how long it took: that is the first thing to look for when users
complain, when numbers do not add up, and after a break-in.

## Bad
```python
# file: Dockerfile
FROM python:3.12
COPY app app
# finding
CMD ["uvicorn", "app.main:app", "--no-access-log"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

Gunicorn logs requests when it is told where to:

```python
# file: Dockerfile
FROM python:3.12
COPY app app
# finding
CMD ["gunicorn", "app.main:app", "-k", "uvicorn.workers.UvicornWorker"]
# file: app/main.py
import logging

from fastapi import FastAPI, Request

app = FastAPI()


@app.middleware("http")
async def catch(request: Request, call_next):
    try:
        return await call_next(request)
    except Exception:
        logging.info("request failed: %s", request.url)
        raise


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Good
```python
# file: Dockerfile
FROM python:3.12
COPY app app
CMD ["uvicorn", "app.main:app"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
# file: Dockerfile
FROM python:3.12
COPY app app
CMD ["uvicorn", "app.main:app", "--no-access-log"]
# file: app/main.py
import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

logger = structlog.get_logger()


class AccessLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        logger.info("request_done", path=scope["path"])


app = FastAPI()
app.add_middleware(AccessLog)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
Log each request in a middleware, with its id, status and duration, or leave the access log of the server on:
`--access-logfile -` for gunicorn and hypercorn, `--access-log` for granian.

## Limits
The access log of uvicorn, which is on by default, counts; so do the spans that OpenTelemetry, logfire and agents make
of every request. Commands for production are looked at first. Where nothing says how the service is started, or a
configuration file of the server decides, the verdict is unknown. A log that the code switches off later is not seen.

## References
uvicorn documentation, Settings, Logging; gunicorn documentation, `accesslog`; OWASP Logging Cheat Sheet.
"""

from fastapi_audit.rule_api import (
    Application,
    Duty,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._access_logs import servers
from ._request_logs import makers_of_handlers, possible_log, request_log, unknown_middleware


@rule("OBS010", severity=Severity.WARNING, priority=Priority.P1)
def check(application: Application, project: Project) -> Verdict:
    if application.mounted_in is not None or not project.served_by(application):
        return skip
    log = request_log(application, project)
    if log is not None:
        return ok(log.place, "requests are logged here")
    found = project.instrument_for(Duty.REQUESTS)
    if found is not None:
        return ok(found.place, str(found))
    return by_server(application, project)


def by_server(application: Application, project: Project) -> Verdict:
    """Judge by the servers; the code logs nothing."""
    known = servers(project)
    writing = next((server for server in known if server.logs_requests), None)
    if writing is not None:
        return ok(writing.place, f"{writing.name} writes an access log")
    middleware = unknown_middleware(application)
    if middleware is not None:
        return unknown(middleware.place, f"`{middleware.name or '?'}` may log requests")
    call = possible_log(application, project)
    if call is not None:
        return unknown(call.place, "this call may log requests")
    for maker in makers_of_handlers(project):
        return unknown(maker.place, "this class of routes may log requests")
    undecided = next((server for server in known if server.logs_requests is None), None)
    if undecided is not None:
        return unknown(undecided.place, f"whether {undecided.name} logs requests is configured elsewhere")
    if not known:
        return unknown(application.place, "nothing in the repository says how it is started")
    return fail(known[0].place, f"{known[0].name} writes no access log, and nothing else logs requests")
