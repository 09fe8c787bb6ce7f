r"""A parameter or field may be None and has no default, so callers must send it all the same.

## Why
`int | None` says which values are allowed, not that the value may be left out: only a default does. Without one every
request that leaves it out is answered with 422, and a query, header, cookie or form field cannot even say null. In a
schema this is so since Pydantic 2; Pydantic 1 took None for the default.

## Bad
```python
from typing import Annotated, Optional

from fastapi import FastAPI, Header
from pydantic import BaseModel

app = FastAPI()


class ItemUpdate(BaseModel):
    name: str | None  # finding
    price: float | None = None


@app.get("/items")
async def list_items(
    name: Optional[str],  # finding
    token: Annotated[str | None, Header()],  # finding
) -> list[str]:
    return []


@app.patch("/items")
async def update_item(item: ItemUpdate) -> None: ...
```

## Good
```python
from typing import Annotated, Optional

from fastapi import FastAPI, Header, Path, Query
from pydantic import BaseModel, Field

app = FastAPI()


class Item(BaseModel):
    name: str | None
    parent: int | None = Field(...)


class ItemUpdate(BaseModel):
    name: str | None = None
    parent: Annotated[int | None, Field(gt=0)] = None
    note: Optional[str] = Field(None, max_length=20)
    text: Annotated[str | None, Field(min_length=1, default=None)]
    owner: int | None = ...


@app.get("/items/{item_id}")
async def read_item(
    item_id: Annotated[int | None, Path()],
    required: Annotated[str | None, Query(...)],
    name: Optional[str] = None,
    token: Annotated[str | None, Header()] = None,
) -> Item:
    return Item(name=name, parent=None)


@app.patch("/items")
async def update_item(item: ItemUpdate) -> None: ...
```

## Fix
Give it a default: `= None`. Where callers shall decide, say so: `= Field(...)` or `= Query(...)`.

## Limits
`...` says that it is meant. Fields are looked at in schemas that a body or form brings; one that answers contain as
well has medium confidence, since there the field may be there to be shown. A model that has a validator for all of it
may fill the field in, and passes.

## References
FastAPI documentation, Query Parameters and String Validations, "Required, can be None"; Pydantic documentation,
Migration Guide, "Required, optional, and nullable fields".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    Field,
    Parameter,
    Project,
    Schema,
    Severity,
    TypeRef,
    Verdict,
    fail,
    ok,
    rule,
)

from ._bodies import sets_fields_before


@rule("COR016", severity=Severity.WARNING)
def check(project: Project) -> Iterator[Verdict]:
    for parameter in project.subjects(Parameter):
        if parameter.source != "path" and is_nullable(parameter.type):
            yield judge_parameter(parameter)
    if project.is_since("pydantic", "2"):
        yield from judge_fields(project)


def is_nullable(type_: TypeRef | None) -> bool:
    """Say whether a type is a union with None; what may be anything says nothing about None."""
    return type_ is not None and any(inner.name == "None" for inner in type_.arguments) and type_.name == "Union"


def judge_parameter(parameter: Parameter) -> Verdict:
    if parameter.default is not None or parameter.is_said_required:
        return ok(parameter.place)
    return fail(parameter.place, f"the {parameter} may be None and has to be sent: it has no default")


def judge_fields(project: Project) -> Iterator[Verdict]:
    """Judge the fields of schemas that requests bring: each once, wherever it is inherited."""
    seen = set()
    for schema in project.schemas:
        if not project.schema_graph.taken_by(schema):
            continue
        for field in schema.fields:
            if is_nullable(field.type) and field.place not in seen:
                seen.add(field.place)
                yield judge_field(schema, field, project)


def judge_field(schema: Schema, field: Field, project: Project) -> Verdict:
    if field.default is not None or field.is_said_required or sets_fields_before(schema.cls):
        return ok(field.place)
    is_update = any("PATCH" in route.methods for route in project.schema_graph.taken_by(schema))
    is_shown = bool(project.schema_graph.sent_by(schema))
    confidence = Confidence.MEDIUM if is_shown and not is_update else Confidence.HIGH
    message = f"`{schema}.{field}` may be None and has to be sent: it has no default"
    return fail(field.place, message, confidence=confidence)
