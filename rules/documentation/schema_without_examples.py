r"""A schema that clients send shows no example.

## Why
The documentation lets its readers try a route with what it shows: without an example that is `"string"` and `0`, which
most services refuse. An example says at once what a field looks like.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()


class OrderCreate(BaseModel):  # finding
    isbn: str = Field(description="With hyphens")
    copies: int = 1


@app.post("/orders")
def order(wish: OrderCreate) -> int:
    return wish.copies
```

## Good
The schema, one of its fields, or the body that takes it may show one:

```python
from typing import Annotated

from fastapi import Body, FastAPI
from pydantic import BaseModel, ConfigDict, Field

app = FastAPI()


class OrderCreate(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"isbn": "978-0-14-143951-8"}]})

    isbn: str


class OrderChange(BaseModel):
    copies: Annotated[int, Field(examples=[3])]


class OrderCancel(BaseModel):
    reason: str


class OrderRead(BaseModel):
    isbn: str


@app.post("/orders")
def order(wish: OrderCreate) -> OrderRead:
    return OrderRead(isbn=wish.isbn)


@app.patch("/orders")
def change(change: OrderChange) -> int:
    return change.copies


@app.post("/orders/cancel")
def cancel(cancelled: Annotated[OrderCancel, Body(examples=[{"reason": "too late"}])]) -> str:
    return cancelled.reason
```

## Fix
Give the schema `json_schema_extra={"examples": [{…}]}` in its `model_config`, or its fields `examples=[…]`.

## Limits
Schemas that stand inside of others are shown with those and not judged. A function that makes the schema is not carried
out: it makes the verdict unknown.

## References
FastAPI documentation, Declare Request Example Data; Pydantic documentation, JSON Schema.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    DictValue,
    ExternalObject,
    Field,
    Parameter,
    Project,
    Schema,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

SHOWING = frozenset({"examples", "example", "openapi_examples"})
EXTRA = ("json_schema_extra", "schema_extra")
MAKERS = ("__get_pydantic_json_schema__", "__modify_schema__", "model_json_schema")
BODIES = frozenset({"body", "form"})


@rule("API007", severity=Severity.INFO)
def check(schema: Schema, project: Project) -> Verdict:
    bodies = list(_taken_as_they_are(schema, project))
    if not schema.fields or not bodies:
        return skip
    extra = next((schema.config[name] for name in EXTRA if name in schema.config), None)
    if _shows(extra):
        return ok(schema.place, f"{schema} shows an example")
    shown = next((field for field in schema.fields if _field_shows(field)), None)
    if shown is not None:
        return ok(shown.place)
    if any(not SHOWING.isdisjoint(body.options) for body in bodies):
        return ok(schema.place, f"{schema} shows an example")
    if _is_unread(extra) or any(schema.cls.find_method(name) for name in MAKERS):
        return unknown(schema.place, "what a function adds to the schema is not known")
    return fail(schema.place, f"{schema} is sent by clients and shows no example")


def _taken_as_they_are(schema: Schema, project: Project) -> Iterator[Parameter]:
    """Yield the bodies whose type is a schema itself, also in a list or union."""
    for route in project.schema_graph.taken_by(schema):
        for one in route.all_parameters if route.is_documented else ():
            if one.source in BODIES and one.type is not None and any(t.cls is schema.cls for t in one.type.walk()):
                yield one


def _field_shows(field: Field) -> bool:
    metadata = [one.call.named for one in field.metadata if isinstance(one, ExternalObject) and one.call is not None]
    given = [field.options, *metadata]
    return any(not SHOWING.isdisjoint(one) or _shows(one.get("json_schema_extra")) for one in given)


def _shows(extra: Value | None) -> bool:
    return isinstance(extra, DictValue) and any(extra.get(name) is not None for name in sorted(SHOWING))


def _is_unread(extra: Value | None) -> bool:
    return extra is not None and (not isinstance(extra, DictValue) or extra.is_open)
