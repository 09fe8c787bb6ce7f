r"""A service with asynchronous handlers reaches its database through an engine that blocks.

## Why
Every query of a synchronous engine stops the event loop of an `async def` handler until the database has answered: the
service is asynchronous in its signatures and serves one request at a time under load. PRF002 lists the single calls;
their common cause is the engine.

## Bad
```python
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

engine = create_engine("sqlite:///shop.db")  # finding
make_session = sessionmaker(engine)
app = FastAPI()


@app.get("/items")
async def count_items() -> int:
    with make_session() as session:
        return session.execute(text("SELECT count(*) FROM items")).scalar_one()
```

## Good
```python
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///shop.db")
make_session = async_sessionmaker(engine)
app = FastAPI()


@app.get("/items")
async def count_items() -> int:
    async with make_session() as session:
        return (await session.execute(text("SELECT count(*) FROM items"))).scalar_one()
```

Plain handlers run in threads, where a synchronous engine is right.

```python
from fastapi import FastAPI
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///shop.db")
app = FastAPI()


@app.get("/items")
def count_items() -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM items")).scalar_one()
```

## Fix
`create_async_engine` with an asynchronous driver and `async_sessionmaker`; or plain `def` handlers throughout.

## Limits
A synchronous engine is a finding when more than half of the handlers that get to data are `async def`, one of them
waits for SQLAlchemy on the event loop, and the service has no asynchronous engine. Where that is not so, the engine
serves threads, jobs or scripts, and is not judged.

## References
SQLAlchemy documentation, Asynchronous I/O (asyncio); FastAPI documentation, Concurrency and async / await.
"""

from fastapi_audit.rule_api import (
    Engine,
    LoopCall,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

LIBRARIES = ("sqlalchemy.", "sqlmodel.")


@rule("DBS016", severity=Severity.WARNING)
def check(engine: Engine, project: Project) -> Verdict:
    if engine.kind == "async":
        return ok(engine.place)
    if not is_asynchronous(project) or any(other.kind == "async" for other in project.engines):
        return skip
    waiting = first_wait(project)
    if waiting is None:
        return skip
    related = Related(waiting.place, f"the event loop waits for `{waiting.call.name}` here")
    return fail(engine.place, "this engine blocks, and most handlers are asynchronous", related=(related,))


def is_asynchronous(project: Project) -> bool:
    """Say whether more than half of the handlers that get to data are `async def`."""
    handlers = {route.handler for route in project.routes if route.handler in project.reaching_data}
    return sum(handler is not None and handler.is_async for handler in handlers) * 2 > len(handlers)


def first_wait(project: Project) -> LoopCall | None:
    """Return the first call with which the event loop waits for SQLAlchemy."""
    waits = (call for function in project.functions for call in project.flow.held_up_by(function, "data"))
    return next((call for call in waits if (call.cause.name or "").startswith(LIBRARIES)), None)
