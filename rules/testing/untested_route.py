r"""No test asks for a route, and none calls its handler.

## Why
Whatever nobody asks for may be broken since it was written: its path, its dependencies, what it takes and what it
answers. The first to find out is a client.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> int:
    return item_id


@app.delete("/items/{item_id}")  # finding
def delete_item(item_id: int) -> None: ...
# file: tests/test_items.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_an_item_is_found() -> None:
    assert client.get("/items/1").json() == 1
```

Another route of the same method answers first:

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/latest")
def read_latest() -> int:
    return 1


@app.get("/items/{item_id}")  # finding
def read_item(item_id: int) -> int:
    return item_id
# file: tests/test_items.py
from fastapi.testclient import TestClient

from app.main import app


def test_the_latest_item_is_found() -> None:
    assert TestClient(app).get("/items/latest").json() == 1
```

Tests that ask for no route at all:

```python
# finding: project
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> int:
    return price_of(item_id)


@app.delete("/items/{item_id}")
def delete_item(item_id: int) -> None: ...


def price_of(item_id: int) -> int:
    return 2 * item_id
# file: tests/test_items.py
from app.main import price_of


def test_an_item_has_a_price() -> None:
    assert price_of(2) == 4
```

## Good
Paths are put together in many ways, and helpers send what they are given:

```python
# file: app/main.py
from fastapi import APIRouter, FastAPI

PREFIX = "/api/v1"
router = APIRouter(prefix="/items")


@router.get("/{item_id}")
def read_item(item_id: int) -> int:
    return item_id


@router.put("/{item_id}")
def replace_item(item_id: int) -> int:
    return item_id


@router.delete("/{item_id}")
def delete_item(item_id: int) -> None: ...


@router.get("/{item_id}/parts")
def read_parts(item_id: int) -> list[int]:
    return [item_id]


@router.get("/")
def read_items() -> list[int]:
    return [1]


app = FastAPI()
app.include_router(router, prefix=PREFIX)
# file: tests/test_items.py
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import app, read_items

client = TestClient(app, base_url="http://test/api")


def send(method: str, path: str, expected: int = 200) -> None:
    assert client.request(method, f"/v1{path}").status_code == expected


def test_an_item_is_found() -> None:
    item_id = 1
    response = client.get(f"/v1/items/{item_id}?full=yes")
    assert response.status_code == 200


@pytest.mark.parametrize(("method", "path"), [("PUT", "/items/2"), ("DELETE", "/items/2")])
def test_an_item_is_changed(method: str, path: str) -> None:
    send(method, path)


def test_parts_are_found() -> None:
    response = TestClient(app).get(app.url_path_for("read_parts", item_id=3))
    assert response.json() == [3]


def test_there_are_items() -> None:
    assert read_items() == [1]
```

A test may serve a router by itself:

```python
# file: app/items.py
from fastapi import APIRouter

router = APIRouter(prefix="/items")


@router.get("/{item_id}")
def read_item(item_id: int) -> int:
    return item_id
# file: app/main.py
from fastapi import FastAPI
from app.items import router

app = FastAPI()
app.include_router(router, prefix="/api")
# file: tests/test_items.py
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.items import router


def test_an_item_is_found() -> None:
    app = FastAPI()
    app.include_router(router)
    assert TestClient(app).get("/items/1").json() == 1
```

## Fix
Ask for it in a test: once with what it is made for, once with what it must refuse.

## Limits
Requests are seen in Python: of the clients of Starlette, httpx, requests and aiohttp, and of objects of unknown type
whose method is given a path. Tests in other languages or in YAML, and those that go through a client library of the
project's own, are not. A path that is not known, in a loop or given by a parameter, may be that of any route with its
method: those are undecided. Routes of one handler count as one. Where tests ask for no route, or for less than a tenth
of them, it is said once. Routes that serve the documentation are left out, those that take nothing and give always the
same, and so is a project without tests: that is said by TST001.

## References
FastAPI documentation, Testing; Starlette documentation, TestClient.
"""

from collections.abc import Sequence
from functools import lru_cache

from fastapi_audit.rule_api import Place, Project, Request, Route, Severity, Verdict, fail, ok, rule, skip, unknown

from ._judged_routes import is_judged, judged_routes

TENTH = 10  # of fewer tested routes, nothing is said of each


@rule("TST008", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    if not project.tests or not is_judged(route, project):
        return skip
    routes, missing = judged_routes(project), untested_routes(project)
    if len(missing) == 1 or (len(routes) - len(missing)) * TENTH >= len(routes):
        return found_in_tests(route, project) or fail(place_of(route), f"no test asks for {route}")
    if route is not missing[0]:
        return skip
    return fail(None, f"no test asks for {len(missing)} of the {len(routes)} routes")


@lru_cache(maxsize=1)
def untested_routes(project: Project) -> Sequence[Route]:
    return [route for route in judged_routes(project) if found_in_tests(route, project) is None]


def found_in_tests(route: Route, project: Project) -> Verdict | None:
    """Return what tests do with a route, None when nothing."""
    exercise = project.exercise
    if route.handler is not None and route.handler in exercise.handlers:
        return ok(route.place, f"a test calls {route.handler_name}")
    if exercise.generators and route.is_documented:
        return ok(exercise.generators[0], "requests are made from the OpenAPI document")
    answered, possible = requests_by_route(project)
    twins = (route, *(project.routes_of(route.handler) if route.handler is not None else ()))
    if request := next((answered[one] for one in twins if one in answered), None):
        return ok(request.place, f"a test sends {request}")
    if request := next((possible[one] for one in twins if one in possible), None):
        return unknown(request.place, f"a test sends {request}, which may be {route}")
    return None


def place_of(route: Route) -> Place:
    """Return where a route is declared; where it is registered for others in another file, where it is defined."""
    if route.handler is None or route.handler.module.path == route.place.path:
        return route.place
    return route.handler.place


@lru_cache(maxsize=1)
def requests_by_route(project: Project) -> tuple[dict[Route, Request], dict[Route, Request]]:
    """Return the routes that requests of the tests get to, and those that they may, each with the first of them."""
    answered: dict[Route, Request] = {}
    possible: dict[Route, Request] = {}
    for request in project.exercise.requests:
        for route in request.routes:
            answered.setdefault(route, request)
        for route in request.candidates:
            possible.setdefault(route, request)
    return answered, possible
