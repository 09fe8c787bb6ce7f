r"""One schema serves as body and as response, though it has fields that belong to one of them only.

## Why
Clients may send what only the server sets (`id`, `created_at`), and get back what they should only send (`password`).
The OpenAPI document cannot tell them which is which, and neither direction can change without the other.

## Bad
```python
from datetime import datetime

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int | None = None
    title: str
    created_at: datetime | None = None


@app.post("/orders")  # finding
async def create_order(order: Order) -> Order:
    return order
```

## Good
```python
from datetime import datetime

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class OrderCreate(BaseModel):
    title: str


class Order(OrderCreate):
    id: int
    created_at: datetime


@app.post("/orders")
async def create_order(order: OrderCreate) -> Order:
    raise NotImplementedError
```

A schema whose fields mean the same in both directions may serve for both:

```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Preferences(BaseModel):
    theme: str
    language: str


@app.put("/preferences")
async def set_preferences(preferences: Preferences) -> Preferences:
    return preferences
```

## Fix
Give each direction a schema of its own, with a common base.

## Limits
Schemas inside the fields of others are not compared, nor are those of different routes. A required `id` may be chosen
by the client. What a service calls its own fields else is not known.

## References
FastAPI documentation, Extra Models; OWASP API Security 2023, API3.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    DictValue,
    Field,
    Known,
    Project,
    Related,
    Route,
    Schema,
    Severity,
    TypeRef,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

from ._sensitive import kind_of, words_of

BODIES = frozenset({"body", "form"})
STAMPS = frozenset({
    ("created", "at"), ("created", "by"), ("created", "on"), ("date", "created"), ("date", "updated"),
    ("deleted", "at"), ("modified", "at"), ("updated", "at"), ("updated", "by"), ("updated", "on"),
})  # fmt: skip
IDENTITIES = frozenset({("id",), ("pk",), ("uuid",)})


@rule("TYP006", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    taken = [one.type for one in route.all_parameters if one.source in BODIES and one.type is not None]
    inputs = {schema.cls: schema for type_ in taken for schema in _schemas(type_, project)}
    if not inputs or route.response_model is None:
        return skip
    outputs = list(_schemas(route.response_model, project))
    for schema in outputs:
        if schema.cls in inputs and (field := next(filter(_has_one_direction, schema.fields), None)):
            related = Related(field.place, f"the field `{field}`")
            message = f"{route} takes {schema} and answers with it, with `{field}` in both directions"
            return fail(route.place, message, related=(related,))
    return ok(route.place, "what is sent is not what is answered") if outputs else skip


def _schemas(type_: TypeRef, project: Project) -> Iterator[Schema]:
    classes = {part.cls for part in type_.walk()}
    return (schema for schema in project.schemas if schema.cls in classes)


def _has_one_direction(field: Field) -> bool:
    """Say whether only the server sets a field, or only clients send it."""
    words = words_of(field.name)
    if field.is_excluded or _is_read_only(field):
        return False
    if words in STAMPS or kind_of(field) == "password":
        return True
    return words in IDENTITIES and field.default is not None


def _is_read_only(field: Field) -> bool:
    extra = field.options.get("json_schema_extra")
    return isinstance(extra, DictValue) and extra.get("readOnly") == Known(True)
