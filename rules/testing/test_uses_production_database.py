r"""Tests reach a database that is not for tests.

## Why
Tests create, change and delete rows, and some empty tables when they are over. Against the database of the service they
do so to what people have stored there.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/conftest.py
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

URL = "postgresql://shop:secret@db.shop-company.com/shop"


@pytest.fixture
def session():
    with Session(create_engine(URL)) as session:  # finding
        yield session
# file: tests/test_main.py
def test_it(session) -> None:
    assert session
```

The application's own, which is written into its code:

```python
# file: app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine("sqlite:///./shop.db")
app = FastAPI()


def get_session():
    with Session(engine) as session:
        yield session


@app.post("/items")
def create_item(name: str, session: Session = Depends(get_session)) -> str:
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
from fastapi import Depends, FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine("sqlite:///./shop.db")
app = FastAPI()


def get_session():
    with Session(engine) as session:
        yield session


@app.post("/items")
def create_item(name: str, session: Session = Depends(get_session)) -> str:
    return name
# file: tests/conftest.py
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.main import app, get_session

engine = create_engine("postgresql://postgres:postgres@localhost:5432/shop_test")


@pytest.fixture
def client():
    def replaced():
        with Session(engine) as session:
            yield session

    app.dependency_overrides[get_session] = replaced
    yield TestClient(app)
    app.dependency_overrides.clear()
# file: tests/test_main.py
def test_items_are_created(client) -> None:
    assert client.post("/items?name=spoon").json() == "spoon"
```

## Fix
Give the tests a database of their own: a container that the fixtures start, another database of the same server, or one
in memory; and override the dependency that opens the session.

## Limits
A URL that the environment sets says nothing before the tests run: the verdict is unknown, as it is for a database of
this machine or of a container that is not named for tests. Whatever overrides a dependency, patches, or sets the
environment in the tests counts as a replacement of the application's database.

## References
FastAPI documentation, Testing a Database; SQLAlchemy documentation, Joining a Session into an External Transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import Call, Confidence, Project, Severity, Verdict, fail, ok, rule, skip, unknown

from ._databases import Database, connecting_calls, database_of, own_engines, urls_of
from ._replacing import in_process, replacements


@rule("TST006", severity=Severity.ERROR)
def check(project: Project) -> Verdict:
    if not project.tests:
        return skip
    judged = list(judged_connections(project))
    setting = next((one for one in replacements(project) if one.says_which), None)
    remote = [one for one in judged if one.kind is Database.REMOTE and (setting is None or not one.is_default)]
    if remote:
        confidence = Confidence.MEDIUM if all(one.is_default for one in remote) else Confidence.HIGH
        message = "the tests connect with a database elsewhere, which is not named for tests"
        return fail(remote[0].call.place, message, confidence=confidence)
    own = next((one for one in judged if one.kind is Database.OF_TESTS), None)
    if own is not None:
        return ok(own.call.place, "the tests have a database of their own")
    if setting is not None:
        return ok(setting.place, setting.what)
    if judged:
        what = "whose it is" if judged[0].kind is Database.LOCAL else "which it is"
        return unknown(judged[0].call.place, f"the tests connect with a database, and {what} is not known")
    found = next(iter(replacements(project)), None)
    if found is not None:
        return ok(found.place, found.what) if found.is_certain else unknown(found.place, found.what)
    return by_application(project)


@dataclass(frozen=True, slots=True)
class Connection:
    """A call with which tests connect, what its URL says, and whether the environment may replace that."""

    call: Call
    kind: Database
    is_default: bool


def judged_connections(project: Project) -> Iterator[Connection]:
    for call in connecting_calls(project):
        yield from (Connection(call, database_of(text), is_default) for text, is_default in urls_of(call))


def by_application(project: Project) -> Verdict:
    """Judge tests that drive the application with whatever database it has."""
    client = in_process(project)
    engines = list(own_engines(project))
    if client is None or not engines:
        return skip
    known = [(database_of(text), is_default) for engine in engines for text, is_default in urls_of(engine)]
    is_fixed = bool(known) and all(not is_default for _, is_default in known)
    if is_fixed and all(kind in (Database.LOCAL, Database.REMOTE) for kind, _ in known):
        message = "the tests drive the application with its own database, which is written into its code"
        return fail(client, message, confidence=Confidence.MEDIUM)
    if known and all(kind is Database.OF_TESTS for kind, _ in known):
        return ok(engines[0].place, "the application's database lives in memory")
    return unknown(client, "which database the application has while it is tested is said by the environment")
