r"""An application is mounted under a protected one and does not authenticate anybody itself.

## Why
Dependencies of an application hold for its own routes, not for those of what is mounted on it. What looks protected
from above is open to everybody.

## Bad
```python
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI(dependencies=[Depends(HTTPBearer())])
reports = FastAPI()


@reports.get("/sales")
def read_sales() -> list[int]:
    return []


app.mount("/reports", reports)  # finding
```

So it is where single routes or routers are protected, and what is mounted changes data:

```python
from fastapi import APIRouter, Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()
router = APIRouter(prefix="/items", dependencies=[Depends(HTTPBearer())])
admin = FastAPI()


@router.post("")
def create_item() -> None: ...


@admin.delete("/users/{user_id}")
def delete_user(user_id: int) -> None: ...


app.include_router(router)
app.mount("/admin", admin)  # finding
```

## Good
```python
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles

bearer = HTTPBearer()
app = FastAPI(dependencies=[Depends(bearer)])
reports = FastAPI(dependencies=[Depends(bearer)])
health = FastAPI()


@reports.get("/sales")
def read_sales() -> list[int]:
    return []


@health.get("/healthz")
def check_health() -> str:
    return "ok"


app.mount("/reports", reports)
app.mount("/health", health)
app.mount("/static", StaticFiles(directory="static"))
```

Middleware holds for what is mounted, too:

```python
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

app = FastAPI()
reports = FastAPI()


@app.middleware("http")
async def authenticate(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    if request.headers.get("x-key") != "secret":
        return JSONResponse({"detail": "Not authenticated"}, status_code=401)
    return await call_next(request)


@app.post("/items")
def create_item() -> None: ...


@reports.get("/sales")
def read_sales() -> list[int]:
    return []


app.mount("/reports", reports)
```

## Fix
Give the mounted application the dependencies of the outer one, include a router instead, or authenticate in a
middleware of the outer application.

## Limits
Where not the outer application but single routes or routers of it are protected, an application that only reads is
taken for open on purpose. Applications of other frameworks are unknown under one that is protected as a whole.

## References
FastAPI documentation, Sub Applications and Global Dependencies; OWASP API Security 2023, API2.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Application,
    Guard,
    Mount,
    Project,
    Related,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._public_routes import is_public

FILES = ("starlette.staticfiles.StaticFiles", "fastapi.frontend")


@rule("SEC036", severity=Severity.ERROR)
def check(mount: Mount, project: Project) -> Verdict:
    guard = guard_around(mount)
    if guard is None or serves_files(mount, project):
        return skip
    if mount.application is None:
        holds_for_all = guard.level == "application"
        return unknown(mount.place, f"{mount.name} may authenticate by itself") if holds_for_all else skip
    return judge(mount, mount.application, guard, project)


def judge(mount: Mount, inner: Application, guard: Guard, project: Project) -> Verdict:
    own = next((route.guards[0] for route in inner.routes if route.guards), None)
    if own is not None:
        return ok(own.place, f"{own} authenticates callers of {inner}")
    exposed = next(routes_exposed(inner, guard, project), None)
    if exposed is None:
        return skip
    if exposed.doubts:
        return unknown(*exposed.doubts[0])
    if inner.opaque:
        actor, place = inner.opaque[0]
        return unknown(place, f"{actor} is not known and may authenticate")
    related = Related(guard.place, f"{guard} holds for the routes of {mount.parent} only")
    return fail(mount.place, f"nothing authenticates callers of {inner}, of {exposed} for one", related=(related,))


def guard_around(mount: Mount) -> Guard | None:
    """Return what authenticates in the applications around a mount, what holds for all their routes first."""
    applications = (mount.parent, *mount.parent.around)
    of_all = (guard for outer in applications for guard in outer.guards)
    of_some = (guard for outer in applications for route in outer.routes for guard in route.guards)
    return next(of_all, None) or next(of_some, None)


def serves_files(mount: Mount, project: Project) -> bool:
    """Say whether files are mounted, which are public as a rule."""
    if mount.name in FILES:
        return True
    return any(str(cls) == mount.name and cls.is_a(*FILES) for cls in project.classes)


def routes_exposed(inner: Application, guard: Guard, project: Project) -> Iterator[Route]:
    """Yield the routes of a mounted application for which the protection around it was meant."""
    for route in inner.routes:
        if (route.changes_data or guard.level == "application") and not is_public(route, project):
            yield route
