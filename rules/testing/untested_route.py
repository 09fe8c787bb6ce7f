r"""No test exercises a route.

## Why
x

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

## Good
```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
x

## Limits
x

## References
x
"""

from functools import lru_cache

from fastapi_audit.rule_api import Project, Request, Route, Severity, Verdict, fail, ok, rule, skip, unknown


@rule("TST008", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    exercise = project.exercise
    if not project.tests:
        return skip
    if route.handler is not None and route.handler in exercise.handlers:
        return ok(route.place, f"a test calls {route.handler_name}")
    if exercise.generators and route.is_documented:
        return ok(exercise.generators[0], "requests are made from the OpenAPI document")
    answered, possible = answering(project)
    if request := answered.get(route) or answered_by_twin(route, project):
        return ok(request.place, f"`{request}` is asked for")
    if request := possible.get(route):
        return unknown(request.place, f"`{request}` may ask for {route}")
    return fail(route.place, f"no test asks for {route}")


def answered_by_twin(route: Route, project: Project) -> Request | None:
    """Return a request that another route with the same handler answers."""
    answered, _ = answering(project)
    others = project.routes_of(route.handler) if route.handler is not None else ()
    return next((answered[other] for other in others if other in answered), None)


@lru_cache(maxsize=1)
def answering(project: Project) -> tuple[dict[Route, Request], dict[Route, Request]]:
    """Return the routes that requests of tests get to, and those that they may, each with the first request."""
    answered: dict[Route, Request] = {}
    possible: dict[Route, Request] = {}
    for request in project.exercise.requests:
        for route in request.routes:
            answered.setdefault(route, request)
        for route in request.candidates:
            possible.setdefault(route, request)
    return answered, possible
