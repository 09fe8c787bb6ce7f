r"""An input schema takes texts of any length, or collections of any size.

## Why
What has no bound is bounded by the memory of the server: a name of a hundred megabytes is validated, logged, stored and
sent on. Whatever the database would refuse surfaces as a 500 instead of a 422 that says what is wrong.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class OrderCreate(BaseModel):  # finding
    title: str
    tags: list[str] = []


@app.post("/orders")
async def create_order(order: OrderCreate) -> None: ...
```

## Good
```python
from datetime import date
from enum import Enum
from typing import Annotated, Literal

from fastapi import FastAPI
from pydantic import BaseModel, EmailStr, Field, StringConstraints, field_validator

app = FastAPI()

Label = Annotated[str, StringConstraints(max_length=20)]


class Size(str, Enum):
    SMALL = "small"


class OrderCreate(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    isbn: str = Field(pattern=r"^\d{13}$")
    labels: list[Label] = Field(max_length=10)
    size: Size
    kind: Literal["gift", "own"]
    contact: EmailStr
    due: date
    note: str

    @field_validator("note")
    @classmethod
    def check_note(cls, note: str) -> str:
        if len(note) > 1000:
            raise ValueError("too long")
        return note


class OrderRead(BaseModel):
    comment: str


@app.post("/orders")
async def create_order(order: OrderCreate) -> OrderRead:
    raise NotImplementedError
```

## Fix
Give each text a `max_length` or a `pattern`, each collection a `max_length`, in `Field(…)` or `Annotated`.

## Limits
Numbers, and what is inside of a collection, are not asked for bounds. Any validator of a field counts as its
constraint. A limit on the size of requests in front of the service is not seen.

## References
OWASP API Security 2023, API4; CWE-770; Pydantic documentation, Fields.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    ExternalObject,
    Field,
    Known,
    Project,
    Related,
    Schema,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
)

from ._validators import OF_FIELDS, validators_of

BOUNDS = frozenset({"max_length", "max_items", "pattern", "regex"})
TEXTS = frozenset({"str", "bytes"})
COLLECTIONS = frozenset({"list", "set", "frozenset", "typing.Sequence", "typing.Iterable"})
DESCRIBING = frozenset({"pydantic.Field", "pydantic.StringConstraints", "sqlmodel.Field", "sqlmodel.main.Field"})
SHOWN = 5


@rule("TYP008", severity=Severity.INFO)
def check(schema: Schema, project: Project) -> Verdict:
    if not schema.fields or not project.schema_graph.taken_by(schema):
        return skip
    unbounded = COLLECTIONS if "str_max_length" in schema.config else TEXTS | COLLECTIONS
    validated = frozenset(_validated(schema))
    free = [field for field in schema.fields if _is_free(field, unbounded) and field.name not in validated]
    if not free or "*" in validated:
        return ok(schema.place, f"each text and collection of {schema} has its bound")
    listed = ", ".join(f"`{field}`" for field in free[:SHOWN]) + (" …" if len(free) > SHOWN else "")
    related = tuple(Related(field.place, f"`{field}: {field.type}`") for field in free)
    return fail(schema.place, f"{schema} sets no bound to {listed}", related=related)


def _is_free(field: Field, unbounded: frozenset[str]) -> bool:
    if field.type is None or not BOUNDS.isdisjoint(field.options) or any(map(_may_bound, field.metadata)):
        return False
    return any(option.name in unbounded for option in field.type.options)


def _may_bound(metadata: Value) -> bool:
    """Say whether something in `Annotated` may set a bound; texts do not, nor what only describes or places a field."""
    if isinstance(metadata, Known):
        return False
    call = metadata.call if isinstance(metadata, ExternalObject) else None
    if call is None or not (call.name in DESCRIBING or call.name.startswith("fastapi.")):
        return True
    return not BOUNDS.isdisjoint(call.named)


def _validated(schema: Schema) -> Iterator[str]:
    """Yield the names of the fields that a validator of the schema looks at; "*" for all."""
    for method in validators_of(schema.cls, OF_FIELDS):
        calls = (node for node in method.node.decorators if isinstance(node, syntax.Call))
        arguments = (argument.value for call in calls for argument in call.args)
        yield from (str(value.value) for value in arguments if isinstance(value, syntax.Constant))
