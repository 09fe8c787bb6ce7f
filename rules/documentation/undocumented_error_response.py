r"""A route answers errors that its documentation does not mention.

## Why
FastAPI documents the success and its own 422. Every other status that a route raises has to be named in `responses`;
else generated clients do not know that it exists, and whoever calls the route meets it in production first.

## Bad
```python
from fastapi import FastAPI, HTTPException

app = FastAPI()
ORDERS = {1: "a book"}


@app.get("/orders/{order_id}")  # finding
def read_order(order_id: int) -> str:
    if order_id not in ORDERS:
        raise HTTPException(404, "there is no such order")
    return ORDERS[order_id]
```

The error may come from a dependency, or from a service whose errors a handler answers:

```python
# file: app/main.py
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from app.orders import ShopError, take

app = FastAPI()


@app.exception_handler(ShopError)
def answer(request: Request, error: ShopError) -> JSONResponse:
    return JSONResponse({"code": "SHOP"}, error.status_code)


def require_key(key: str) -> None:
    if key != "open":
        raise HTTPException(401, "a wrong key")


@app.post("/orders", responses={409: {"description": "Sold out"}}, dependencies=[Depends(require_key)])  # finding
def order(item_id: int) -> int:
    return take(item_id)


@app.put("/orders")  # finding
def order_again(item_id: int) -> int:
    return take(item_id)
# file: app/orders.py
class ShopError(Exception):
    status_code = 500


class SoldOut(ShopError):
    status_code = 409


def take(item_id: int) -> int:
    if item_id > 10:
        raise SoldOut(item_id)
    return item_id
```

## Good
Whoever includes the router, the router and the route may name a status; so may a key for all of its kind. What is
caught on the way reaches nobody.

```python
from fastapi import APIRouter, Depends, FastAPI, HTTPException

UNAUTHENTICATED = {401: {"description": "The key is missing or wrong"}}
NOT_FOUND = {404: {"description": "It does not exist"}}


def require_key(key: str) -> None:
    if key != "open":
        raise HTTPException(401, "a wrong key")


def find(order_id: int) -> int:
    if order_id > 10:
        raise HTTPException(404, "there is no such order")
    return order_id


orders = APIRouter(prefix="/orders", responses=UNAUTHENTICATED, dependencies=[Depends(require_key)])


@orders.get("/{order_id}", responses={**NOT_FOUND})
def read_order(order_id: int) -> int:
    return find(order_id)


@orders.get("/{order_id}/next", responses={"4XX": {"description": "It was refused"}})
def read_next(order_id: int) -> int:
    return find(order_id + 1)


@orders.get("/{order_id}/exists")
def has_order(order_id: int) -> bool:
    try:
        find(order_id)
    except HTTPException:
        return False
    return True


@orders.post("")
def order(item_id: int) -> int:
    if item_id < 1:
        raise HTTPException(422, "a bad number")
    return item_id


app = FastAPI()
app.include_router(orders)
```

## Fix
Name the statuses in `responses={404: {"model": ErrorResponse}}` of the route, those that all routes of a router share
in the router's.

## Limits
Followed are raises of `HTTPException`, of what is derived from it, and of errors of the project that have a handler, in
the handler, its dependencies and all that these call. 422 and 500 are taken for documented. What a library raises, its
security schemes included, is not seen; responses that are returned are not looked at.

## References
FastAPI documentation, Additional Responses in OpenAPI; OpenAPI Specification, Responses Object.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    ErrorAnswer,
    Function,
    Project,
    Related,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

BY_THEMSELVES = frozenset({422, 500})
SHOWN = 5


@rule("API004", severity=Severity.INFO)
def check(route: Route, project: Project) -> Verdict:
    if not route.is_documented:
        return skip
    own = tuple(dict.fromkeys(_called_for(route)))
    answers = [answer for answer in project.escapes.leaving(own) if _is_told(answer)]
    if not answers:
        return skip
    missing = {answer.status: answer for answer in reversed(answers) if not _is_documented(answer, route)}
    told = sorted((status, answer) for status, answer in missing.items() if status is not None)
    if not told and None in missing:
        return unknown(missing[None].raised.place, "the status of this error is not known")
    if not told:
        return ok(route.place)
    if not route.documented.has_all_responses:
        return unknown(route.place, "its documented responses are not known")
    related = tuple(Related(answer.raised.place, f"{status} is raised here") for status, answer in told[:SHOWN])
    is_near = any(answer.raised.function in own for _, answer in told)
    message = f"{route} answers {_listed([status for status, _ in told])}, which it does not document"
    return fail(route.place, message, related=related, confidence=Confidence.HIGH if is_near else Confidence.MEDIUM)


def _called_for(route: Route) -> Iterator[Function]:
    """Yield the functions that FastAPI calls for a route."""
    if route.handler is not None:
        yield route.handler
    for dependency in route.all_dependencies:
        made = dependency.cls.find_method("__init__") if dependency.cls is not None else None
        yield from (function for function in (dependency.function, made) if function is not None)


def _is_told(answer: ErrorAnswer) -> bool:
    return answer.status is None or (answer.status >= 400 and answer.status not in BY_THEMSELVES)


def _is_documented(answer: ErrorAnswer, route: Route) -> bool:
    return answer.status is not None and route.documented.has_response(answer.status)


def _listed(statuses: list[int]) -> str:
    first = ", ".join(map(str, statuses[:-1]))
    return f"{first} and {statuses[-1]}" if first else str(statuses[-1])
