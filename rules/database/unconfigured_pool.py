r"""A pool of connections has the size that the library happens to have chosen.

## Why
An engine of SQLAlchemy holds five connections and opens ten more, whatever the service does: with forty worker threads
or a hundred requests at a time the others wait for half a minute and fail with `QueuePool limit reached`. And every
process has its own: with eight of them the database is asked for 120 connections, where PostgreSQL allows 100.

## Bad
```python
from sqlalchemy import create_engine

engine = create_engine("postgresql://db.example/shop", pool_pre_ping=True)  # finding
```

```python
import os

import asyncpg


async def connect() -> asyncpg.Pool:
    return await asyncpg.create_pool(os.environ["DATABASE_URL"])  # finding
```

## Good
```python
from pydantic_settings import BaseSettings
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import create_async_engine


class Settings(BaseSettings):
    database_url: str = "postgresql+asyncpg://db.example/shop"
    pool_size: int = 10


settings = Settings()
options = {"pool_size": settings.pool_size, "max_overflow": 5}
engine = create_async_engine(settings.database_url, **options)
behind_pgbouncer = create_engine("postgresql://db.example/shop", poolclass=NullPool)
local = create_engine("sqlite:///shop.db")
```

An engine for one piece of work is none that requests share:

```python
from sqlalchemy import create_engine, text


def is_reachable(url: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as connection:
        return connection.execute(text("SELECT 1")).scalar() == 1
```

## Fix
Set `pool_size` and `max_overflow` (`min_size` and `max_size` of a driver's pool) from the settings: as many connections
as run queries at a time, and for all processes together fewer than the database allows. Behind a pooler such as
PgBouncer, `poolclass=NullPool`.

## Limits
Whether the numbers fit is not judged, only that somebody chose them. Databases in a file (SQLite, DuckDB) are left out,
and engines that are named for the tests.
Where the URL is not known, the drivers that the service asks for say which database it is; without any, and where `**`
brings options that are not known, the verdict is unknown. What one request makes for itself is another rule's
subject (PRF020).

## References
SQLAlchemy documentation, Connection Pooling and Engine Configuration; asyncpg documentation, Connection Pools; psycopg
documentation, Connection pools; PostgreSQL documentation, max_connections.
"""

from fastapi_audit.rule_api import (
    Confidence,
    Pool,
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

from ._engines import is_kept_for_requests


@rule("DBS007", severity=Severity.WARNING, priority=Priority.P0)
def check(pool: Pool, project: Project) -> Verdict:
    engine = pool.engine
    if engine is not None and engine.reaches_server is False:
        return skip
    if not is_kept_for_requests(pool.call, project):
        return skip
    if pool.sizes:
        return ok(pool.place, f"`{next(iter(pool.sizes))}` is chosen")
    if pool.is_open:
        return unknown(pool.place, "which options it is given is not known")
    if engine is None:
        return fail(pool.place, f"nothing says how many connections `{pool.call.name}` may open")
    if engine.reaches_server is None:
        return unknown(pool.place, "which database the engine reaches is not known")
    return fail(
        pool.place,
        "nothing says how many connections this engine may open: it is 5, and 10 more",
        confidence=Confidence.MEDIUM if engine.may_be_file else Confidence.HIGH,
    )
