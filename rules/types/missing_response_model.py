r"""A route returns JSON and declares no response model.

## Why
Without one nothing filters or checks what goes out: a field added to an object is published at once. Clients and code
generators see an empty schema in the OpenAPI document.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders/{order_id}")  # finding
async def read_order(order_id: int):
    return {"id": order_id, "margin": 0.4}
```

## Good
```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


@app.get("/orders/{order_id}")
async def read_order(order_id: int) -> Order:
    return Order(id=order_id)


@app.get("/orders", response_model=list[Order])
async def list_orders():
    return [{"id": 1}]
```

What is no JSON of FastAPI's making needs none:

```python
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

app = FastAPI()


@app.get("/", response_class=HTMLResponse)
async def home():
    return "<h1>Orders</h1>"


@app.get("/start")
async def start() -> RedirectResponse:
    return RedirectResponse("/")


@app.get("/report")
async def report():
    return FileResponse("report.pdf")


@app.delete("/orders/{order_id}", status_code=204)
async def delete_order(order_id: int):
    pass
```

## Fix
Annotate the return type with a Pydantic model, or pass `response_model=`.

## Limits
How much a model says is TYP004's matter: `dict` counts here. Rows that are returned as stored are TYP005's. Where
neither an annotation nor the returned values tell whether the handler makes its own responses, the verdict is unknown.

## References
FastAPI documentation, Response Model - Return Type; OWASP API Security 2023, API3.
"""

from fastapi_audit.rule_api import Project, Route, Severity, Verdict, fail, ok, rule, skip, unknown

from ._responses import answers_json, returned_types, table_in


@rule("TYP003", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    if not answers_json(route):
        return skip
    if route.response_model is not None:
        return ok(route.place, "it declares its response")
    if route.returns is not None and route.returns.name == "?":
        return unknown(route.place, f"the return annotation of {route.handler_name} cannot be resolved")
    returned = returned_types(route, project)
    if returned is None:
        return unknown(route.place, "the handler is not in the project")
    if table_in(returned, project):
        return skip
    if any(not type_.is_response and type_.name != "?" for type_ in returned):
        return fail(route.place, f"{route} returns JSON and declares no response model")
    if any(type_.name == "?" for type_ in returned):
        return unknown(route.place, "whether the handler makes its own responses cannot be told")
    return skip
