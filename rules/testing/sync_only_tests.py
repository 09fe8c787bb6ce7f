r"""All tests of routes use a synchronous client, and the application waits for an asynchronous database.

## Why
The synchronous client runs the application on an event loop of its own in another thread; made without `with`, on a new
one for each request. Connections of an asynchronous database belong to the loop that opened them: the tests can share
no session and no transaction with the application and await nothing to look at what it has written, and a pool that
meets a second loop fails. So the database is replaced by a double, or cleaned up by hand.

## Bad
```python
# finding: project
# file: app/store.py
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

sessions = async_sessionmaker(create_async_engine("postgresql+asyncpg://database/shop"))


async def load() -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(text("SELECT name FROM items")))
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


def test_items_are_listed() -> None:
    assert client.get("/items").status_code == 200
```

## Good
```python
# file: app/store.py
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

sessions = async_sessionmaker(create_async_engine("postgresql+asyncpg://database/shop"))


async def load() -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(text("SELECT name FROM items")))
# file: app/main.py
from fastapi import FastAPI

from app.store import load

app = FastAPI()


@app.get("/items")
async def read_items() -> list[str]:
    return await load()
# file: tests/test_main.py
import pytest
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient

from app.main import app


@pytest.mark.anyio
async def test_items_are_listed() -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        response = await client.get("/items")
    assert response.status_code == 200


def test_nothing_else_is_found() -> None:
    assert TestClient(app).get("/spoons").status_code == 404
```

Where nothing is bound to a loop, the synchronous client is the simpler one:

```python
# file: app/main.py
import httpx
from fastapi import FastAPI

app = FastAPI()


@app.get("/rates")
async def read_rates() -> str:
    async with httpx.AsyncClient() as client:
        response = await client.get("https://rates.example.org", timeout=3)
    return response.text
# file: tests/test_main.py
from fastapi.testclient import TestClient

from app.main import app


def test_rates_are_read() -> None:
    assert TestClient(app).get("/rates").status_code == 200
```

## Fix
Make one asynchronous fixture that yields `httpx.AsyncClient(transport=ASGITransport(app))`, and await it in the tests.

## Limits
It is said once for all tests, and one that awaits the application is enough. Counted are the tests that send requests
themselves; those that do it through a helper of the project are not seen. Left out are services that await no database
in their own code or of which less than a quarter of the handlers await anything, and tests of websockets: `httpx` has
none. A service without tests is left to TST001.

## References
FastAPI documentation, Async Tests; Starlette documentation, TestClient; SQLAlchemy documentation, Using multiple
asyncio event loops.
"""

from fastapi_audit.rule_api import Project, Related, Severity, Test, Verdict, fail, ok, rule, skip, syntax

CONNECT = "websocket_connect"
GOOD_PART = 4  # a quarter
SHOWN = 3


@rule("TST002", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    asking = [test for test in project.tests if test.uses_client and not is_of_websockets(test)]
    if not asking or not awaits(project) or not awaits_database(project):
        return skip
    if test := next((test for test in asking if test.is_async_client), None):
        return ok(test.place, f"`{test}` awaits the application")
    related = tuple(Related(test.place, f"`{test}` uses a synchronous client") for test in asking[:SHOWN])
    message = "the application awaits its database, and all tests of routes use a synchronous client"
    return fail(None, message, related=related)


def is_of_websockets(test: Test) -> bool:
    functions = (call.node.func for call in test.requests if isinstance(call.node, syntax.Call))
    return any(isinstance(function, syntax.Attribute) and function.attr == CONNECT for function in functions)


def awaits(project: Project) -> bool:
    """Say whether a good part of the handlers await something."""
    handlers = {route.handler for route in project.routes if route.handler is not None}
    waiting = [one for one in handlers if one.is_async and any(call.is_awaited for call in project.calls_in(one))]
    return len(waiting) * GOOD_PART > len(handlers)


def awaits_database(project: Project) -> bool:
    return any(access.is_async and access.waits for access in project.data_accesses)
