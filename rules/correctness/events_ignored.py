r"""Functions for startup or shutdown are registered on an application that has a lifespan, and never run.

## Why
An application has one lifespan. The functions of `on_event`, `add_event_handler`, `on_startup=` and `on_shutdown=` are
run by the one that it has when it is given none: with `lifespan=`, nobody runs them and nothing says so. The pool is
never opened, the cache never filled, the consumer never stopped.

## Bad
```python
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")  # finding
async def connect() -> None: ...
```

```python
from contextlib import asynccontextmanager

from fastapi import FastAPI


async def connect() -> None: ...


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield


app = FastAPI(lifespan=lifespan, on_startup=[connect])  # finding
```

## Good
```python
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI


async def connect() -> None: ...


@asynccontextmanager
async def lifespan(app: FastAPI):
    await connect()
    yield


app = FastAPI(lifespan=lifespan, on_startup=[])
router = APIRouter()
router.add_event_handler("startup", connect)
app.include_router(router)
```

```python
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def connect() -> None: ...
```

## Fix
Move the function's calls into the lifespan: before the `yield` for startup, behind it for shutdown.

## Limits
Routers that an application includes itself are looked at as well. What they register runs from FastAPI 0.112.2 on,
unless they have a lifespan of their own beside; before, an application with a lifespan ignores it. A lifespan that runs
the functions itself, and one that may be None, are unknown.

## References
FastAPI documentation, Lifespan Events, "Alternative Events (deprecated)"; release notes of 0.112.2.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Place,
    Project,
    Router,
    Severity,
    Verdict,
    fail,
    is_given,
    ok,
    rule,
    skip,
    syntax,
    tree,
    unknown,
)

MERGES_ROUTERS_FROM = "0.112.2"
RUNNING = frozenset({"on_startup", "on_shutdown", "_startup", "_shutdown", "lifespan_context"})
OF_ROUTERS = frozenset({"startup", "shutdown"})  # other objects have methods of these names, too


@rule("COR015", severity=Severity.ERROR)
def check(application: Application, project: Project) -> Iterator[Verdict]:
    given = application.arguments.get("lifespan")
    has_own = None if given is None and application.is_open else is_given(given)
    if has_own is False:
        yield ok(application.place) if application.events else skip
        return
    lost = [(place, "the application") for place in application.events]
    for router in application.included:
        lost += [(place, owner) for place in router.events if (owner := takes_over(router, project))]
    for place, owner in lost:
        yield judge(application, has_own, place, owner)
    if not lost:
        yield ok(application.place)


def judge(application: Application, has_own: bool | None, place: Place, owner: str) -> Verdict:
    if has_own is None:
        return unknown(place, f"whether {application} has a lifespan cannot be told")
    if runs_them_itself(application):
        return unknown(place, "the lifespan may run these functions itself")
    return fail(place, f"this never runs: the lifespan of {owner} takes its place")


def takes_over(router: Router, project: Project) -> str:
    """Return whose lifespan keeps the functions of a router from running; an empty text when nothing does."""
    if not project.is_since("fastapi", MERGES_ROUTERS_FROM):
        return "the application"
    return "the router" if is_given(router.arguments.get("lifespan")) else ""


def runs_them_itself(application: Application) -> bool:
    bodies = [node for function in application.lifecycle for node in function.nodes]
    return any(isinstance(node, syntax.Attribute) and runs_events(node) for node in bodies)


def runs_events(node: syntax.Attribute) -> bool:
    """Say whether an attribute is what runs the events of an application or router, or holds them."""
    if node.attr in OF_ROUTERS:
        return (tree.name_of(node.value) or "").endswith("router")
    return node.attr in RUNNING
