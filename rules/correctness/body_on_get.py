r"""A route that answers GET or HEAD takes a body.

## Why
A body has no meaning for GET. Browsers and many clients refuse to send one, proxies and caches drop it, and what is
answered is cached without it. Mostly it was never meant: FastAPI takes each list, `dict` and model for the body unless
the parameter says `Query()` or `Depends()`.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Filter(BaseModel):
    name: str


@app.get("/items")  # finding
async def list_items(filter: Filter) -> list[str]:
    return []


@app.get("/orders")  # finding
async def list_orders(ids: list[int] | None = None) -> list[int]:
    return []
```

## Good
```python
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel

app = FastAPI()


class Filter(BaseModel):
    name: str


@app.get("/items")
async def list_items(filter: Annotated[Filter, Depends()]) -> list[str]:
    return []


@app.get("/orders")
async def list_orders(ids: Annotated[list[int], Query()], filter: Annotated[Filter, Query()]) -> list[int]:
    return []


@app.post("/items/search")
async def search_items(filter: Filter) -> list[str]:
    return []


@app.api_route("/graph", methods=["GET", "POST"])
async def graph(query: str = "", body: dict | None = None) -> str:
    return query
```

## Fix
`Annotated[list[int], Query()]` for lists, `Annotated[Filter, Query()]` or `Depends()` for models; POST for a search
with too many conditions for an address.

## Limits
A route that answers another method too may leave out a body that has a default. What a library declares is left alone.

## References
RFC 9110, 9.3.1; FastAPI documentation, Request Body, and Query Parameters and String Validations.
"""

from fastapi_audit.rule_api import Related, Route, Severity, Verdict, fail, ok, rule, skip

from ._bodies import bodies_of

WITHOUT_BODY = frozenset({"GET", "HEAD"})


@rule("COR014", severity=Severity.WARNING)
def check(route: Route) -> Verdict:
    methods = set(route.methods)
    if WITHOUT_BODY.isdisjoint(methods):
        return skip
    taken = [one for one in bodies_of(route) if not one.is_of_library]
    if methods - WITHOUT_BODY - {"OPTIONS"}:
        taken = [one for one in taken if one.default is None]
    if not taken:
        return ok(route.place)
    related = tuple(Related(one.place, f"the {one.source} parameter `{one.variable}`") for one in taken)
    return fail(route.place, f"{route} reads `{taken[0].variable}` from the body", related=related)
