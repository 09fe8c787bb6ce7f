r"""Tests drive the application with its own database session.

## Why
A dependency exists to be replaced. Tests that leave the session as it is share one database with whoever configured it,
see what other tests left there, and cannot take back what they write.

## Bad
```python
# file: app/main.py
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.settings import url

engine = create_engine(url())
app = FastAPI()


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.post("/items")
def create_item(name: str, session: Annotated[Session, Depends(get_session)]) -> str:
    return name
# file: tests/test_main.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)  # finding


def test_items_are_created() -> None:
    assert client.post("/items?name=spoon").json() == "spoon"
```

## Good
```python
# file: app/main.py
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.settings import url

engine = create_engine(url())
app = FastAPI()


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.post("/items")
def create_item(name: str, session: Annotated[Session, Depends(get_session)]) -> str:
    return name
# file: tests/conftest.py
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.main import app, engine, get_session


@pytest.fixture
def client():
    with engine.connect() as connection:
        transaction = connection.begin()
        app.dependency_overrides[get_session] = lambda: Session(connection)
        yield TestClient(app)
        app.dependency_overrides.clear()
        transaction.rollback()
# file: tests/test_main.py
def test_items_are_created(client) -> None:
    assert client.post("/items?name=spoon").json() == "spoon"
```

## Fix
In a fixture, `app.dependency_overrides[get_session] = …` with a session on a database for tests, in a transaction that
is taken back; and `app.dependency_overrides.clear()` when the test is over.

## Limits
Judged are projects whose routes depend on a session and whose tests drive the application in their own process. An
engine or settings that the tests make, a transaction that a fixture takes back, and an environment that they set stand
for an override. What is patched, or set by a pipeline that runs the tests, may: then the verdict is unknown.

## References
FastAPI documentation, Testing Dependencies with Overrides, Testing a Database.
"""

from fastapi_audit.rule_api import Function, Project, Severity, Verdict, fail, names, ok, rule, skip, unknown

from ._replacing import RUNNERS, in_process, replacements


@rule("TST013", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not any(test.uses_client for test in project.tests) or not depends_on_session(project):
        return skip
    found = next(iter(replacements(project)), None)
    if found is not None:
        return ok(found.place, found.what) if found.is_certain else unknown(found.place, found.what)
    client = in_process(project)
    if client is None:
        return unknown(None, "the tests ask a service that runs elsewhere, with whatever database it has")
    running = next((one for one in project.automation.in_ci if one.program in RUNNERS), None)
    if running is not None:
        return unknown(running.place, "the pipeline that runs the tests may set the database in its environment")
    return fail(client, "the tests drive the application with its own session: no dependency is overridden")


def depends_on_session(project: Project) -> bool:
    """Say whether a route depends on something that opens a session or connection."""
    functions = {one.function for route in project.routes for one in route.all_dependencies}
    return any(opens(function, project) for function in functions if function is not None)


def opens(function: Function, project: Project) -> bool:
    kinds = names("sessions", "with_rows") | names("sessions", "connections")
    return any(getattr(call.result, "type", None) in kinds for call in project.calls_in(function))
