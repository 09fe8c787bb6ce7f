r"""Two operations have one id in the OpenAPI document.

## Why
The id of an operation is unique by the specification. Generated clients make a function of it: the second replaces the
first, or the generator gives up. FastAPI warns ("Duplicate Operation ID") when the document is asked for, and goes on.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders", operation_id="list_all")
def list_orders() -> list[int]:
    return [1]


@app.get("/items", operation_id="list_all")  # finding
def list_items() -> list[int]:
    return [1]


@app.api_route("/stock", methods=["GET", "PUT"])  # finding
def stock() -> int:
    return 1
```

The function that makes the ids may be the reason:

```python
# file: app/main.py
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.items import items
from app.orders import orders


def name_of(route: APIRoute) -> str:
    return route.name


app = FastAPI(generate_unique_id_function=name_of)
app.include_router(orders)
app.include_router(items)
# file: app/orders.py
from fastapi import APIRouter

orders = APIRouter(prefix="/orders", tags=["orders"])


@orders.get("")
def read() -> list[int]:
    return [1]
# file: app/items.py
from fastapi import APIRouter

items = APIRouter(prefix="/items", tags=["items"])


@items.get("")  # finding
def read() -> list[int]:
    return [1]
```

## Good
FastAPI's own ids have the name, the path and the method in them:

```python
from fastapi import APIRouter, FastAPI

router = APIRouter()


@router.get("/orders/{order_id}")
@router.put("/orders/{order_id}")
def order(order_id: int) -> int:
    return order_id


@router.api_route("/old", methods=["GET", "HEAD"], include_in_schema=False)
def old() -> int:
    return 1


app = FastAPI()
app.include_router(router, prefix="/v1")
app.include_router(router, prefix="/v2")
other = FastAPI()
other.include_router(router)
```

```python
from fastapi import APIRouter, FastAPI

orders = APIRouter(prefix="/orders", tags=["orders"])
items = APIRouter(prefix="/items", tags=["items"])


@orders.get("")
def read() -> list[int]:
    return [1]


@items.get("", name="read")
def read_items() -> list[int]:
    return [1]


app = FastAPI(generate_unique_id_function=lambda route: f"{route.tags[0]}-{route.name}")
app.include_router(orders)
app.include_router(items)
```

## Fix
Give each route an id of its own, or register each method with its own decorator.

## Limits
Two routes of the same method and path are COR001. A function that makes ids is followed when all that it does is to put
the route's name, path and tags together; otherwise the verdict is unknown. Pages, for which nobody generates a client,
have low confidence.

## References
OpenAPI Specification, Operation Object; `fastapi.utils.generate_unique_id` and
`fastapi.openapi.utils.get_openapi_operation_metadata`.
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    Application,
    Confidence,
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

from ._assignments import sets_attribute
from ._operation_ids import operation_id


@rule("API008", severity=Severity.ERROR)
def check(route: Route, project: Project) -> Verdict:
    if not route.is_documented or _is_repeated(route):
        return skip
    made = operation_id(route, route.methods[0])
    if made is None or _are_ids_set_later(project):
        return unknown(route.place, "the id of its operation is not known")
    confidence = Confidence.HIGH if route.is_declared_as_json else Confidence.LOW
    if len(route.methods) > 1:
        message = f"the {len(route.methods)} operations of {route} have one id, `{made}`"
        return fail(route.place, message, confidence=confidence)
    first = _first_with(route.application)[made]
    if first is route or first.excludes(route):
        return ok(route.place)
    related = (Related(first.place, f"{first} has it as well"),)
    return fail(route.place, f"{route} has the id `{made}` of {first}", related=related, confidence=confidence)


@lru_cache(maxsize=1)
def _first_with(application: Application) -> dict[str, Route]:
    """Return the first route of each id."""
    found: dict[str, Route] = {}
    for route in application.routes:
        made = operation_id(route, route.methods[0]) if route.is_documented else None
        if made is not None:
            found.setdefault(made, route)
    return found


@lru_cache(maxsize=1)
def _first_at(application: Application) -> dict[tuple[str, tuple[str, ...]], Route]:
    found: dict[tuple[str, tuple[str, ...]], Route] = {}
    for route in application.routes:
        found.setdefault((route.path, route.methods), route)
    return found


def _is_repeated(route: Route) -> bool:
    return _first_at(route.application)[route.path, route.methods] is not route


@lru_cache(maxsize=1)
def _are_ids_set_later(project: Project) -> bool:
    """Say whether code goes through the routes and gives them other ids, as FastAPI's documentation once proposed."""
    return any(sets_attribute("operation_id", function) for function in project.functions)
