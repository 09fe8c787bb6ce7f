r"""Functions for startup or shutdown are registered one by one, which FastAPI has deprecated for the lifespan.

## Why
`on_event`, `add_event_handler`, `on_startup=` and `on_shutdown=` are deprecated since FastAPI 0.93, and Starlette has
taken them out. With a lifespan, what is opened and what is closed stand in one function, share its variables, and a
failure in between still closes what was opened. And the day that somebody adds a lifespan, none of these functions
runs any more.

## Bad
```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter()


@app.on_event("startup")  # finding
async def connect() -> None: ...


def stop() -> None: ...


app.add_event_handler("shutdown", stop)  # finding
router.add_event_handler("startup", connect)  # finding
app.include_router(router)
```

```python
from fastapi import FastAPI


async def connect() -> None: ...


app = FastAPI(on_startup=[connect])  # finding
```

## Good
```python
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from sqlalchemy import create_engine, event

engine = create_engine("sqlite://")


async def connect() -> None: ...


@event.listens_for(engine, "connect")
def configure(connection, record) -> None: ...


@asynccontextmanager
async def lifespan(app: FastAPI):
    await connect()
    yield
    engine.dispose()


app = FastAPI(lifespan=lifespan, on_startup=[])
router = APIRouter()
app.include_router(router)
```

## Fix
One `lifespan` function with `@asynccontextmanager`: what was for startup before the `yield`, what was for shutdown
behind it; then `FastAPI(lifespan=lifespan)`.

## Limits
Routers count that an application includes itself. Where the application or router has a lifespan beside them, or may
have one, the functions never run: that is COR015. Below FastAPI 0.93 there is no lifespan, and nothing is reported.

## References
FastAPI documentation, Lifespan Events, "Alternative Events (deprecated)"; release notes of FastAPI 0.93.0; Starlette
release notes, 1.0.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Application, Place, Project, Router, Severity, Verdict, fail, is_given, ok, rule

HAS_LIFESPAN_FROM = "0.93.0"


@rule("DEP017", severity=Severity.WARNING)
def check(project: Project) -> Iterator[Verdict]:
    if not project.is_since("fastapi", HAS_LIFESPAN_FROM):
        return
    for application in project.applications:
        if is_given(application.arguments.get("lifespan")):
            yield ok(application.place, "the application has a lifespan")
    places = {place: owner for one in project.applications for place, owner in deprecated_in(one)}
    for place, owner in sorted(places.items()):
        yield fail(place, f"this is deprecated: the lifespan of {owner} is where it belongs")


def deprecated_in(application: Application) -> Iterator[tuple[Place, str]]:
    """Yield where functions are registered that run at startup or shutdown, and for what."""
    if runs_events(application):
        yield from ((place, "the application") for place in application.events)
        for router in application.included:
            yield from ((place, "the application") for place in router.events if runs_events(router))


def runs_events(owner: Application | Router) -> bool:
    """Say whether the functions that are registered run, for nothing takes their place."""
    is_open = isinstance(owner, Application) and owner.is_open
    given = owner.arguments.get("lifespan")
    return is_given(given) is False and not (given is None and is_open)
