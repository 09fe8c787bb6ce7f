r"""An application has no endpoint that tells whether it is alive.

## Why
A load balancer or orchestrator can only restart or bypass a process that hangs when there is something to ask. Without
an endpoint it watches the process alone, and a deadlocked service keeps getting requests.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()  # finding


@app.get("/items/{item_id}/status")
async def read_status(item_id: int) -> str:
    return "sold"
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
# file: app/probes.py
from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}

# file: app/main.py
from fastapi import FastAPI

from app.probes import router

app = FastAPI()
app.include_router(router, prefix="/api/v1")


@app.get("/items")
async def read_items() -> list[str]:
    return []
```

## Fix
Add a GET route such as `/health` that answers 200 without parameters and without asking anything else.

## Limits
Known by the last part of its path: health, healthz, health-check, live, livez, alive, ping, status, heartbeat, probe
and the like, by a library that makes it, or because something is told to ask for that very path: the `HEALTHCHECK` of
an image or of a compose file, a probe of Kubernetes, a check of a platform. One that is called readiness tells no more
than that, whoever asks for it. Scripts that a check runs are followed, ports not compared. An application that is
mounted in another one is not asked for its own.

## References
Kubernetes documentation, Liveness, Readiness and Startup Probes; Health Check Response Format for HTTP APIs (draft).
"""

from fastapi_audit.rule_api import (
    Application,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._probes import (
    asked_by,
    doubtful_paths,
    is_asked_alike,
    is_function,
    library_calls,
)


@rule("OBS007", severity=Severity.ERROR, priority=Priority.P0)
def check(application: Application, project: Project) -> Verdict:
    routes = project.served_by(application)
    if not routes or application.mounted_in is not None or is_function(project):
        return skip
    for route in routes:
        word = route.words[-1] if route.words else ""
        is_probed = route in project.probed and word not in names("probes", "readiness")
        if (is_probed or word in names("probes", "liveness")) and is_asked_alike(route):
            return ok(route.place, f"{route}{asked_by(route, project)}")
    for call in library_calls(project):
        return ok(call.place, str(call))
    if doubtful := doubtful_paths(routes):
        return unknown(doubtful[0].place, "the path of this route is not known")
    if application.opaque:
        actor, place = application.opaque[0]
        return unknown(place, f"`{actor}` may add routes")
    return fail(application.place, f"{application} has no liveness endpoint")
