r"""An application's interface has no version: its next incompatible change breaks every client at once.

## Why
Clients change when their owners change them. With a version in the path, a header or a media type, the old interface
can go on beside the new one until nobody asks for it any more.

## Bad
```python
from fastapi import APIRouter, FastAPI

orders = APIRouter(prefix="/api/orders")
app = FastAPI()  # finding


@orders.get("")
def list_orders() -> list[int]:
    return [1]


@orders.post("/v1-import")
def import_orders() -> int:
    return 1


app.include_router(orders)
```

## Good
```python
from fastapi import APIRouter, FastAPI

orders = APIRouter(prefix="/orders")
app = FastAPI()


@orders.get("")
def list_orders() -> list[int]:
    return [1]


@app.get("/health")
def check_health() -> str:
    return "ok"


app.include_router(orders, prefix="/api/v1")
```

An application of its own for each version, or a header:

```python
from typing import Annotated

from fastapi import Depends, FastAPI, Header

v1 = FastAPI()
app = FastAPI()


@v1.get("/orders")
def list_orders() -> list[int]:
    return [1]


app.mount("/v1", v1)


def asked_version(x_api_version: Annotated[str, Header()] = "1") -> str:
    return x_api_version


by_header = FastAPI(dependencies=[Depends(asked_version)])


@by_header.get("/orders")
def list_orders_by_header() -> list[int]:
    return [1]
```

A service that is only asked how it is has no interface to keep:

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/healthz")
def check_health() -> str:
    return "ok"
```

## Fix
Include all routers under one prefix, `/v1`, before the first client depends on the paths.

## Limits
A version that a gateway puts in front of the service is only seen in `root_path` or `servers`. Applications of which
only a smaller part of the routes has a version, and prefixes that come from the environment, are unknown.

## References
Google API Improvement Proposals, AIP-185; Microsoft, RESTful web API design, Versioning.
"""

import re
from functools import lru_cache

from fastapi_audit.rule_api import (
    Application,
    Known,
    NamedString,
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
    values_inside,
)

VERSION = re.compile(r"(?:v|ver|version)[-_.]?\d+(?:[._]\d+)*(?:(?:alpha|beta|rc)\d*)?|\d{4}-\d{2}-\d{2}")
MEDIA_TYPE = re.compile(r"application/vnd\.[\w.-]*?v\d+|application/[\w.+-]+;\s*version=\d+")
UNKNOWN_PART = "{?}"
ASIDE = names("versioning", "aside") | names("probes", "liveness") | names("probes", "readiness")
CARRIERS = frozenset({"header", "query"})


@rule("API009", severity=Severity.WARNING, priority=Priority.P1)
def check(application: Application, project: Project) -> Verdict:
    if application.mounted_in is not None:
        return skip
    routes = [route for route in project.served_by(application) if _is_of_interface(route)]
    if not routes:
        return skip
    versioned = [route for route in routes if _has_version(route)]
    if len(versioned) * 2 >= len(routes):
        return ok(versioned[0].place, f"{versioned[0]} has a version")
    if _says_version(application) or _uses_library(project):
        return ok(application.place, "a version is said elsewhere than in the paths")
    if versioned:
        return unknown(application.place, f"{len(versioned)} of {len(routes)} routes have a version")
    if application.opaque or application.is_open or any(UNKNOWN_PART in route.full_path for route in routes):
        return unknown(application.place, "where its routes are served is not known")
    return fail(application.place, f"none of the {len(routes)} routes of {application} has a version")


def _is_of_interface(route: Route) -> bool:
    is_operation = route.in_schema and route.documented.is_operation and not route.is_of_library
    return is_operation and not ASIDE.issuperset(route.words[-1:] or [""])


def _has_version(route: Route) -> bool:
    if any(VERSION.fullmatch(part.lower()) for part in route.full_path.split("/")):
        return True
    carriers = (one for one in route.all_parameters if one.source in CARRIERS)
    return any(re.sub(r"[-_]", "", one.name).lower() in names("versioning", "parameters") for one in carriers)


def _says_version(application: Application) -> bool:
    """Say whether an application is served under a version by what stands in front of it."""
    given = [application.arguments[name] for name in ("root_path", "servers") if name in application.arguments]
    texts = [str(inner.value) for value in given for inner in values_inside(value) if isinstance(inner, Known)]
    return any(VERSION.fullmatch(part.lower()) for text in texts for part in text.split("/"))


@lru_cache(maxsize=1)
def _uses_library(project: Project) -> bool:
    """Say whether a library makes the versions, or media types carry them."""
    if any(call.name in names("versioning", "libraries") for call in project.calls):
        return True
    return any(MEDIA_TYPE.search(text.value) for text in project.subjects(NamedString))
