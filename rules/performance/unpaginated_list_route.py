r'''A route returns everything that a query finds.

## Why
The table grows and the response grows with it, until one request fills the memory, blocks a connection for seconds and
times out at the proxy. Clients that relied on getting everything cannot be changed later.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Column, Integer, select
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    """The base of all tables."""


class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)


class ItemRead(BaseModel):
    id: int


app = FastAPI()
session = Session()


@app.get("/items")  # finding
def read_items() -> list[ItemRead]:
    return session.scalars(select(Item)).all()
```

## Good
```python
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel
from sqlalchemy import Column, Integer, select
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    """The base of all tables."""


class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)


class ItemRead(BaseModel):
    id: int


app = FastAPI()
session = Session()


@app.get("/items")
def read_items(offset: int = 0, limit: Annotated[int, Query(le=100)] = 50) -> list[ItemRead]:
    return session.scalars(select(Item).offset(offset).limit(limit)).all()


@app.get("/items/newest")
def read_newest() -> list[ItemRead]:
    return session.scalars(select(Item).order_by(Item.id.desc()).limit(5)).all()
```

## Fix
Take `limit` and `offset`, or a cursor, with a default and a cap, and hand them to the query.

## Limits
Looked at are GET routes that return a list, or a model that wraps one, and read it in the handler or in a function that
it calls. Whether a page parameter reaches the query is not followed. What belongs to one thing that the caller has to
name, in the path or in the query, is mostly little: such a finding has low confidence. Other rows that are few by
nature cannot be told apart.

## References
Google API Improvement Proposals, AIP-158: Pagination; OWASP API Security 2023, API4: Unrestricted Resource Consumption.
'''

import re

from fastapi_audit.rule_api import (
    Confidence,
    Function,
    Known,
    Parameter,
    Project,
    Related,
    Route,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

from ._lists import is_page_of_library, plain, returns_collection

LIMIT = re.compile(r"\b(?:limit|fetch\s+first|fetch\s+next)\b", re.IGNORECASE)


@rule("PRF004", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    if route.handler is None or not returns_collection(route, project):
        return skip
    if is_page_of_library(route.response_model) or any(_chooses_page(parameter) for parameter in route.all_parameters):
        return ok(route.place)
    own = project.reached([route.handler])
    calls = (call for function in own for call in project.calls_in(function))
    reads = [call for call in calls if call.name in names("collections", "reads")]
    if not reads:
        return skip
    asked = (dependency.function for dependency in route.dependencies if dependency.level == "handler")
    if any(_takes_part(function, project) for function in (*own, *asked) if function is not None):
        return ok(route.place)
    related = Related(reads[0].place, "everything is read here")
    confidence = Confidence.LOW if _is_narrowed(route) else Confidence.HIGH
    message = f"{route} returns all rows that it finds, and takes no page"
    return fail(route.place, message, related=(related,), confidence=confidence)


def _is_narrowed(route: Route) -> bool:
    """Say whether a caller has to say of what: rows that belong to one thing are few, as a rule."""
    return any(one.source in ("path", "query") and one.default is None for one in route.all_parameters)


def _chooses_page(parameter: Parameter) -> bool:
    """Say whether a query parameter, or a field of the model that query parameters fill, chooses a page."""
    if parameter.source != "query":
        return False
    cls = parameter.type.cls if parameter.type is not None else None
    fields = [name for ancestor in cls.lineage for name in ancestor.attributes] if cls is not None else []
    return any(plain(name) in names("collections", "parameters") for name in (parameter.name, *fields))


def _takes_part(function: Function, project: Project) -> bool:
    if any(call.name in names("collections", "limits") for call in project.calls_in(function)):
        return True
    statements = (access.statement for access in project.data_accesses_in(function))
    return any(isinstance(text, Known) and LIMIT.search(str(text.value)) is not None for text in statements)
