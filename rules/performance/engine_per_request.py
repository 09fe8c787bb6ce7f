r"""A request makes a database engine or a pool of connections for itself.

## Why
An engine is a pool: made for each request, it opens connections that no other request uses and that stay open until it
is collected. Every request pays for a new connection, and the database soon refuses more of them.

## Bad
```python
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

app = FastAPI()


def get_session():
    engine = create_engine("postgresql://db.example/shop")  # finding
    with Session(engine) as session:
        yield session


@app.get("/count")
def count(session: Session = Depends(get_session)) -> int:
    return session.execute(text("SELECT count(*) FROM items")).scalar_one()
```

## Good
```python
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

engine = create_engine("postgresql://db.example/shop")
app = FastAPI()


def get_session():
    with Session(engine) as session:
        yield session


@app.get("/count")
def count(session: Session = Depends(get_session)) -> int:
    return session.execute(text("SELECT count(*) FROM items")).scalar_one()
```

One for each tenant, kept:

```python
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, text

app = FastAPI()
engines: dict[str, Engine] = {}


def engine_of(tenant: str) -> Engine:
    if tenant not in engines:
        engines[tenant] = create_engine(f"postgresql://db.example/{tenant}")
    return engines[tenant]


@app.get("/{tenant}/count")
def count(tenant: str) -> int:
    with engine_of(tenant).connect() as connection:
        return connection.execute(text("SELECT count(*) FROM items")).scalar_one()
```

## Fix
Make the engine once, at import, in the lifespan or in a cached factory, and a session for each request.

## Limits
Followed is what handlers, dependencies and middleware call, over any number of functions. Exempt is what is made at
import or startup, in tasks of a queue, in a cached factory, in a singleton, and what is kept: in a global, in an
attribute, in a dict. So is what stands in for an engine that a caller may give, and one with arguments out of a
parameter: it may be there to try an address out. Two calls and more away from a handler the confidence is low: it may
be a rare operation, such as restoring a backup.

## References
SQLAlchemy documentation, Working with Engines and Connections, "Basic Usage"; asyncpg documentation, Connection Pools.
"""

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    Project,
    Related,
    Severity,
    Verdict,
    differs_by_caller,
    fail,
    making,
    rule,
    skip,
)

from ._clients import client_made, not_for_requests


@rule("PRF020", severity=Severity.ERROR)
def check(call: Call, project: Project) -> Verdict:
    client = client_made(call, project)
    if client is None or not client.is_engine:
        return skip
    found = making(call, project)
    if found is None:
        return not_for_requests(call, project)
    if differs_by_caller(call, project):
        return skip
    if found.calls == 0:
        return fail(call.place, f"`{found.entry.name}` makes a new `{call.name}` for each request")
    is_rare = found.calls > 1 and bool(project.routes_of(found.entry))
    return fail(
        call.place,
        f"each request makes a new `{call.name}`, through `{found.entry.name}`",
        related=(Related(found.entry.place, "runs for each request and gets here"),),
        confidence=Confidence.LOW if is_rare else Confidence.MEDIUM,
    )
