r"""Pages of different things are written out one by one, without a generic wrapper.

## Why
Each copy has to be kept like the others by hand: one names its total `count`, another forgets it, and clients cannot
treat pages alike.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


class Customer(BaseModel):
    id: int


class Orders(BaseModel):  # finding
    items: list[Order]
    total: int


class Customers(BaseModel):  # finding
    data: list[Customer]
    count: int


@app.get("/orders")
async def list_orders() -> Orders:
    raise NotImplementedError


@app.get("/customers")
async def list_customers() -> Customers:
    raise NotImplementedError
```

## Good
```python
from typing import Generic, TypeVar

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
T = TypeVar("T")


class Order(BaseModel):
    id: int


class Customer(BaseModel):
    id: int


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int


class Customers(Page[Customer]):
    page: int


class Cart(BaseModel):
    lines: list[Order]
    total: int
    currency: str


@app.get("/orders")
async def list_orders() -> Page[Order]:
    raise NotImplementedError


@app.get("/customers")
async def list_customers() -> Customers:
    raise NotImplementedError


@app.get("/cart")
async def read_cart() -> Cart:
    raise NotImplementedError
```

## Fix
Declare one `Page[T]`, generic over what it holds, and answer with `Page[Order]`, `Page[Customer]`.

## Limits
A page is a schema that is sent, with one list of models and nothing else but what pages are counted by. The only one of
a service needs no wrapper.

## References
Pydantic documentation, Generic models.
"""

from fastapi_audit.rule_api import Field, Project, Schema, Severity, Verdict, fail, ok, rule, skip

from ._sensitive import words_of

LISTS = frozenset({"list", "tuple", "typing.Sequence"})
PAGING = frozenset({
    "count", "current", "cursor", "end", "from", "has", "items", "last", "limit", "more", "next", "num", "number", "of",
    "offset", "page", "pages", "per", "prev", "previous", "results", "size", "skip", "start", "to", "total",
})  # fmt: skip


@rule("TYP017", severity=Severity.INFO)
def check(schema: Schema, project: Project) -> Verdict:
    if not _is_page(schema) or not project.schema_graph.sent_by(schema):
        return skip
    by_hand = (one for one in project.schemas if _is_page(one) and project.schema_graph.sent_by(one))
    other = next((one for one in by_hand if one is not schema and not _is_generic(one)), None)
    if _is_generic(schema) or other is None:
        return ok(schema.place, "pages are not written out one by one")
    return fail(schema.place, f"{schema} is a page written out by hand, as is {other}")


def _is_page(schema: Schema) -> bool:
    """Say whether a schema holds a list of models and what pages are counted by, and nothing else."""
    lists = [field for field in schema.fields if _is_list(field)]
    others = [field for field in schema.fields if field not in lists]
    if len(lists) != 1 or not others:
        return False
    words = PAGING | frozenset(words_of(lists[0].name))
    return all(words.issuperset(words_of(field.name)) for field in others)


def _is_list(field: Field) -> bool:
    """Say whether a field is a list of models, or of what a generic one is given."""
    items = field.type.arguments[:1] if field.type is not None and field.type.name in LISTS else ()
    return any(item.cls is not None or item.name in ("?", "pydantic.BaseModel") for item in items)


def _is_generic(schema: Schema) -> bool:
    lineage = schema.cls.lineage
    return schema.cls.is_a("typing.Generic", "pydantic.generics.GenericModel") or any(
        cls.node.type_params for cls in lineage
    )
