r"""An event loop is started where one is running already.

## Why
A thread runs one event loop at a time. `asyncio.run` and `run_until_complete` raise `RuntimeError` when they are called
from a coroutine, at whatever depth: a helper that worked in a script fails with a server error in the first handler
that calls it.

## Bad
```python
# file: app/main.py
import asyncio

from fastapi import FastAPI

from app.mail import send_welcome

app = FastAPI()


async def load() -> list[int]:
    return [1]


@app.get("/orders")
async def list_orders() -> list[int]:
    return asyncio.run(load())  # finding


@app.post("/users")
async def create_user() -> None:
    send_welcome("new user")
# file: app/mail.py
import asyncio


async def send(text: str) -> None: ...


def send_welcome(text: str) -> None:
    asyncio.get_event_loop().run_until_complete(send(text))  # finding
```

## Good
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


async def load() -> list[int]:
    return [1]


def load_in_script() -> list[int]:
    return asyncio.run(load())


@app.get("/orders")
async def list_orders() -> list[int]:
    return await load()


@app.get("/offloaded")
async def list_offloaded() -> list[int]:
    return await asyncio.to_thread(load_in_script)


if __name__ == "__main__":
    load_in_script()
```

## Fix
Await the coroutine, and make the functions on the way `async def`. In a worker thread, hand it back to the loop with
`anyio.from_thread.run(function, …)`.

## Limits
Every call in an `async def` is reported, and one in a plain function when it is certain that an asynchronous one calls
it, over any number of calls and in its own thread. What is handed to a thread is right. A function that asks for a
running loop itself, and a project that calls `nest_asyncio.apply`, stay unknown.

## References
Python documentation, asyncio Runners: `asyncio.run`; FastAPI documentation, Concurrency and async / await.
"""

from fastapi_audit.rule_api import Call, Confidence, Project, Related, Severity, Verdict, fail, ok, rule, skip, unknown

from ._own_loops import asks_for_loop, runs_own_loop, way_from_loop

PATCH = "nest_asyncio.apply"


@rule("COR007", severity=Severity.ERROR)
def check(call: Call, project: Project) -> Verdict:
    if not runs_own_loop(call, project):
        return skip
    if call.function is None:
        return ok(call.place)
    if any(other.name == PATCH for other in project.calls):
        return unknown(call.place, f"`{PATCH}` lets event loops run inside each other")
    way = () if call.function.is_async else way_from_loop(call.function, project)
    if not call.function.is_async and not way:
        return ok(call.place)
    if asks_for_loop(call.function, project):
        return unknown(call.place, "the function looks for a running event loop before")
    what = f"`{(call.name or '').rpartition('.')[2]}` fails"
    if not way:
        return fail(call.place, f"{what} in `async def {call.function.name}`: an event loop is running there")
    steps = tuple(Related(edge.call.place, f"`{edge.caller}` calls `{edge.callee.name}`") for edge in reversed(way))
    message = f"{what} when `{call.function.name}` is called from `async def {way[-1].caller}`"
    return fail(call.place, message, related=steps, confidence=Confidence.MEDIUM)
