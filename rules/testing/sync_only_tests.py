r"""A test drives an asynchronous application with a synchronous client.

## Why
The synchronous client runs the application on an event loop of its own in another thread. The test can then share no
asynchronous session, pool or client with it, cannot await anything to look at the result, and misses mistakes that only
show on one loop.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI
from app.store import load

app = FastAPI()


@app.get("/items")
async def read_items() -> list[str]:
    return await load()
# file: tests/test_main.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_items_are_listed() -> None:  # finding
    assert client.get("/items").status_code == 200
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI
from app.store import load

app = FastAPI()


@app.get("/items")
async def read_items() -> list[str]:
    return await load()
# file: tests/test_main.py
import pytest
from httpx import ASGITransport, AsyncClient

from app.main import app


@pytest.mark.anyio
async def test_items_are_listed() -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        response = await client.get("/items")
    assert response.status_code == 200
```

An application that awaits nothing is well tested through the synchronous client:

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return ["spoon"]
# file: tests/test_main.py
from fastapi.testclient import TestClient

from app.main import app


def test_items_are_listed() -> None:
    assert TestClient(app).get("/items").json() == ["spoon"]
```

## Fix
Make one asynchronous fixture that yields `httpx.AsyncClient(transport=ASGITransport(app))`, and await it in the tests.

## Limits
Counted are the tests that send requests themselves; those that do it through a helper of the project are not seen. An
application of which less than a quarter of the handlers await anything is not judged, and neither are tests of
websockets: `httpx` has none.

## References
FastAPI documentation, Async Tests; httpx documentation, Transports.
"""

from fastapi_audit.rule_api import Project, Severity, Test, Verdict, fail, ok, rule, skip, syntax

CONNECT = "websocket_connect"
GOOD_PART = 4  # a quarter


@rule("TST002", severity=Severity.WARNING)
def check(test: Test, project: Project) -> Verdict:
    if not test.uses_client or is_of_websockets(test) or not awaits(project):
        return skip
    if test.is_async_client:
        return ok(test.place)
    return fail(test.place, f"`{test}` drives the application with a synchronous client")


def is_of_websockets(test: Test) -> bool:
    functions = (call.node.func for call in test.requests if isinstance(call.node, syntax.Call))
    return any(isinstance(function, syntax.Attribute) and function.attr == CONNECT for function in functions)


def awaits(project: Project) -> bool:
    """Say whether a good part of the handlers await something."""
    handlers = {route.handler for route in project.routes if route.handler is not None}
    waiting = [one for one in handlers if one.is_async and any(call.is_awaited for call in project.calls_in(one))]
    return len(waiting) * GOOD_PART > len(handlers)
