r"""An application has no endpoint that tells whether it can do its work.

## Why
A process may be alive while its database is not reachable. Traffic that is sent to it fails, and a deployment that
waits for a static "ok" replaces working instances by broken ones.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()  # finding


@app.get("/items")
async def read_items() -> list[str]:
    return []
```

A static answer says nothing about dependencies:

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/ready")  # finding
async def ready() -> dict[str, str]:
    return {"status": "ready"}
```

## Good
A function of a platform is started for a request, and nobody asks how it is:

```python
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()


@app.get("/items")
async def read_items() -> list[str]:
    return []


handler = Mangum(app)
```

```python
# file: app/database.py
from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

sessions = async_sessionmaker(create_async_engine("postgresql+asyncpg://db/shop"))


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def ping(session: AsyncSession) -> None:
    await session.execute(text("SELECT 1"))

# file: app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_session, ping

app = FastAPI()


@app.get("/ready")
async def ready(session: Annotated[AsyncSession, Depends(get_session)]) -> dict[str, str]:
    await ping(session)
    return {"status": "ready"}
```

## Fix
Add a GET route such as `/ready` that runs `SELECT 1`, pings the cache, and answers 503 when one of them fails.

## Limits
Looked for in routes with a part such as ready, readyz or health in their path, and in those that an image, a compose
file, Kubernetes or a platform is told to ask, whatever they are called; in their dependencies and in the functions they
call. Where such a route calls something that is not known, the verdict is unknown. A health endpoint that asks the
database, or that may answer 503 for another reason (a model is not loaded yet), counts as one of readiness.

## References
Kubernetes documentation, Liveness, Readiness and Startup Probes; microservices.io, Health Check API.
"""

from fastapi_audit.rule_api import (
    Application,
    Function,
    Priority,
    Project,
    Route,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._probes import asked_by, doubtful_paths, is_function, library_calls

NOT_READY = 503
ENDS = frozenset({"commit", "rollback", "flush", "close", "add", "expunge"})


@rule("OBS008", severity=Severity.WARNING, priority=Priority.P0)
def check(application: Application, project: Project) -> Verdict:
    routes = project.served_by(application)
    if not routes or application.mounted_in is not None or is_function(project):
        return skip
    probes = [route for route in routes if _is_probe(route, project)]
    for route in probes:
        if any(_asks(one, project) or _is_told_to_wait(one, project) for one in _functions(route, project)):
            return ok(route.place, f"{route}{asked_by(route, project)}")
    for call in library_calls(project):
        return ok(call.place, str(call))
    return _without_check(application, routes, probes, project)


def _is_probe(route: Route, project: Project) -> bool:
    known = names("probes", "liveness") | names("probes", "readiness")
    is_known = route in project.probed or not known.isdisjoint(route.words)
    return "GET" in route.methods and "{" not in route.path and is_known


def _without_check(application: Application, routes: list[Route], probes: list[Route], project: Project) -> Verdict:
    for route in probes:
        if route.handler is None or any(_calls_unknown(function, project) for function in _functions(route, project)):
            return unknown(route.place, "what this endpoint calls is not known")
    if doubtful := doubtful_paths(routes):
        return unknown(doubtful[0].place, "the path of this route is not known")
    if application.opaque:
        actor, place = application.opaque[0]
        return unknown(place, f"`{actor}` may add routes")
    ready = [route for route in probes if names("probes", "readiness") & set(route.words)]
    if ready:
        return fail(ready[0].place, f"{ready[0]} asks none of its dependencies")
    return fail(application.place, f"{application} has no readiness endpoint")


def _functions(route: Route, project: Project) -> tuple[Function, ...]:
    entries = [route.handler, *(dependency.function for dependency in route.all_dependencies)]
    return project.reached(function for function in entries if function is not None)


def _asks(function: Function, project: Project) -> bool:
    accesses = (access.call.name or "" for access in project.data_accesses_in(function))
    if any(name.rpartition(".")[2] not in ENDS for name in accesses):
        return True
    owners = names("probes", "asks")
    return any(call.name is not None and call.name.rpartition(".")[0] in owners for call in project.calls_in(function))


def _is_told_to_wait(function: Function, project: Project) -> bool:
    """Say whether a function may answer that the service is not ready, by whatever it knows that."""
    statuses = [
        *(one.status for one in project.raises_in(function)),
        *(one.status for one in project.returns_in(function)),
    ]
    return NOT_READY in statuses


def _calls_unknown(function: Function, project: Project) -> bool:
    return any(call.name is None for call in project.calls_in(function))
