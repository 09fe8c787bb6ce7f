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


def newest(session: Session) -> str:
    return session.execute(text("SELECT name FROM items ORDER BY id DESC")).scalar_one()


@app.get("/newest")
async def read_newest(session: Session = Depends(get_session)) -> str:
    return newest(session)  # finding
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
Exempt is what does not run on the loop that serves requests: plain handlers, dependencies and background tasks, what
is handed to a thread, a process or a queue, startup and shutdown, `asyncio.run`, which has a loop of its own. What is
awaited counts as asynchronous, whatever its annotation says, and inside `AsyncSession.run_sync` waiting is right. A
session whose type is not known is not followed.

## References
FastAPI documentation, Concurrency and async / await; SQLAlchemy documentation, Asynchronous I/O (asyncio).
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Function, Project, Severity, Verdict, ok, rule, skip

from ._loop import held_up


@rule("PRF002", severity=Severity.ERROR)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if not project.flow.holds_up_requests(function):
        yield skip
        return
    failures = list(held_up(function, project, "data", "blocks the event loop"))
    if failures:
        yield from failures
    elif any(access.waits for access in project.data_accesses_in(function)):
        yield ok(function.place)
    else:
        yield skip
