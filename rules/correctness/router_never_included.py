r"""A router has routes, and no application includes it.

## Why
Its routes do not exist: they answer 404 and stand in no OpenAPI document, while the code looks as if they were served.
Usually somebody forgot one line in the module that puts the application together.

## Bad
```python
# file: app/orders.py
from fastapi import APIRouter

router = APIRouter(prefix="/orders")  # finding


@router.get("/")
async def list_orders() -> list[int]:
    return [1]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

A router inside another one is served only if that one is:

```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
api = APIRouter(prefix="/api")
orders = APIRouter(prefix="/orders")  # finding


@orders.get("/")
async def list_orders() -> list[int]:
    return [1]


api.include_router(orders)
```

## Good
```python
# file: app/orders.py
from fastapi import APIRouter

router = APIRouter(prefix="/orders")


@router.get("/")
async def list_orders() -> list[int]:
    return [1]
# file: app/main.py
from fastapi import FastAPI

from app import orders

app = FastAPI()
app.include_router(orders.router)
```

## Fix
Include it with `include_router`, or delete it.

## Limits
A router that is handed to something unknown may be included there, and one that nobody includes may be what an
`include_router` of a computed value stands for: both are unknown. A project without an application publishes its
routers for others and is not judged.

## References
FastAPI documentation, Bigger Applications.
"""

from fastapi_audit.rule_api import (
    Call,
    Project,
    Router,
    Severity,
    Unknown,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    syntax,
    unknown,
)


@rule("COR005", severity=Severity.ERROR)
def check(router: Router, project: Project) -> Verdict:
    if not router.routes or not project.applications:
        return skip
    if router.is_served is None:
        return unknown(router.place, f"{router} is handed to something that may include it")
    if router.is_served:
        return ok(router.place)
    if call := next((call for call in project.calls if _includes_anything(call)), None):
        return unknown(router.place, f"what {call.place.path}:{call.place.line} includes cannot be told")
    routes = "its route is" if router.routes == 1 else f"its {router.routes} routes are"
    return fail(router.place, f"no application includes {router}: {routes} not served")


def _includes_anything(call: Call) -> bool:
    """Say whether a call includes a router that is not known; who includes it need not be known."""
    callee = call.node.func if isinstance(call.node, syntax.Call) else None
    if not isinstance(callee, syntax.Attribute) or callee.attr != "include_router":
        return False
    given = call.argument(0, "router")
    return given is None or any(isinstance(option, Unknown) for option in options_of(given))
