r"""An asynchronous function keeps the processor busy on the event loop.

## Why
Hashing a password takes a quarter of a second on purpose, scaling an image or reading a spreadsheet often longer. On
the event loop nothing else runs meanwhile: with a handful of log-ins per second a worker answers nobody any more.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI

from app.passwords import verify

app = FastAPI()


@app.post("/login")
async def login(password: str) -> bool:
    return verify(password, "…")  # finding
# file: app/passwords.py
import bcrypt


def verify(password: str, hashed: str) -> bool:
    return bcrypt.checkpw(password.encode(), hashed.encode())
```

## Good
```python
import asyncio

import bcrypt
from fastapi import FastAPI

app = FastAPI()


@app.post("/login")
async def login(password: str) -> bool:
    return await asyncio.to_thread(bcrypt.checkpw, password.encode(), b"...")


@app.post("/log-in")
def log_in(password: str) -> bool:
    return bcrypt.checkpw(password.encode(), b"...")
```

## Fix
Await `asyncio.to_thread(function, …)` or make the handler a plain `def`: password hashing and image libraries release
the interpreter's lock while they work. Give what takes seconds to a process or a queue of tasks.

## Limits
What is heavy is known from a table of libraries (passwords, images, data frames, compression, documents, cryptography,
models). How much data a call gets is not known: what may be light has medium confidence. Exempt is what PRF001 exempts.

## References
OWASP Password Storage Cheat Sheet; Python documentation, Developing with asyncio, "Running blocking code".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Function, Project, Severity, Verdict, ok, rule, skip

from ._loop import held_up


@rule("PRF003", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if not project.flow.holds_up_requests(function):
        yield skip
        return
    failures = list(held_up(function, project, "processor", "keeps the event loop busy"))
    yield from failures or [ok(function.place)]
