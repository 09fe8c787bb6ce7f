r"""A test asserts nothing.

## Why
A test that sends a request and does not look at the answer passes whatever the answer is. It is counted, it raises the
coverage, and it finds nothing.

## Bad
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

client = TestClient(app)


def ask(path: str) -> None:
    print(client.get(path).json())


def test_items_are_listed() -> None:  # finding
    response = client.get("/items")
    print(response.json())


def test_items_are_listed_by_a_helper() -> None:  # finding
    ask("/items")


def test_items_are_sorted() -> None:  # finding
    ...
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get("/items")
def read_items() -> list[str]:
    return ["spoon"]
# file: tests/helpers.py
def is_fine(response) -> None:
    assert response.status_code == 200
# file: tests/test_main.py
import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.main import Item, app
from tests.helpers import is_fine

client = TestClient(app)


@pytest.fixture
def spoon():
    yield client.get("/items").json()[0]
    assert client.get("/items").json() == ["spoon"]


def test_a_helper_asserts() -> None:
    is_fine(client.get("/items"))


def test_the_answer_raises_by_itself() -> None:
    client.get("/items").raise_for_status()


def test_items_have_a_name() -> None:
    with pytest.raises(ValidationError):
        Item()


def test_the_fixture_asserts_when_it_is_over(spoon) -> None:
    client.delete(f"/items/{spoon}")


def test_a_name_is_enough() -> None:
    Item(name="spoon")


@pytest.mark.skip
def test_later() -> None:
    client.get("/later")
```

## Fix
Assert what the test is named for: the status and the body of the answer, or what was stored.

## Limits
Counted as assertions are `assert`, `raise`, and calls whose name says it (`assertEqual`, `raises`, `raise_for_status`,
`check_all`), in the test, in functions of the tests that it calls, and in its fixtures once it is over. A test that
asserts nothing and calls more than a client may still fail when that raises: the verdict is unknown. Skipped tests, and
those that pytest does not collect by the names of their file and class, are left out.

## References
pytest documentation, How to write and report assertions in tests; SonarSource rule S2699, Tests should include
assertions.
"""

from fastapi_audit.rule_api import Call, Project, Severity, Test, Verdict, fail, names, ok, rule, skip, unknown

from ._asserting import CONNECT, asserting_functions, closing_fixtures, helpers_of, telling_calls


@rule("TST010", severity=Severity.WARNING)
def check(test: Test, project: Project) -> Verdict:
    suite = project.suite
    if not suite.collects(test.function) or suite.is_skipped(test.function) or is_override(test):
        return skip
    if not asserting_functions(suite).isdisjoint(helpers_of(test, suite)) or asserts_around(test, project):
        return ok(test.place)
    telling = next(telling_calls(test, project), None)
    if telling is not None or (test.uses_client and not test.requests):
        return unknown(test.place, "it asserts nothing, and fails only where what it calls raises")
    return fail(test.place, f"`{test}` {what_it_does(test, project)}")


def asserts_around(test: Test, project: Project) -> bool:
    """Say whether a fixture or a decorator asserts something when the test is over."""
    suite = project.suite
    asked = {parameter.name for parameter in test.function.node.params}
    decorators = {mark for mark in suite.marks.get(test.function, ()) if mark is not None}
    if asked & names("testing", "asserting_fixtures") or decorators & names("testing", "asserting_decorators"):
        return True
    return not closing_fixtures(suite).isdisjoint(one.function for one in suite.fixtures_of(test.function))


def is_override(test: Test) -> bool:
    """Say whether a test takes the place of an inherited one, which may be its purpose."""
    owner = test.function.owner
    return owner is not None and any(test.function.name in cls.methods for cls in owner.lineage[1:])


def what_it_does(test: Test, project: Project) -> str:
    calls: list[Call] = [
        call for function in helpers_of(test, project.suite) for call in project.suite.calls_in(function)
    ]
    if any(call in test.requests and call.method != CONNECT for call in calls):
        return "asserts nothing: it passes whatever the answer is"
    return "asserts nothing" if calls else "does nothing"
