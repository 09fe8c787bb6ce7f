r"""Nothing is cached: each request loads everything anew.

## Why
Most of what a service reads is the same for many requests and changes seldom. Without a cache the database answers the
same question again and again, and it is the part that is hardest to make larger.

## Bad
```python
# finding: project
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()
redis = Redis()


@app.get("/books/{book_id}")
async def read_book(book_id: int, session: AsyncSession):
    await redis.incr("requests")
    return (await session.scalars(select(int))).all()
```

## Good
```python
import json

from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()
redis = Redis()


@app.get("/books/{book_id}")
async def read_book(book_id: int, session: AsyncSession):
    key = f"book:{book_id}"
    if kept := await redis.get(key):
        return json.loads(kept)
    found = (await session.scalars(select(int))).all()
    await redis.set(key, json.dumps(found), ex=60)
    return found
```

```python
from fastapi import FastAPI
from fastapi_cache.decorator import cache
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()


@app.get("/books")
@cache(expire=60)
async def read_books(session: AsyncSession):
    return (await session.scalars(select(int))).all()
```

```python
from fastapi import FastAPI, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()


@app.get("/books")
async def read_books(response: Response, session: AsyncSession):
    response.headers["Cache-Control"] = "public, max-age=60"
    return (await session.scalars(select(int))).all()
```

What belongs to one caller is asked for once, and helps nobody else:

```python
from fastapi import Depends, FastAPI, Header
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()


async def current_user(session: AsyncSession, token: str = Header()) -> int:
    ...


@app.get("/loans")
async def read_loans(session: AsyncSession, user: int = Depends(current_user)):
    return (await session.scalars(select(int).where(int == user))).all()
```

## Fix
Keep what is read most, with an expiry: in Redis around the query, by a decorator on the route, or by the headers that
let browsers and proxies keep the answer. Measure first which reads these are.

## Limits
A service counts that has GET routes which read from a database, write nothing, and answer many callers alike: not those
of administrators, by their names, not probes, and not where the handler makes something of who calls it. One cache is
enough, wherever it is, a table that is named for it included; whether it is the right data is not judged. `lru_cache`
counts on functions that load data. What Redis keeps with an expiry may be a session or a token where no function asks
for it before it loads: then the verdict is unknown. A CDN that is configured elsewhere is not seen; so the finding has
medium confidence.

## References
Redis documentation, Cache-Aside; RFC 9111, HTTP Caching; AWS Well-Architected, Caching Best Practices.
"""

from fastapi_audit.rule_api import Confidence, Priority, Project, Severity, Verdict, fail, ok, rule, skip, unknown

from ._caching import caches, expiring_values
from ._shared_reads import reads_for_many


@rule("PRF010", severity=Severity.WARNING, priority=Priority.P1)
def check(project: Project) -> Verdict:
    if not any(reads_for_many(route, project) for route in project.routes):
        return skip
    found = next(caches(project), None)
    if found is not None:
        return ok(*found)
    kept = next(expiring_values(project), None)
    if kept is not None:
        return unknown(kept, "whether what is kept here is a cache, a session or a token cannot be told")
    return fail(None, "nothing that the service reads is cached", confidence=Confidence.MEDIUM)
