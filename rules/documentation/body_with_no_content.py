r"""A route answers with a body under a status that allows none: 204, 205, 304 or one below 200.

## Why
FastAPI refuses to start when such a route has a response model. Without a model it drops what the handler returns, so
that the caller waits in vain for what the code seems to send. A response made by hand is sent as it is: the server
finds more data than the status allows and breaks off the connection.

## Bad
```python
from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI()


@app.delete("/orders/{order_id}", status_code=204)  # finding
def delete_order(order_id: int):
    return {"deleted": order_id}


@app.put("/orders/{order_id}", status_code=204)  # finding
def replace_order(order_id: int) -> dict[str, int]:
    return {"replaced": order_id}


@app.post("/orders/{order_id}/ship")  # finding
def ship_order(order_id: int):
    return JSONResponse(None, status_code=204)
```

```python
from fastapi import FastAPI, status
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


@app.delete("/orders", status_code=status.HTTP_204_NO_CONTENT, response_model=Order)  # finding
def delete_orders(): ...


@app.get("/orders", responses={304: {"model": Order}})  # finding
def list_orders() -> list[Order]:
    return []
```

## Good
```python
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

app = FastAPI()


@app.delete("/orders/{order_id}", status_code=204)
def delete_order(order_id: int) -> None:
    print(order_id)


@app.put("/orders/{order_id}", status_code=204)
async def replace_order(order_id: int):
    return Response(status_code=204)


@app.get("/orders/{order_id}", responses={304: {"description": "It has not changed"}}, response_model=None)
def read_order(order_id: int, tag: str = "") -> Response:
    if tag == "known":
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse({"id": order_id})
```

## Fix
Return nothing, or answer 200 with the body.

## Limits
What a handler returns is known as far as its calls can be followed; where it is not, the verdict is unknown.

## References
RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5; `fastapi.utils.is_body_allowed_for_status_code`, which FastAPI asks since
0.79.
"""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import (
    Confidence,
    DictValue,
    ExternalObject,
    Known,
    Project,
    Return,
    Route,
    Severity,
    Template,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

WITHOUT_BODY = frozenset({204, 205, 304})
EMPTY = (Known(None), Known(""), Known(b""))
UNKNOWN_TYPE = "?"


@rule("API006", severity=Severity.ERROR)
def check(route: Route, project: Project) -> Verdict:
    if route.kind != "http":
        return skip
    returned = project.returns_in(route.handler) if route.handler is not None else ()
    made = [one for one in returned if allows_no_body(one.status)]
    promised = next(_models_without_body(route), None)
    if promised is not None:
        return fail(route.place, f"{route} has a response model for {promised}: FastAPI refuses to start")
    broken = next((one for one in made if _has_body(one)), None)
    if broken is not None:
        return fail(route.place, f"{route} sends a body with {broken.status}, which allows none")
    if allows_no_body(route.status_code):
        return _of_declared(route, returned)
    return ok(made[0].place) if made else skip


def allows_no_body(status: int | None) -> bool:
    """Say whether a status allows no body."""
    return status is not None and (status < 200 or status in WITHOUT_BODY)


def _of_declared(route: Route, returned: Sequence[Return]) -> Verdict:
    """Judge a route whose declared status allows no body by what its handler returns."""
    if route.response_model is not None:
        return fail(route.place, f"{route} has a response model for {route.status_code}: FastAPI refuses to start")
    if route.handler is None:
        return unknown(route.place, "its handler is not known")
    for one in returned:
        options = [option for option in one.type.options if not option.is_response]
        if any(option.name == UNKNOWN_TYPE for option in options):
            return unknown(one.place, "what is returned here is not known")
        if options:
            is_sure = one.type.options == (one.type,)
            message = f"{route} returns {options[0]}, which FastAPI drops because of the status {route.status_code}"
            return fail(route.place, message, confidence=Confidence.HIGH if is_sure else Confidence.MEDIUM)
    return ok(route.place)


def _models_without_body(route: Route) -> Iterator[int]:
    """Yield the statuses of documented responses that have a model and allow no body."""
    responses = route.options.get("responses")
    for key, value in responses.items if isinstance(responses, DictValue) else ():
        status = key.value if isinstance(key, Known) and isinstance(key.value, (int, str)) else ""
        number = int(status) if str(status).isdigit() else None
        model = value.get("model") if isinstance(value, DictValue) else None
        if number is not None and allows_no_body(number) and model is not None and model != Known(None):
            yield number


def _has_body(returned: Return) -> bool:
    """Say whether a response that is made has something to send; one that writes JSON writes `null` for None."""
    call = returned.value.call if isinstance(returned.value, ExternalObject) else None
    if call is None:
        return False
    content = call.argument(0, "content")
    if call.name in names("responses", "json"):
        return content is not None
    return isinstance(content, (Known, Template)) and content not in EMPTY
