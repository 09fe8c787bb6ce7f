r"""Several tasks use one database session at the same time.

## Why
An `AsyncSession` is one conversation with the database: it has one connection and one set of objects. Two tasks that
use it at once get errors such as "another operation is in progress", or each other's half-written objects.

## Bad
```python
import asyncio

from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

make_session = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///shop.db"))
app = FastAPI()


async def get_session():
    async with make_session() as session:
        yield session


async def count(session: AsyncSession, table: str) -> int:
    return (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


@app.get("/counts")
async def counts(session: AsyncSession = Depends(get_session)) -> list[int]:
    return await asyncio.gather(count(session, "items"), count(session, "orders"))  # finding
```

## Good
```python
import asyncio

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

make_session = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///shop.db"))
app = FastAPI()


async def count(table: str) -> int:
    async with make_session() as session:
        return (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()


@app.get("/counts")
async def counts() -> list[int]:
    return await asyncio.gather(count("items"), count("orders"))
```

## Fix
Give each task a session of its own, or await one query after the other.

## Limits
Looked at are `gather`, tasks and task groups that one function starts: a session that is handed to two of them or in a
loop, whose methods they are, that an object keeps whose methods they are, or that a nested function uses. Exempt is a
session that is made in the loop, and a nested function that takes a lock first. Task groups that get handed on, and
sessions of a type that is not known, are not followed.

## References
SQLAlchemy documentation, Asynchronous I/O, "Using AsyncSession with Concurrent Tasks"; asyncpg documentation,
Connection Pools.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    Function,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

from ._sessions_used import sessions_of
from ._side_by_side import Started, started_in


@rule("PRF019", severity=Severity.ERROR)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    started = started_in(function, project) if function.is_async else ()
    users: dict[str, list[Started]] = {}
    for one in started:
        for session in sessions_of(one, function, project):
            users.setdefault(session, []).append(one)
    shared = {session: using for session, using in users.items() if len(using) > 1 or using[0].loops}
    for session, using in shared.items():
        yield _failure(session, using, project)
    if not shared:
        yield ok(function.place) if len(started) > 1 else skip


def _failure(session: str, using: list[Started], project: Project) -> Verdict:
    first, last = using[0], using[-1]
    is_sure = all(one.call.target is None or one.call.target in project.reaching_data for one in using)
    return fail(
        last.by.place,
        f"several tasks use `{session}` at the same time",
        related=(Related(first.call.place, "the first of them"),) if first is not last else (),
        confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM,
    )
