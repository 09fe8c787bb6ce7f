r"""A client may ask for a page of any size.

## Why
Pagination protects nobody when `?limit=1000000` is allowed: one request reads the whole table, and a few of them at
once take the service down.

## Bad
```python
from fastapi import FastAPI, Query

app = FastAPI()
ITEMS = ["lamp", "table"]


@app.get("/items")
def read_items(offset: int = 0, limit: int = 50) -> list[str]:  # finding
    return ITEMS[offset : offset + limit]


@app.get("/tables")
def read_tables(limit: int = Query(50, lt=2_147_483_647)) -> list[str]:  # finding
    return ITEMS[:limit]
```

A field of the model that query parameters fill:

```python
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field

app = FastAPI()
ITEMS = ["lamp", "table"]


class Page(BaseModel):
    page: int = Field(1, ge=1)
    page_size: int = Field(20, ge=1)  # finding


@app.get("/items")
def read_items(page: Annotated[Page, Query()]) -> list[str]:
    return ITEMS[: page.page_size]
```

## Good
```python
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI()
ITEMS = ["lamp", "table"]


@app.get("/items")
def read_items(offset: int = 0, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[str]:
    return ITEMS[offset : offset + limit]
```

A size that is cut in the body, and one of a fixed set:

```python
from typing import Literal

from fastapi import FastAPI

app = FastAPI()
ITEMS = ["lamp", "table"]


@app.get("/items")
def read_items(limit: int = 50) -> list[str]:
    return ITEMS[: min(limit, 100)]


@app.get("/tables")
def read_tables(page_size: Literal[10, 50] = 10) -> list[str]:
    return ITEMS[:page_size]
```

```python
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field, field_validator

app = FastAPI()
ITEMS = ["lamp", "table"]


class Page(BaseModel):
    page_size: Annotated[int, Field(le=100)] = 20


class Slice(BaseModel):
    limit: int = 20

    @field_validator("limit")
    @classmethod
    def cut(cls, limit: int) -> int:
        return min(limit, 100)


@app.get("/items")
def read_items(page: Annotated[Page, Query()]) -> list[str]:
    return ITEMS[: page.page_size]


@app.get("/slices")
def read_slice(part: Annotated[Slice, Query()]) -> list[str]:
    return ITEMS[: part.limit]
```

## Fix
`limit: Annotated[int, Query(ge=1, le=100)] = 50`.

## Limits
Looked at are integer query parameters called limit, page_size, per_page, size and the like, and fields of models that
query parameters fill, on GET routes that return a list or a page of one. A cap in the body is `min(…)` or an `if` that
compares it, in the function or validator that gets it or in one that is called with the same name. A bound above 10,000
is none.

## References
FastAPI documentation, Query Parameters and Numeric Validations; OWASP API Security 2023, API4; CWE-770.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fastapi_audit.rule_api import (
    Class,
    ExternalObject,
    Field,
    Function,
    Known,
    Parameter,
    Place,
    Project,
    Route,
    Severity,
    TypeRef,
    Value,
    Verdict,
    fail,
    names,
    ok,
    rule,
    syntax,
)

from ._lists import plain, returns_collection

CAPS = ("le", "lt")
LARGEST = 10_000  # what is above is no page any more
CAPPING = frozenset({"annotated_types.Le", "annotated_types.Lt"})
ABOVE = frozenset({">", ">="})


@dataclass(frozen=True, slots=True)
class PageSize:
    """A number that says how many items a page has: a parameter, or a field of the model that parameters fill."""

    name: str
    variable: str
    place: Place
    type: TypeRef
    is_capped: bool


@rule("PRF005", severity=Severity.WARNING)
def check(parameter: Parameter, project: Project) -> Iterator[Verdict]:
    sizes = list(_page_sizes(parameter, project)) if parameter.source == "query" else []
    routes = routes_by_parameter(project).get(parameter.place, []) if sizes else []
    if not any(returns_collection(route, project) for route in routes):
        return
    filled = parameter.type.cls if parameter.type is not None else None
    entries = [parameter.function, *(route.handler for route in routes), *(filled.methods.values() if filled else ())]
    reached = project.reached([function for function in entries if function is not None])
    for size in sizes:
        if size.is_capped or any(_cuts(function, size.variable, project) for function in reached):
            yield ok(size.place)
        else:
            yield fail(size.place, f"`{size.name}` has no upper bound")


@lru_cache(maxsize=1)
def routes_by_parameter(project: Project) -> Mapping[Place, Sequence[Route]]:
    """Return the routes that take each parameter, by its place."""
    found: dict[Place, list[Route]] = {}
    for route in project.routes:
        for place in {parameter.place: None for parameter in route.all_parameters}:
            found.setdefault(place, []).append(route)
    return found


def _page_sizes(parameter: Parameter, project: Project) -> Iterator[PageSize]:
    type_ = parameter.type
    if type_ is not None and _is_page_size(parameter.name, type_):
        is_capped = _has_cap(parameter.options) or _is_chosen(type_)
        yield PageSize(parameter.name, parameter.variable, parameter.place, type_, is_capped)
    for field in _fields(type_.cls, project) if type_ is not None and type_.cls is not None else ():
        if field.type is not None and _is_page_size(field.name, field.type):
            is_capped = _is_field_capped(field) or _is_chosen(field.type)
            yield PageSize(field.name, field.name, field.place, field.type, is_capped)


def _fields(cls: Class, project: Project) -> Sequence[Field]:
    return next((schema.fields for schema in project.schemas if schema.cls is cls), ())


def _is_page_size(name: str, type_: TypeRef) -> bool:
    is_number = any(option.name == "int" for option in type_.options)
    return plain(name) in names("collections", "page_sizes") and (is_number or _is_chosen(type_))


def _is_chosen(type_: TypeRef) -> bool:
    """Say whether a type allows a few values only."""
    return bool(type_.options) and all(
        option.name == "typing.Literal" or option.is_a("enum.Enum", "enum.IntEnum") for option in type_.options
    )


def _is_field_capped(field: Field) -> bool:
    return _has_cap(field.options) or any(_caps(value) for value in field.metadata)


def _caps(value: Value) -> bool:
    call = value.call if isinstance(value, ExternalObject) else None
    return call is not None and (call.name in CAPPING or _has_cap(call.named))


def _has_cap(options: Mapping[str, Value]) -> bool:
    return any(name in options and not _is_huge(options[name]) for name in CAPS)


def _is_huge(bound: Value) -> bool:
    return isinstance(bound, Known) and isinstance(bound.value, (int, float)) and bound.value > LARGEST


def _cuts(function: Function, variable: str, project: Project) -> bool:
    """Say whether a function takes the minimum of a variable and something, or compares it from above."""
    least = (call.node for call in project.calls_in(function) if call.name == "min")
    if any(
        _names(argument.value, variable) for node in least if isinstance(node, syntax.Call) for argument in node.args
    ):
        return True
    tests = (statement.test for statement in function.statements if isinstance(statement, syntax.If))
    return any(
        _names(test.left, variable) and test.ops[0] in ABOVE for test in tests if isinstance(test, syntax.Compare)
    )


def _names(node: syntax.Expr, variable: str) -> bool:
    if isinstance(node, syntax.Attribute):
        return node.attr == variable
    return isinstance(node, syntax.Name) and node.id == variable
