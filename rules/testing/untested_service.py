r"""No test calls the service itself, without a request around it.

## Why
What a service decides can be tried in a line and in a millisecond; through HTTP each case needs a route, a body, a
user and a status to compare. Rules that are tested through routes alone are tested in few of their cases.

## Bad
```python
# file: app/services.py
class PriceService:  # finding
    def price(self, quantity: int) -> int:
        return quantity * (9 if quantity > 10 else 10)
# file: app/main.py
from fastapi import Depends, FastAPI

from app.services import PriceService

app = FastAPI()


@app.get("/prices/{quantity}")
def read_price(quantity: int, prices: PriceService = Depends()) -> int:
    return prices.price(quantity)
# file: tests/test_prices.py
from fastapi.testclient import TestClient

from app.main import app


def test_it_costs_something() -> None:
    assert TestClient(app).get("/prices/1").json() == 10
```

## Good
```python
# file: app/services.py
class PriceService:
    def price(self, quantity: int) -> int:
        return quantity * (9 if quantity > 10 else 10)
# file: app/main.py
from fastapi import Depends, FastAPI

from app.services import PriceService

app = FastAPI()


@app.get("/prices/{quantity}")
def read_price(quantity: int, prices: PriceService = Depends()) -> int:
    return prices.price(quantity)
# file: tests/test_prices.py
from app.services import PriceService


def test_a_dozen_is_cheaper() -> None:
    assert PriceService().price(12) == 108
```

## Fix
Make the service with doubles or a session of the tests, and call its methods.

## Limits
Services are classes and modules that are called so by name (see ARC002), abstract classes left out; one call of one of
their functions in the code of the tests is enough. Projects without tests are left to TST001.

## References
Martin Fowler, TestPyramid; Harry Percival and Bob Gregory, Architecture Patterns with Python, chapter 5.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from fastapi_audit.rule_api import Class, Function, Layer, Module, Place, Project, Severity, Verdict, fail, ok, rule

ABSTRACT = ("abc.ABC", "typing.Protocol")


@rule("TST018", severity=Severity.INFO)
def check(project: Project) -> Iterator[Verdict]:
    if not project.tests:
        return
    called = calls_by_home(project)
    for home in services(project):
        if home in called:
            yield ok(called[home], f"a test calls {home.name}")
        else:
            yield fail(home.place, f"no test calls {home.name} itself")


def services(project: Project) -> list[Class | Module]:
    """Return the classes and modules of services that others may call a function of, in the order of places."""
    found: dict[Class | Module, None] = {}
    for function, membership in project.layers.memberships.items():
        is_named = membership.layer is Layer.SERVICE and not membership.is_by_deed
        if is_named and not function.name.startswith("_") and not is_abstract(function):
            found[function.home] = None
    return sorted(found, key=lambda home: home.place)


def is_abstract(function: Function) -> bool:
    """Say whether a method belongs to a class that only says what others have to do."""
    return function.owner is not None and function.owner.is_a(*ABSTRACT)


@lru_cache(maxsize=1)
def calls_by_home(project: Project) -> Mapping[Class | Module, Place]:
    """Return the classes and modules of which the tests call a function, with the first call."""
    found: dict[Class | Module, Place] = {}
    for call in project.suite.calls:
        if isinstance(call.target, Function):
            found.setdefault(call.target.home, call.place)
    return found
