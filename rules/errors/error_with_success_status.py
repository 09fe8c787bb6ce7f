r"""A failure is answered with a status that says success.

## Why
Clients, retries, caches, monitors and generated code go by the status. A body that says "error" under a 200 is taken
for the thing that was asked for: nobody tries again, no alarm goes off, and a cache may keep it.

## Bad
```python
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel

app = FastAPI()
ITEMS = {1: "lamp"}


class Answer(BaseModel):
    success: bool
    error: str | None = None


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, str]:
    if item_id not in ITEMS:
        return {"error": f"there is no item {item_id}"}  # finding
    return {"name": ITEMS[item_id]}


@app.delete("/items/{item_id}")
def delete_item(item_id: int):
    try:
        del ITEMS[item_id]
    except KeyError as error:
        return JSONResponse({"status": "error", "message": str(error)})  # finding
    return {"status": "ok"}


@app.put("/items/{item_id}")
def put_item(item_id: int, name: str) -> Answer:
    if item_id < 1:
        return Answer(success=False, error="a bad number")  # finding
    if not name:
        raise HTTPException(200, "a name is missing")  # finding
    return Answer(success=True)
```

## Good
```python
from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse

app = FastAPI()
ITEMS = {1: "lamp"}


@app.get("/items/{item_id}")
def read_item(item_id: int, response: Response) -> dict[str, str]:
    if item_id < 1:
        response.status_code = 400
        return {"error": "a bad number"}
    if item_id not in ITEMS:
        raise HTTPException(404, {"code": "ITEM_NOT_FOUND", "message": "there is no such item"})
    return {"name": ITEMS[item_id]}


@app.delete("/items/{item_id}")
def delete_item(item_id: int):
    if item_id not in ITEMS:
        return JSONResponse({"error": "not found"}, status_code=404)
    return {"deleted": item_id, "error": None}


@app.post("/imports")
def import_items(names: list[str]) -> dict[str, object]:
    errors = [name for name in names if not name]
    if errors:
        return {"imported": len(names) - len(errors), "errors": errors}
    return {"imported": len(names), "errors": []}


@app.get("/health")
def health() -> dict[str, str]:
    if not ITEMS:
        return {"status": "error"}
    return {"status": "ok"}
```

## Fix
Raise an error with the right status (4xx when the caller can mend it, 5xx when not), or return a response with it.

## Limits
Looked at are handlers of routes and what they return themselves, in a branch or an `except` clause. Probes and webhooks
are left out: who calls them often wants a 200. A response of which the status is not known is left out. Lists of errors
of a batch that succeeded in part are no failure.

## References
RFC 9110, HTTP Semantics, section 15; FastAPI documentation, Handling Errors.
"""

from collections.abc import Iterator, Mapping

from fastapi_audit.rule_api import (
    Confidence,
    DictValue,
    ExternalObject,
    Function,
    Instance,
    Known,
    Project,
    Raise,
    Return,
    Severity,
    Template,
    Value,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    syntax,
)

from ._hierarchy import HTTP_EXCEPTIONS
from ._special_routes import answers_machines

ERRORS = ("error", "error_message", "error_msg")
FLAGS = ("success", "succeeded", "ok")
FAILURES = frozenset({"error", "fail", "failed", "failure"})


@rule("ERR009", severity=Severity.ERROR)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    raises = [raised for raised in project.raises_in(function) if raised.name in HTTP_EXCEPTIONS]
    failures = [*_raised_successes(raises)]
    routes = project.routes_of(function)
    if routes and not answers_machines(function, project) and not _sets_status(function):
        failures += [verdict for one in project.returns_in(function) for verdict in _judge(one, project)]
    is_subject = bool(raises or (routes and project.returns_in(function)))
    yield from failures or [ok(function.place) if is_subject else skip]


def _raised_successes(raises: list[Raise]) -> Iterator[Verdict]:
    for raised in raises:
        if raised.status is not None and raised.status < 300:
            yield fail(raised.place, f"{raised} with status {raised.status}")


def _sets_status(function: Function) -> bool:
    """Say whether a function sets the status of the response that FastAPI gave it."""
    assigned = [node for node in function.nodes if isinstance(node, syntax.Assign)]
    targets = [target for node in assigned for target in node.targets]
    return any(isinstance(target, syntax.Attribute) and target.attr == "status_code" for target in targets)


def _judge(returned: Return, project: Project) -> Iterator[Verdict]:
    if not any(isinstance(block, (syntax.If, syntax.Handler, syntax.Match)) for block in returned.blocks):
        return
    if returned.status is not None and returned.status >= 300:
        return
    if returned.status is None and returned.type.is_response:
        return  # whoever makes it may set another one
    for option in options_of(returned.value):
        said = _said(_members(option, returned, project))
        if said is not None:
            message, confidence = said
            is_declared = isinstance(option, Instance)
            if is_declared and confidence is Confidence.MEDIUM:
                continue  # a result that the schema provides for
            yield fail(
                returned.place,
                f"{message} with a status of success",
                confidence=Confidence.MEDIUM if is_declared else confidence,
            )
            return


def _members(value: Value, returned: Return, project: Project) -> Mapping[str, Value]:
    """Return what a body has under its names: a dict, a schema, or a response with one of them."""
    if isinstance(value, ExternalObject) and value.call is not None and returned.status is not None:
        content = value.call.argument(0, "content")
        return _members(content, returned, project) if isinstance(content, DictValue) else {}
    if isinstance(value, DictValue):
        return {str(key.value): item for key, item in value.items if isinstance(key, Known)}
    if isinstance(value, Instance) and returned.function is not None and isinstance(returned.node, syntax.Return):
        made = [call for call in project.calls_in(returned.function) if call.node is returned.node.value]
        return made[0].named if made and made[0].target is value.cls else {}
    return {}


def _said(members: Mapping[str, Value]) -> tuple[str, Confidence] | None:
    """Return how a body says that something failed, and how sure that is; None when it does not."""
    if "jsonrpc" in members:
        return None
    for name in ERRORS:
        if name in members and _is_text(members[name]):
            return f"`{name}` is answered", Confidence.HIGH
    for name in FLAGS:
        if members.get(name) == Known(False):
            return f"`{name}` is false in an answer", Confidence.MEDIUM
    status = members.get("status")
    if isinstance(status, Known) and str(status.value).lower() in FAILURES:
        return f"the status {status.value!r} is answered", Confidence.HIGH
    return None


def _is_text(value: Value) -> bool:
    if isinstance(value, Known):
        return isinstance(value.value, str) and bool(value.value)
    return isinstance(value, Template) or (isinstance(value, ExternalObject) and value.type == "str")
