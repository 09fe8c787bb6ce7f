r'''A router has routes, and no application includes it.

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
A router that is handed to something unknown may be included there, and the verdict is unknown. A project without an
application publishes its routers for others and is not judged.

## References
FastAPI documentation, Bigger Applications.
'''

from fastapi_audit.rule_api import Project, Router, Severity, Verdict, fail, ok, rule, skip, unknown


@rule("COR005", severity=Severity.ERROR)
def check(router: Router, project: Project) -> Verdict:
    if not router.routes or not project.applications:
        return skip
    if router.is_served is None:
        return unknown(router.place, f"{router} is handed to something that may include it")
    if router.is_served:
        return ok(router.place)
    routes = "its route is" if router.routes == 1 else f"its {router.routes} routes are"
    return fail(router.place, f"no application includes {router}: {routes} not served")
