r"""A response model says nothing about the response.

## Why
`dict`, `Any` and their kin let everything out: nothing is checked or filtered, and the OpenAPI document shows clients
an object without fields, as if there were no model at all.

## Bad
```python
from typing import Any

from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{order_id}")  # finding
async def read_order(order_id: int) -> dict[str, Any]:
    return {"id": order_id, "margin": 0.4}


@app.get("/orders", response_model=list[dict])  # finding
async def list_orders():
    return [{"id": 1}]
```

## Good
```python
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int
    extra: dict


@app.get("/orders/{order_id}")
async def read_order(order_id: int) -> Order:
    return Order(id=order_id, extra={})


@app.get("/prices")
async def read_prices() -> dict[str, int]:
    return {"tea": 3}


@app.get("/raw", response_model=None)
async def read_raw() -> dict | JSONResponse:
    return {"id": 1}
```

## Fix
Declare a Pydantic model with the fields of the response.

## Limits
What the fields of a model say is not looked into. Rows of a table behind a weak model are TYP005's matter.
Routes that the OpenAPI document leaves out are no subject.

## References
FastAPI documentation, Response Model - Return Type; OWASP API Security 2023, API3.
"""

from fastapi_audit.rule_api import Project, Route, Severity, Verdict, fail, ok, rule, skip, unknown

from ._responses import answers_json, returned_types, table_in
from ._weak import weak_part


@rule("TYP004", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    model = route.response_model
    if model is None or not route.in_schema or not answers_json(route) or table_in([model], project):
        return skip
    weak = weak_part(model)
    if weak is None:
        if all(part.name != "?" for part in model.walk()):
            return ok(route.place, f"`{model}` says what is answered")
        return unknown(route.place, f"the response model `{model}` cannot be resolved")
    if table_in(returned_types(route, project) or (), project):
        return skip
    return fail(route.place, f"{route} answers with `{model}`, which says nothing about the response")
