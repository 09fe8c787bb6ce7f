r"""An asynchronous function waits for the database in a way that blocks the event loop.

## Why
An `async def` runs on the event loop. While a synchronous driver or session waits there, no other request of the worker
makes progress: one slow query makes every caller slow, and under load the whole service stands still.

## Bad
```python
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

SessionLocal = sessionmaker(bind=create_engine("sqlite:///shop.db"))
app = FastAPI()


def get_session():
    with SessionLocal() as session:
        yield session


@app.get("/count")
async def count(session: Session = Depends(get_session)) -> int:
    return session.execute(text("SELECT count(*) FROM items")).scalar_one()  # finding
```

## Good
```python
from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

make_session = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///shop.db"))
app = FastAPI()


async def get_session():
    async with make_session() as session:
        yield session


@app.get("/count")
async def count(session: AsyncSession = Depends(get_session)) -> int:
    return (await session.execute(text("SELECT count(*) FROM items"))).scalar_one()
```

A plain `def` handler is right with a synchronous session: FastAPI runs it in a thread.

```python
import sqlite3

from fastapi import FastAPI

app = FastAPI()


@app.get("/count")
def count() -> int:
    with sqlite3.connect("shop.db") as connection:
        return connection.execute("SELECT count(*) FROM items").fetchone()[0]
```

## Fix
Use the asynchronous session or driver of the same library; or make the handler a plain `def`; or move the query into a
function and await `run_in_threadpool(function, …)`.

## Limits
Only calls that stand in the asynchronous function itself are judged, not those of plain functions that it calls. Left
out are the lifespan and what runs at startup and shutdown, while no request is served, and what `asyncio.run` runs,
which shares its loop with nobody. What is awaited counts as asynchronous, whatever its annotation says.

## References
FastAPI documentation, Concurrency and async / await; SQLAlchemy documentation, Asynchronous I/O (asyncio).
"""

from fastapi_audit.rule_api import Call, DataAccess, Function, Project, Severity, Verdict, fail, ok, rule, skip, syntax

RUNNERS = ("asyncio.run", "uvloop.run")


@rule("PRF002", severity=Severity.ERROR)
def check(access: DataAccess, project: Project) -> Verdict:
    function = access.function
    if function is None or not access.waits:
        return skip
    if access.is_async or not access.runs_on_event_loop:
        return ok(access.place)
    if is_lifecycle(function, project) or runs_alone(function, project):
        return skip
    owner, _, method = (access.call.name or "").rpartition(".")
    what = f"{owner.rpartition('.')[2]}.{method}"
    return fail(access.place, f"`{what}` blocks the event loop in `async def {function.name}`")


def is_lifecycle(function: Function, project: Project) -> bool:
    """Say whether a function runs at startup or shutdown: it is registered for that, or called from there only."""
    lifecycle = {inner for application in project.applications for inner in application.lifecycle}
    callers = {call.function for call in project.calls if call.target is function}
    return function in lifecycle or (bool(callers) and callers <= lifecycle)


def runs_alone(function: Function, project: Project) -> bool:
    """Say whether `asyncio.run(function(…))` stands somewhere."""
    runs = [call for call in project.calls if call.name in RUNNERS]
    run = {(call.module.path, argument.value.pos) for call in runs for argument in arguments(call)}
    return any(call.target is function and (call.module.path, call.node.pos) in run for call in project.calls)


def arguments(call: Call) -> tuple[syntax.Argument, ...]:
    return call.node.args if isinstance(call.node, syntax.Call) else ()
