r"""Two routes have the same method and path, so the later one is never called.

## Why
Starlette tries routes in the order of their registration and stops at the first that matches. The second one is dead
code that the OpenAPI document still describes: requests get the behaviour, the guards and the schema of the first.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{order_id}")
async def read_order(order_id: int) -> dict[str, int]:
    return {"id": order_id}


@app.get("/orders/{number}")  # finding
async def read_order_by_number(number: str) -> dict[str, str]:
    return {"number": number}
```

A router that is included twice under one prefix registers each of its routes twice:

```python
# file: app/orders.py
from fastapi import APIRouter

router = APIRouter(prefix="/orders")


@router.get("/latest")  # finding
async def read_latest() -> dict[str, int]:
    return {"id": 1}
# file: app/main.py
from fastapi import FastAPI

from app.orders import router

app = FastAPI()
app.include_router(router)
app.include_router(router)
```

## Good
```python
from fastapi import APIRouter, FastAPI

app = FastAPI()
orders = APIRouter()


@app.get("/orders")
async def list_orders() -> list[int]:
    return [1]


@app.post("/orders")
async def create_order() -> int:
    return 1


@orders.get("/latest")
async def read_latest() -> int:
    return 1


@app.put("/orders/{order_id}", tags=["orders"])
@app.put("/orders/{order_id}", include_in_schema=False)
async def replace_order(order_id: int) -> int:
    return order_id


app.include_router(orders, prefix="/v1/orders")
app.include_router(orders, prefix="/v2/orders")
```

## Fix
Delete one of the two, merge them, or give them different paths. Include a router once for each prefix.

## Limits
Paths that are computed from something unknown are not compared. Routes that stand in different branches of one `if`
are never registered together and do not count. `/items` and `/items/` are different paths.

## References
FastAPI documentation, Path Parameters, Order matters; Starlette documentation, Routing, Route priority.
"""

from functools import lru_cache

from fastapi_audit.rule_api import Application, Related, Route, Severity, Verdict, fail, ok, rule, unknown

from ._paths import shape, shared_methods


@rule("COR001", severity=Severity.ERROR)
def check(route: Route) -> Verdict:
    if not route.is_path_known:
        return unknown(route.place, f"the path {route.path} is known in part only")
    for position in _by_shape(route.application)[shape(route.path)]:
        earlier = route.application.routes[position]
        if position >= route.order or route.excludes(earlier):
            continue
        if methods := shared_methods(earlier, route):
            return _repeated(route, earlier) or _duplicate(route, earlier, methods)
    return ok(route.place)


@lru_cache(maxsize=64)
def _by_shape(application: Application) -> dict[str, list[int]]:
    """Return the positions of the routes whose paths are known, by the requests that they answer."""
    found: dict[str, list[int]] = {}
    for position, route in enumerate(application.routes):
        if route.is_path_known:
            found.setdefault(shape(route.path), []).append(position)
    return found


def _repeated(route: Route, earlier: Route) -> Verdict | None:
    """Return the verdict on one that stands twice above one function, which is called all the same."""
    is_same = route.handler is not None and route.handler is earlier.handler and route.path == earlier.path
    return ok(route.place, "the same handler answers first") if is_same and route.place != earlier.place else None


def _duplicate(route: Route, earlier: Route, methods: tuple[str, ...]) -> Verdict:
    name = f"{'/'.join(methods)} {route.path}"
    if earlier.place == route.place:
        return fail(route.place, f"{name} is registered more than once: its router is included again")
    related = Related(earlier.place, f"{earlier.handler_name.partition(':')[2]} answers first")
    return fail(route.place, f"{name} is registered before: this handler is never called", related=(related,))
