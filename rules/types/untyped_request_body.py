r"""A route takes a body that nothing describes or validates.

## Why
Whatever the client sends reaches the code: missing keys become 500s, wrong types travel on to the database, unknown
keys slip into an update. The OpenAPI document shows clients an empty object.

## Bad
```python
from typing import Any

from fastapi import FastAPI, Request

app = FastAPI()


@app.post("/orders")  # finding
async def create_order(order: dict[str, Any]) -> int:
    return order["id"]


@app.put("/orders/{order_id}")  # finding
async def replace_order(order_id: int, request: Request) -> int:
    order = await request.json()
    return order["id"]
```

## Good
```python
from fastapi import FastAPI, UploadFile
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    id: int


@app.post("/orders")
async def create_order(order: Order) -> int:
    return order.id


@app.put("/prices")
async def set_prices(prices: dict[str, int]) -> int:
    return len(prices)


@app.post("/documents")
async def upload(document: UploadFile) -> str | None:
    return document.filename
```

A webhook has to read the raw body, because the signature is made over its bytes:

```python
import hmac
import json

from fastapi import FastAPI, Header, HTTPException, Request

app = FastAPI()
KEY = b"from the settings"


@app.post("/webhooks/shop")
async def receive(request: Request, x_signature: str = Header()) -> None:
    body = await request.body()
    if not hmac.compare_digest(hmac.new(KEY, body, "sha256").hexdigest(), x_signature):
        raise HTTPException(401)
    json.loads(body)
```

## Fix
Declare a Pydantic model with the fields that the route uses, and take it as a parameter.

## Limits
A body that is read by hand is found in the handler and in its dependencies, not in what they call. One that is handed
to a model by hand (`Order.model_validate(await request.json())`) passes. A raw body that goes anywhere but to a JSON
parser is unknown.

## References
FastAPI documentation, Request Body; OWASP API Security 2023, API3; CWE-20.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Function,
    Parameter,
    Priority,
    Project,
    Related,
    Route,
    Severity,
    TypeRef,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
    unknown,
)

from ._weak import weak_part

BODIES = frozenset({"body", "form", "file"})
PARSED, RAW = frozenset({"fastapi.Request.json", "fastapi.Request.form"}), "fastapi.Request.body"
PARSERS = frozenset({"json.loads", "orjson.loads", "ujson.loads", "msgspec.json.decode"})
VALIDATORS = frozenset({"parse_obj", "parse_raw", "validate_json", "validate_python"})
SIGNATURES = frozenset({
    "compare_digest", "construct_event", "is_valid_request", "parse_event", "unwrap", "validate_signature", "verify",
    "verify_key", "verify_signature",
})  # fmt: skip


@rule("TYP002", severity=Severity.ERROR, priority=Priority.P0)
def check(route: Route, project: Project) -> Verdict:
    if not route.changes_data:
        return skip
    bodies = [parameter for parameter in route.all_parameters if parameter.source in BODIES]
    for parameter in bodies:
        if untyped := _untyped(parameter):
            return _untyped_body(route, Related(parameter.place, f"`{parameter.variable}` is {untyped}"))
    by_hand = _read_by_hand(route, project, is_declared=bool(bodies))
    if by_hand is not None:
        return by_hand
    vague = next((parameter for parameter in bodies if _is_vague(parameter.type)), None)
    if vague is not None:
        return unknown(vague.place, f"the type of `{vague.variable}` cannot be resolved")
    return ok(bodies[0].place, f"`{bodies[0].variable}` is validated: `{bodies[0].type}`") if bodies else skip


def _untyped(parameter: Parameter) -> str | None:
    """Say in words how little is said of a parameter; None if it has a type."""
    if parameter.type is None:
        return "not annotated"
    weak = weak_part(parameter.type)
    return f"`{parameter.type}`" if weak is not None else None


def _is_vague(type_: TypeRef | None) -> bool:
    return type_ is not None and any(part.name == "?" for part in type_.walk())


def _read_by_hand(route: Route, project: Project, is_declared: bool) -> Verdict | None:
    """Judge a body that is taken from the request itself; None if there is none. What dependencies look up in a body
    that the route declares is validated there.
    """
    calls = [call for call in _calls(route, project) if not is_declared or call.function is route.handler]
    reads = [call for call in calls if call.name == RAW or (call.name in PARSED and not _is_dropped(call))]
    if not reads:
        return None
    if any(_checks_a_signature(call) for call in (*calls, *_calls_below(calls, project))):
        return ok(reads[0].place, "the signature of the body is checked")
    takers = [call for call in calls if any(_takes(call, read) for read in reads)]
    if any(_validates(call) for call in takers):
        return ok(reads[0].place, "the body is validated by hand")
    if all(read.name == RAW for read in reads) and not (takers and all(call.name in PARSERS for call in takers)):
        return unknown(reads[0].place, "what the raw body is taken for cannot be told")
    read = next((read for read in reads if read.name != RAW), reads[0])
    return _untyped_body(route, Related(read.place, "the body is read by hand"))


def _calls(route: Route, project: Project) -> Iterator[Call]:
    functions = [route.handler, *(dependency.function for dependency in route.all_dependencies)]
    for function in dict.fromkeys(functions):
        if function is not None:
            yield from project.calls_in(function)


def _calls_below(calls: list[Call], project: Project) -> Iterator[Call]:
    for call in calls:
        if isinstance(call.target, Function):
            yield from project.calls_in(call.target)


def _is_dropped(call: Call) -> bool:
    """Say whether a body is only awaited, so that a library finds it there (an OAuth server, say)."""
    statements = call.function.statements if call.function is not None else ()
    alone = (statement.value for statement in statements if isinstance(statement, syntax.ExprStmt))
    return any(isinstance(value, syntax.Await) and value.value == call.node for value in alone)


def _takes(call: Call, read: Call) -> bool:
    return any(value is read.result for value in (*call.positional, *call.named.values()))


def _validates(call: Call) -> bool:
    return _last_name(call).startswith("model_validate") or _last_name(call) in VALIDATORS


def _checks_a_signature(call: Call) -> bool:
    return (call.name or "").startswith("hmac.") or _last_name(call) in SIGNATURES


def _last_name(call: Call) -> str:
    """Return the method or function that is called, as written where its owner is not known."""
    if call.name is not None:
        return call.name.rpartition(".")[2]
    return call.method or ""


def _untyped_body(route: Route, related: Related) -> Verdict:
    return fail(route.place, f"{route} takes a body that is not validated: {related.message}", related=(related,))
