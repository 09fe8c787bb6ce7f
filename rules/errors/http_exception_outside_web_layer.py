r"""A service or repository raises `HTTPException`.

## Why
The status of a response is a matter of the route. A service that raises it can be used by nothing else: a job, a
command or another service that calls it must catch web errors, and a test of the rule of the business has to compare
statuses.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI

from app.services import orders

app = FastAPI()


@app.post("/orders")
def order(item_id: int) -> int:
    return orders.take(item_id)
# file: app/services/orders.py
from fastapi import HTTPException

STOCK = {1: 0}


def take(item_id: int) -> int:
    if STOCK[item_id] == 0:
        raise HTTPException(409, "sold out")  # finding
    return item_id
```

The name of a class says it as well:

```python
from fastapi import Depends, FastAPI, HTTPException


class OrderRepository:
    def find(self, order_id: int) -> int:
        if order_id < 1:
            raise HTTPException(404, "there is no such order")  # finding
        return order_id


app = FastAPI()


@app.get("/orders/{order_id}")
def read_order(order_id: int, orders: OrderRepository = Depends()) -> int:
    return orders.find(order_id)
```

## Good
```python
# file: app/main.py
from fastapi import Depends, FastAPI, HTTPException

from app.services.orders import SoldOut, current_order, take

app = FastAPI()


def require_number(item_id: int) -> int:
    if item_id < 1:
        raise HTTPException(400, {"code": "BAD_NUMBER", "message": "a bad number"})
    return item_id


@app.post("/orders")
def order(item_id: int = Depends(require_number), order: int = Depends(current_order)) -> int:
    try:
        return take(item_id)
    except SoldOut as error:
        raise HTTPException(409, {"code": "SOLD_OUT", "message": "sold out"}) from error
# file: app/services/orders.py
from fastapi import HTTPException

STOCK = {1: 0}


class SoldOut(Exception):
    "Nothing is left."


def take(item_id: int) -> int:
    if STOCK[item_id] == 0:
        raise SoldOut(item_id)
    return item_id


def current_order(order_id: int) -> int:
    if order_id < 1:
        raise HTTPException(404, {"code": "ORDER_NOT_FOUND", "message": "no such order"})
    return order_id
```

## Fix
Raise an error of the domain in the service, and turn it into a response in one exception handler.

## Limits
Routes' handlers, dependencies, middleware and exception handlers are the web layer, wherever they stand, and so is all
else in the modules of handlers. Other layers are known by a part of the module's name (`services`, `crud`, `deps`), the
last one that tells, or by the end of the class's name; a function that asks the database and serves no route counts
with less confidence. Elsewhere the verdict is unknown.

## References
FastAPI documentation, Bigger Applications; Robert C. Martin, Clean Architecture, "The Dependency Rule".
"""

from fastapi_audit.rule_api import Confidence, Layer, Project, Raise, Severity, Verdict, fail, ok, rule, skip, unknown

from ._hierarchy import HTTP_EXCEPTIONS


@rule("ERR002", severity=Severity.WARNING)
def check(raised: Raise, project: Project) -> Verdict:
    function = raised.function
    if raised.name not in HTTP_EXCEPTIONS or function is None:
        return skip
    found = project.layers.find(function)
    if found is None or (found.is_by_deed and not project.data_accesses_in(function)):
        return unknown(raised.place, "the layer of this function is not known")
    if found.layer is Layer.WEB:
        return ok(raised.place, "it is raised in the web layer")
    confidence = Confidence.MEDIUM if found.is_by_deed else Confidence.HIGH
    return fail(raised.place, f"{function.name}, {found.reason}, raises {raised.name}", confidence=confidence)
