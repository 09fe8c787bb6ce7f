r"""A request waits until a message is sent or a document rendered.

## Why
A mail server takes seconds, or does not answer at all, and the caller waits with it although the answer does not depend
on it; when the mail fails, so does a request whose work is done. A background task runs after the response, a queue
tries again as well.

## Bad
```python
# file: app/main.py
import httpx
from fastapi import FastAPI

from app.mail import welcome

app = FastAPI()
client = httpx.AsyncClient(timeout=5)


@app.post("/users", status_code=201)
async def create_user(address: str) -> str:
    await welcome(address)  # finding
    return address


@app.post("/orders", status_code=201)
async def create_order(item: str) -> str:
    await client.post("https://hooks.example.com/orders", json={"item": item})  # finding
    return item
# file: app/mail.py
from email.message import EmailMessage

import aiosmtplib


async def welcome(address: str) -> None:
    message = EmailMessage()
    message["To"] = address
    await send(message)


async def send(message: EmailMessage) -> None:
    await aiosmtplib.send(message, hostname="mail.example.com")
```

## Good
```python
# file: app/main.py
import httpx
from fastapi import BackgroundTasks, FastAPI

from app.mail import welcome
from app.tasks import report

app = FastAPI()
client = httpx.AsyncClient(timeout=5)


@app.post("/users", status_code=201)
async def create_user(address: str, tasks: BackgroundTasks) -> str:
    tasks.add_task(welcome, address)
    return address


@app.post("/reports", status_code=202)
def create_report(month: str) -> str:
    report.delay(month)
    return month


@app.get("/rates")
async def rates() -> dict:
    response = await client.post("https://rates.example.com/query", json={"base": "EUR"})
    return response.json()
# file: app/mail.py
from email.message import EmailMessage

import aiosmtplib


async def welcome(address: str) -> None:
    message = EmailMessage()
    message["To"] = address
    await aiosmtplib.send(message, hostname="mail.example.com")
# file: app/tasks.py
from celery import Celery
from weasyprint import HTML

queue = Celery("shop")


@queue.task
def report(month: str) -> None:
    HTML(string=f"<h1>{month}</h1>").write_pdf(f"{month}.pdf")
```

## Fix
`BackgroundTasks.add_task(…)` for what may be lost when the process stops; a queue (Celery, ARQ, Dramatiq, Taskiq) for
what may not, and for what takes long. A document is made by a task, too: the answer is 202 and where it will be.

## Limits
Handlers count that do such work, directly or over some functions of the project, or hand anything to a background task
or a queue; other services have no subject. A handler that stores nothing and answers with what became of its message,
or with the error of it, was asked to wait, and is no subject; one that also stores something counts. A `POST` to
another service counts where nothing is made of its answer but a log; a document where the answer is not a file. What is
sent through an object of unknown type is not seen. A handler that is named for trying the mail out (`send_test_mail`)
has to wait for it, and is no subject.

## References
FastAPI documentation, Background Tasks; RFC 9110, 15.3.3 202 Accepted; Celery documentation, First Steps.
"""

from fastapi_audit.rule_api import (
    Confidence,
    ExternalObject,
    Function,
    Priority,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

from ._heavy import Work, documents, handed_over, messages
from ._sending import is_what_was_asked_for

JSON = ("JSONResponse", "ORJSONResponse", "UJSONResponse")


@rule("PRF009", severity=Severity.WARNING, priority=Priority.P1)
def check(function: Function, project: Project) -> Verdict:
    if not any(route.kind == "http" for route in project.routes_of(function)):
        return skip
    if not names("heavy_work", "trying").isdisjoint(function.name.lower().split("_")):
        return skip
    work = messages(project).get(function) or documents(project).get(function)
    if work is not None and is_what_was_asked_for(function, work, project):
        return skip
    if work is not None and (function in messages(project) or not answers_with_file(function, project)):
        return in_request(function, work)
    away = handed_over(project).get(function)
    return ok(away.call.place, f"{away.what} takes work out of the request") if away else skip


def in_request(function: Function, work: Work) -> Verdict:
    steps = tuple(Related(step.place, f"this leads to `{short(step.name or step.method)}`") for step in work.chain[1:])
    confidence = Confidence.HIGH if work.is_certain else Confidence.MEDIUM
    message = f"`{function.name}` waits for `{short(work.chain[-1].name)}`, which {work.what}"
    return fail(work.call.place, message, related=steps, confidence=confidence)


def answers_with_file(function: Function, project: Project) -> bool:
    """Say whether a handler returns a response of its own that is no JSON: what it has rendered is the answer."""
    returned = [one.value for one in project.returns_in(function)]
    types = [value.type or "" for value in returned if isinstance(value, ExternalObject)]
    return any(name.startswith("fastapi.responses.") and not name.endswith(JSON) for name in types)


def short(name: str | None) -> str:
    return ".".join((name or "?").split(".")[-2:])
