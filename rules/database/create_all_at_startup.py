r"""The application creates its tables when it starts.

## Why
`create_all` makes the tables that are missing and leaves those that exist as they are: the next column is in the code
and not in the database. It works behind the back of the migrations, which then find tables that they meant to create,
several processes that start together race for it, and the service needs the right to change the schema.

## Bad
```python
from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase

engine = create_engine("postgresql://db.example/shop")


class Base(DeclarativeBase): ...


Base.metadata.create_all(engine)  # finding
app = FastAPI()
```

```python
# file: app/database.py
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

engine = create_async_engine("postgresql+asyncpg://db.example/shop")


async def create_tables() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)  # finding
# file: app/main.py
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.database import create_tables


@asynccontextmanager
async def lifespan(app: FastAPI):
    await create_tables()
    yield


app = FastAPI(lifespan=lifespan)
```

## Good
A command that somebody runs is no startup:

```python
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase

engine = create_engine("postgresql://db.example/shop")
app = FastAPI()


class Base(DeclarativeBase): ...
# file: app/create_tables.py
from app.main import Base, engine

Base.metadata.create_all(engine)
```

## Fix
Let migrations create and change the tables (`alembic upgrade head`), as a step of the deployment, ahead of the service.

## Limits
Startup is what is imported with the application, its lifespan and startup functions, the factory that makes it, and
what these call. Where a condition stands on the way (a setting for development, say) the verdict is unknown. That a
service has no migrations at all is another rule's subject (DBS002).

## References
Alembic documentation, Tutorial; SQLAlchemy documentation, MetaData, "Creating and Dropping Database Tables"; Tortoise
ORM documentation, FastAPI integration.
"""

from collections.abc import Iterator
from functools import lru_cache

from fastapi_audit.rule_api import (
    BoundExternal,
    Call,
    External,
    ExternalObject,
    Function,
    Known,
    Project,
    Related,
    Severity,
    Value,
    Verdict,
    fail,
    rule,
    skip,
    syntax,
    texts,
    tree,
    unknown,
)

RUNNERS = ("sqlalchemy.ext.asyncio.AsyncConnection.run_sync", "sqlalchemy.ext.asyncio.AsyncSession.run_sync")
CREATE, METADATA = "create_all", "metadata"


@rule("DBS003", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    if not creates_tables(call):
        return skip
    ways = list(ways_from_start(call, project))
    if not ways:
        return skip
    certain = next((way for way in ways if not any(is_conditional(step) for step in way)), None)
    if certain is None:
        return unknown(call.place, "the tables are created under a condition")
    related = tuple(Related(step.place, "leads to it at startup") for step in reversed(certain[1:]))
    return fail(call.place, "the application creates its tables when it starts", related=related)


def creates_tables(call: Call) -> bool:
    """Say whether a call creates the tables of the models, itself or through what it is given to run."""
    if call.name in RUNNERS:
        return is_create_all(call.argument(0, "fn"))
    switch = texts("sessions", "schema_makers").get(call.name or "")
    return switch == "" or (switch is not None and call.named.get(switch) == Known(True))


def is_create_all(value: Value | None) -> bool:
    """Say whether a value is `create_all` of the tables that a base class, or a `MetaData`, knows."""
    if isinstance(value, External):
        return value.name in texts("sessions", "schema_makers")
    if not isinstance(value, BoundExternal) or value.name != CREATE:
        return False
    owner = value.owner
    if isinstance(owner, ExternalObject):
        return owner.type == "sqlalchemy.MetaData"
    return isinstance(owner, BoundExternal) and owner.name == METADATA


def ways_from_start(call: Call, project: Project) -> Iterator[tuple[Call, ...]]:
    """Yield the ways on which a call is reached at startup, each with its calls, the last one first."""
    starting = starting_functions(project)
    waiting: list[tuple[Call, ...]] = [(call,)]
    seen: set[Function] = set()
    for way in waiting:  # grows on the way
        function = way[-1].function
        if function is None:
            if is_loaded(way[-1], project):
                yield way
            continue
        if function in starting:
            yield way
        if function not in seen:
            seen.add(function)
            waiting += [(*way, edge.call) for edge in project.flow.callers(function) if edge.is_certain]


@lru_cache(maxsize=1)
def starting_functions(project: Project) -> frozenset[Function]:
    """Return the functions that run when an application starts, and those that make one."""
    making = {application.place for application in project.applications}
    makers = {call.function for call in project.calls if call.place in making and call.function is not None}
    return frozenset(function for application in project.applications for function in application.lifecycle) | makers


def is_loaded(site: Call, project: Project) -> bool:
    """Say whether what stands at the top of a module is carried out when an application is imported."""
    is_of_command = any(isinstance(block, syntax.If) and tree.asks_for_main(block.test) for block in site.blocks)
    return site.module.path in project.loaded and not is_of_command


def is_conditional(site: Call) -> bool:
    """Say whether a condition decides about a call: one around it, or one that leaves the function before."""
    if any(isinstance(block, (syntax.If, syntax.Match)) for block in site.blocks):
        return True
    before = site.function.statements if site.function is not None else ()
    guards = (node for node in before if isinstance(node, syntax.If) and node.pos < site.node.pos)
    return any(isinstance(node, syntax.Return) for guard in guards for node in tree.descendants(guard.body))
