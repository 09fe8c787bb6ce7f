r"""A request starts an event loop or a thread of its own.

## Why
A loop that is made for one request shares nothing with the one that serves: clients, pools and locks that belong to the
other loop fail in it with "attached to a different loop". A thread that nobody waits for outlives the request, loses
its exceptions, dies half-way at every restart, and nothing limits how many of them there are.

## Bad
```python
import asyncio
import threading

from fastapi import FastAPI

app = FastAPI()


async def load() -> list[int]:
    return [1]


def write_report(name: str) -> None: ...


@app.get("/orders")
def list_orders() -> list[int]:
    return asyncio.run(load())  # finding


@app.post("/reports")
def create_report(name: str) -> None:
    threading.Thread(target=write_report, args=(name,)).start()  # finding
```

## Good
```python
import threading
from contextlib import asynccontextmanager

from fastapi import BackgroundTasks, FastAPI


async def load() -> list[int]:
    return [1]


def write_report(name: str) -> None: ...


def watch() -> None: ...


@asynccontextmanager
async def lifespan(app: FastAPI):
    threading.Thread(target=watch, daemon=True).start()
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/orders")
async def list_orders() -> list[int]:
    return await load()


@app.post("/reports")
def create_report(name: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(write_report, name)


@app.get("/sums")
def add_up() -> None:
    threads = [threading.Thread(target=watch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
```

## Fix
Make the handler `async def` and await the coroutine; from a thread, `anyio.from_thread.run(function, …)`. Work that may
outlast the request belongs to `BackgroundTasks` or to a queue.

## Limits
Looked at is what handlers, dependencies and middleware reach. A loop that is started while another one runs in the same
thread is COR007. A thread is reported when it is started at once, or under a name of the function that nothing else is
done with: one that is joined, kept, returned or handed on has an owner.

## References
FastAPI documentation, Background Tasks; Python documentation, asyncio Runners and threading; AnyIO documentation,
Working with threads.
"""

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    Function,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

from ._handed_on import is_left_alone
from ._own_loops import asks_for_loop, runs_own_loop, way_from_loop

LOOPS = frozenset({"asyncio.new_event_loop", "uvloop.new_event_loop"})
THREADS = frozenset({"threading.Thread", "threading.Timer"})


@rule("COR019", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    is_thread, function = call.name in THREADS, call.function
    if not is_thread and call.name not in LOOPS and not runs_own_loop(call, project):
        return skip
    if function is None or not project.flow.serves(function):
        return ok(call.place)
    if is_thread and not is_left_alone(call):
        return ok(call.place)
    if not is_thread and is_on_loop(function, project):
        return skip
    what = "starts a thread that nobody waits for," if is_thread else "makes an event loop of its own"
    confidence = Confidence.HIGH if function in project.flow.entries else Confidence.MEDIUM
    return fail(call.place, f"`{function.name}` {what} for each request", confidence=confidence)


def is_on_loop(function: Function, project: Project) -> bool:
    """Say whether a loop runs around a function, or the function finds that out itself: no matter of this rule."""
    return function.is_async or asks_for_loop(function, project) or bool(way_from_loop(function, project))
