r"""An asynchronous function waits in a way that blocks the event loop.

## Why
An `async def` runs on the event loop. While it waits for a network, a file, a process or a lock without `await`, no
other request of the worker makes progress, health checks included. The wait is often several functions and files away
from the handler, where nobody who reads the handler sees it.

## Bad
```python
# file: app/main.py
import time

import requests
from fastapi import Depends, FastAPI

from app.rates import load_rates

app = FastAPI()


async def current_user():
    return requests.get("https://id.example.com/me", timeout=5).json()  # finding


@app.get("/prices")
async def prices(user: dict = Depends(current_user)) -> dict:
    time.sleep(0.1)  # finding
    return load_rates()  # finding
# file: app/rates.py
import httpx


def load_rates() -> dict:
    return fetch("https://rates.example.com")


def fetch(url: str) -> dict:
    return httpx.get(url, timeout=5).json()
```

## Good
```python
import asyncio

import httpx
import requests
from fastapi import BackgroundTasks, FastAPI
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


def fetch(url: str) -> dict:
    return requests.get(url, timeout=5).json()


@app.get("/prices")
async def prices() -> dict:
    async with httpx.AsyncClient() as client:
        response = await client.get("https://rates.example.com")
    await asyncio.sleep(0.1)
    return response.json()


@app.get("/offloaded")
async def offloaded(tasks: BackgroundTasks) -> dict:
    tasks.add_task(fetch, "https://rates.example.com/refresh")
    return await run_in_threadpool(fetch, "https://rates.example.com")
```

FastAPI runs a plain `def` handler or dependency in a thread, where waiting is right.

```python
import time

from fastapi import Depends, FastAPI

app = FastAPI()


def pause() -> None:
    time.sleep(0.1)


@app.get("/slow", dependencies=[Depends(pause)])
def slow() -> None:
    time.sleep(1)
```

What runs at startup holds up no request, and a function that keeps its only result waits once.

```python
import time
from contextlib import asynccontextmanager
from functools import lru_cache

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI):
    time.sleep(1)
    yield


@lru_cache
def settings() -> str:
    with open("settings.json") as file:
        return file.read()


app = FastAPI(lifespan=lifespan)


@app.get("/settings")
async def read() -> str:
    return settings()
```

## Fix
Use the asynchronous client of the same service; or make the handler or dependency a plain `def`; or await
`run_in_threadpool(function, …)` or `asyncio.to_thread(function, …)`. What blocks is known from tables; a project names
its own helpers, wrappers and exceptions under `blocking-calls`, `offloading-calls` and `trusted-calls`.

## Limits
Exempt is what does not run on the loop that serves requests: plain handlers, dependencies and background tasks, what
is handed to a thread, a process or a queue, startup and shutdown, `asyncio.run`. Access to databases is PRF002, work of
the processor PRF003. Opening, writing and listing local files has medium confidence; one look at a file (`exists`,
`stat`) has low, and so have opening and listing in a function that the handler calls.
In a function that nothing is known to run, a direct call has less confidence and an indirect one low. A method of an
object whose type is not known is not followed, nor a function that calls its parameter.

## References
FastAPI documentation, Concurrency and async / await; Python documentation, Developing with asyncio, "Running blocking
code".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Function, Project, Severity, Verdict, ok, rule, skip

from ._loop import held_up


@rule("PRF001", severity=Severity.ERROR)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if not project.flow.holds_up_requests(function):
        yield skip
        return
    failures = list(held_up(function, project, "blocking", "blocks the event loop"))
    yield from failures or [ok(function.place)]
