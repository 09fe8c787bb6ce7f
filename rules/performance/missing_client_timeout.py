r"""A call to another service may wait for ever.

## Why
A service that does not answer keeps everybody waiting who asks it: the thread or connection is gone, soon all of them
are, and one slow neighbour has taken this service down too.

## Bad
```python
import smtplib

import httpx
import requests
from fastapi import FastAPI

app = FastAPI()
client = httpx.Client(timeout=None)  # finding


@app.get("/rates")
def read_rates() -> object:
    return requests.get("https://rates.example").json()  # finding


@app.post("/letters")
def send_letter() -> None:
    with smtplib.SMTP("mail.example") as server:  # finding
        server.sendmail("shop@mail.example", "you@mail.example", "hello")
```

## Good
```python
import smtplib

import httpx
import requests
from fastapi import FastAPI

app = FastAPI()
client = httpx.Client()


@app.get("/rates")
def read_rates() -> object:
    return requests.get("https://rates.example", timeout=5).json()


@app.get("/news")
def read_news() -> object:
    return client.get("https://news.example").json()


@app.post("/letters")
def send_letter() -> None:
    with smtplib.SMTP("mail.example", timeout=10) as server:
        server.sendmail("shop@mail.example", "you@mail.example", "hello")
```

## Fix
Say how long to wait: `timeout=` in the call or where the client is made.

## Limits
The defaults of the common clients are known: httpx waits five seconds and aiohttp five minutes, which passes; requests,
urllib, smtplib and Redis before version 8 wait for ever. `timeout=None` has medium confidence: it may be meant. Exempt,
because the bound may be there, are calls that get arguments by `*` or `**`, addresses that say `timeout`, sessions of
requests once the project mounts an adapter of its own or has a session class that overrides `request` or `send`, and
the standard library once `socket.setdefaulttimeout` is called. Commands, and what they alone import, keep no request
waiting and are left out. A version that is not known is taken for the newest.

## References
requests documentation, Timeouts; HTTPX documentation, Timeouts; OWASP API Security 2023, API4; CWE-400.
"""

from collections.abc import Iterable

from fastapi_audit.rule_api import (
    Call,
    Client,
    Confidence,
    ExternalObject,
    Instance,
    Known,
    Project,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    modules_of_commands,
    ok,
    rule,
    skip,
    syntax,
    unknown,
)

STANDARD_LIBRARY = frozenset({"ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "telnetlib", "urllib"})
SESSION = "requests.Session"


@rule("PRF016", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    client = project.known_calls.client(call.name) if call.name is not None else None
    if call.name is None or client is None or client.timeout is None or call.module in modules_of_commands(project):
        return skip
    what = ".".join(call.name.split(".")[-2:])
    given = call.argument(client.timeout_position, *client.timeout_arguments)
    if _is_unbounded(given) and "timeout" in call.named:
        return fail(call.place, f"`{what}` is told to wait for ever", confidence=Confidence.MEDIUM)
    package = call.name.partition(".")[0]
    if given is not None or not client.waits_for_ever(project.versions.get(package)) or _says_timeout(call):
        return ok(call.place)
    if isinstance(call.node, syntax.Call) and any(argument.star for argument in call.node.args):
        return unknown(call.place, "a timeout may be among its `*` or `**` arguments")
    if package in STANDARD_LIBRARY and any(other.name == "socket.setdefaulttimeout" for other in project.calls):
        return ok(call.place)
    if call.name.startswith(f"{SESSION}.") and _bounds_sessions(project):
        return unknown(call.place, "the project's own session or adapter may set a timeout")
    return fail(call.place, f"`{what}` waits for ever: {_remedy(client)}")


def _remedy(client: Client) -> str:
    return f"no `{client.timeout_arguments[0]}` is given" if client.timeout_arguments else "it has no timeout"


def _is_unbounded(given: Value | None) -> bool:
    """Say whether a timeout is None, or httpx's way to say so."""
    if isinstance(given, ExternalObject) and given.call is not None and given.call.name == "httpx.Timeout":
        return not given.call.named and [value for value in given.call.positional if not _is_unbounded(value)] == []
    return isinstance(given, Known) and given.value is None and not given.is_default


def _says_timeout(call: Call) -> bool:
    return any("timeout" in text for text in _texts((*call.positional, *call.named.values())))


def _texts(values: Iterable[Value]) -> list[str]:
    parts = [part for value in values for part in (value.parts if isinstance(value, Template) else (value,))]
    known = [part.value if isinstance(part, Known) else part for part in parts]
    return [text for text in known if isinstance(text, str)]


def _bounds_sessions(project: Project) -> bool:
    """Say whether sessions of requests may have a timeout of their own: by a subclass, or by an adapter."""
    own = any(cls.is_a(SESSION) and not cls.methods.keys().isdisjoint(("request", "send")) for cls in project.classes)
    mounts = (call.argument(1, "adapter") for call in project.calls if call.name == f"{SESSION}.mount")
    return own or any(isinstance(adapter, Instance) for adapter in mounts)
