r"""A route has no tag, so the documentation shows it under "default".

## Why
Tags are the chapters of the generated documentation, and the classes of generated clients. Routes without one stand
together under "default", whatever they are about.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")  # finding
def list_orders() -> list[int]:
    return [1]
```

```python
from fastapi import APIRouter, FastAPI

orders = APIRouter(prefix="/orders", tags=[])
app = FastAPI(openapi_tags=[{"name": "orders"}])


@orders.get("/{order_id}")  # finding
def read_order(order_id: int) -> int:
    return order_id


app.include_router(orders)
```

## Good
The router, whoever includes it, or the route may say the tag:

```python
from enum import Enum

from fastapi import APIRouter, FastAPI


class Tag(Enum):
    ORDERS = "orders"


orders = APIRouter(tags=[Tag.ORDERS])
items = APIRouter()
app = FastAPI()


@orders.get("/orders")
def list_orders() -> list[int]:
    return [1]


@items.get("/items")
def list_items() -> list[int]:
    return [1]


@app.get("/prices", tags=["prices"])
def list_prices() -> list[int]:
    return [1]


app.include_router(orders)
app.include_router(items, tags=["items"])
```

What stands in no document needs none:

```python
from fastapi import APIRouter, FastAPI

pages = APIRouter(include_in_schema=False)
app = FastAPI()


@pages.get("/")
def read_home() -> str:
    return "home"


app.include_router(pages)
```

## Fix
Give the router `tags=[…]`, or the `include_router` call.

## Limits
Tags that cannot be read make the verdict unknown.

## References
FastAPI documentation, Path Operation Configuration, Tags, and Metadata and Docs URLs.
"""

from fastapi_audit.rule_api import Route, Severity, Verdict, fail, ok, rule, skip, unknown


@rule("API002", severity=Severity.INFO)
def check(route: Route) -> Verdict:
    if not route.is_documented:
        return skip
    if route.tags:
        return ok(route.place)
    if not route.documented.has_all_tags:
        return unknown(route.place, "its tags are not known")
    return fail(route.place, f"{route} has no tag")
