r"""A service or repository imports what belongs to requests and responses.

## Why
What takes a `Request` or gives a `Response` can be called by a route only: a job, a command or a test has to make up a
request first. And where a service imports a router, the two can no longer be understood, tested or moved apart.

## Bad
```python
# file: app/services/orders.py
from fastapi import Request  # finding


def client_of(request: Request) -> str:
    return request.headers["x-client"]
# file: app/main.py
from fastapi import FastAPI, Request

from app.services.orders import client_of

app = FastAPI()


@app.get("/orders")
def read_orders(request: Request) -> str:
    return client_of(request)
```

```python
# file: app/routers/orders.py
from fastapi import APIRouter

router = APIRouter()
PAGE = 20


@router.get("/orders")
def read_orders() -> list[int]:
    from app.services.orders import find

    return find()
# file: app/services/orders.py
from app.routers.orders import PAGE  # finding


def find() -> list[int]:
    return list(range(PAGE))
# file: app/main.py
from fastapi import FastAPI

from app.routers.orders import router

app = FastAPI()
app.include_router(router)
```

## Good
```python
# file: app/services/orders.py
from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.encoders import jsonable_encoder

if TYPE_CHECKING:
    from fastapi import Request


def find(client: str) -> list[str]:
    return jsonable_encoder([client])
# file: app/services/current.py
from typing import Annotated

from fastapi import Depends, Request

from app.services.orders import find


def client_of(request: Request) -> str:
    return request.headers["x-client"]


Client = Annotated[str, Depends(client_of)]
# file: app/main.py
from fastapi import FastAPI

from app.services.current import Client
from app.services.orders import find

app = FastAPI()


@app.get("/orders")
def read_orders(client: Client) -> list[str]:
    return find(client)
```

## Fix
Take out of the request what the service needs, in the handler or a dependency, and hand that on. Move what both layers
use into a module of its own.

## Limits
Looked at are modules of which a function or class is known as a service or repository by name, and none as the web
layer; see ARC002 for how that is told. Imports for type checkers do not count. `HTTPException` in services is the
matter of ERR002; `Depends` and the other markers of parameters are how FastAPI builds a service, and do not count
either.

## References
Robert C. Martin, Clean Architecture, "The Dependency Rule"; Harry Percival and Bob Gregory, Architecture Patterns with
Python, chapter 4.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from fastapi_audit.rule_api import (
    Layer,
    Module,
    Place,
    Project,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    syntax,
)


@rule("ARC007", severity=Severity.WARNING)
def check(module: Module, project: Project) -> Iterator[Verdict]:
    if Layer.WEB in (layers := layers_of_modules(project).get(module, frozenset())) or not layers:
        return
    web = {name: place for place, name in web_names(module)}
    holding = modules_with_routes(project)
    routers = [one for one in project.imports.of(module) if one.is_at_import and one.target in holding]
    if not web and not routers:
        yield ok(module.place)
    for name, place in web.items():
        yield fail(place, f"{module.name} imports `{name}`")
    for one in routers:
        yield fail(one.place, f"{module.name} imports {one.target.name}, which holds routes")


@lru_cache(maxsize=1)
def layers_of_modules(project: Project) -> Mapping[Module, frozenset[Layer]]:
    """Return the layers of which each module has functions by their names."""
    found: dict[Module, set[Layer]] = {}
    for function, membership in project.layers.memberships.items():
        if not membership.is_by_deed:
            found.setdefault(function.module, set()).add(membership.layer)
    return {module: frozenset(layers) for module, layers in found.items()}


def web_names(module: Module) -> Iterator[tuple[Place, str]]:
    """Yield what a module imports of requests and responses, with the place."""
    for statement in module.facts.statements:
        if isinstance(statement, syntax.ImportFrom) and statement.level == 0:
            for alias in statement.names:
                if f"{statement.module}.{alias.name}" in names("layers", "of_requests"):
                    yield module.at(statement), alias.name


@lru_cache(maxsize=1)
def modules_with_routes(project: Project) -> frozenset[Module]:
    """Return the modules that hold handlers."""
    return frozenset(route.handler.module for route in project.routes if route.handler is not None)
