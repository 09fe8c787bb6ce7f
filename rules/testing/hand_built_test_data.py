r"""Tests build the same rows and bodies by hand, again and again.

## Why
A field that is added to a table or a schema breaks every test that spells out all of them, and what a test is about
drowns in what it is not about. A factory says it once.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str
    price: int


def total(items: list[Item]) -> int:
    return sum(item.price for item in items)
# file: tests/test_main.py
from app.main import Item, total


def test_one() -> None:
    assert total([Item(name="spoon", price=1)]) == 1  # finding


def test_two() -> None:
    assert total([Item(name="spoon", price=1), Item(name="fork", price=1)]) == 2


def test_free() -> None:
    assert total([Item(name="spoon", price=0)]) == 0


def test_dear() -> None:
    assert total([Item(name="spoon", price=100)]) == 100


def test_strange() -> None:
    assert total([Item(name="spoon", price=-1)]) == -1
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str
    price: int


def total(items: list[Item]) -> int:
    return sum(item.price for item in items)
# file: tests/factories.py
from app.main import Item


def make_item(**fields) -> Item:
    return Item(**({"name": "spoon", "price": 1} | fields))
# file: tests/test_main.py
from app.main import Item, total
from tests.factories import make_item


def test_one() -> None:
    assert total([make_item()]) == 1


def test_free() -> None:
    assert total([make_item(price=0)]) == 0


def test_named() -> None:
    assert Item(name="fork", price=1).name == "fork"
```

## Fix
A function, a fixture, or a factory (factory_boy, polyfactory) that fills all fields with something sensible; tests name
the fields that they are about.

## Limits
Counted are tests that make an object of one table or schema of the project with two fields and more, or send a body
with the same three keys and more; five tests are many. Where anything in the tests makes data for others, or a library
for it is used, the project passes; where there is little data, it is not judged.

## References
factory_boy documentation; polyfactory documentation; xUnit Test Patterns, Creation Method and Hard-Coded Test Data.
"""

from fastapi_audit.rule_api import Project, Severity, Verdict, fail, ok, rule, skip

from ._test_data import factories, hand_built

MANY = 5  # tests that build one thing


@rule("TST011", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    found = next(factories(project), None)
    if found is not None:
        return ok(*found)
    built = max(hand_built(project).items(), key=lambda item: len(item[1]), default=None)
    if built is None or len(built[1]) < MANY:
        return skip
    what, places = built
    return fail(min(places.values()), f"{len(places)} tests build {what} by hand, and nothing makes it for them")
