r"""Too few tests expect an error.

## Why
What a service does when all goes well is seen every day. What it does with a wrong password, a missing row or a broken
input is seen when somebody needs it, and an answer that was never tested is often a 500 or a success.

## Bad
```python
# finding: project
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> int:
    return item_id
# file: tests/test_items.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_the_first_item_is_found() -> None:
    assert client.get("/items/1").status_code == 200


def test_another_item_not_found() -> None:
    assert client.get("/items/2").json() == 2


def test_the_third_item_is_found() -> None:
    assert client.get("/items/3").json() == 3


def test_the_fourth_item_is_found() -> None:
    assert client.get("/items/4").json() == 4


def test_the_fifth_item_is_found() -> None:
    assert client.get("/items/5").json() == 5
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI, HTTPException

app = FastAPI()


def price_of(item_id: int) -> int:
    if item_id > 3:
        raise ValueError(item_id)
    return item_id


@app.get("/items/{item_id}")
def read_item(item_id: int) -> int:
    if item_id > 3:
        raise HTTPException(404)
    return item_id
# file: tests/test_items.py
import pytest
from fastapi import status
from fastapi.testclient import TestClient

from app.main import app, price_of

client = TestClient(app)


def test_an_item_is_found() -> None:
    assert client.get("/items/1").status_code == 200


def test_a_price_is_known() -> None:
    assert price_of(1) == 1


def test_there_is_no_fourth_item() -> None:
    assert client.get("/items/4").status_code == status.HTTP_404_NOT_FOUND


@pytest.mark.parametrize(("item_id", "expected"), [("1", 200), ("one", 422)])
def test_items_have_numbers(item_id: str, expected: int) -> None:
    assert client.get(f"/items/{item_id}").status_code == expected


def test_there_is_no_fourth_price() -> None:
    with pytest.raises(ValueError):
        price_of(4)
```

## Fix
Go through the routes and services: for each error that one can answer or raise, write a test that asks for it.

## Limits
A test expects an error when it asserts a status of 400 or more, a redirect with an error in its address (`error=`), an
exception (`pytest.raises`, `assertRaises`) or that a command fails, itself or through a function of the tests; its name
says nothing. Each run of a parametrised test counts. A share of 38 % or more, just below what is enough, is undecided:
not every error is told from a success. Tests that compare with a file, only look at the body of what may be an error,
or only find that there is nothing (`is None`, `not …`), are left out: when they are most, it is undecided. Of fewer
than five tests a share says little: there it is undecided. Tests of a package beside the service, which it imports, are
not counted; a service without tests is left to TST001.

## References
pytest documentation, Assertions about expected exceptions; OWASP Web Security Testing Guide, Error Handling.
"""

from fastapi_audit.rule_api import Project, Severity, Verdict, fail, ok, rule, skip, unknown

ENOUGH, JUST_BELOW = 0.4, 0.38
A_FEW = 5  # of fewer tests a share says nothing


@rule("TST004", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    tests = {test.function for test in project.tests}
    runs = [run for run in project.exercise.runs if run.function in tests]
    if not runs:
        return skip
    seen = [run for run in runs if run.is_seen]
    if len(seen) * 2 < len(runs):
        return unknown(None, f"what {len(runs) - len(seen)} of {len(runs)} tests expect is not seen")
    sad = sum(run.expects_error for run in seen)
    message = f"{sad} of {len(seen)} tests expect an error"
    if sad >= ENOUGH * len(seen):
        return ok(None, message)
    if sad >= JUST_BELOW * len(seen):
        return unknown(None, f"{message}, just below {ENOUGH * 100:g} %")
    if len(seen) < A_FEW:
        return unknown(None, f"{message}: so few that a share of them says little")
    return fail(None, f"{message}, less than {ENOUGH * 100:g} %")
