r"""A service is not tested, or the services are tested through requests only.

## Why
What a service decides can be tried in a line and in a millisecond; through HTTP each case needs a route, a body, a
user and a status to compare. Rules that are tested through routes alone are tested in few of their cases.

## Bad
```python
# finding: project
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
from fastapi.testclient import TestClient

from app.main import app


def test_it_costs_something() -> None:
    assert TestClient(app).get("/prices/1").json() == 10
```

Nothing gets to a service:

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
def test_a_dozen_is_cheaper() -> None:
    assert 108 < 120
```

## Good
What decides nothing needs no test of its own:

```python
# file: app/services.py
class LinkService:
    def link_to(self, page: str) -> str:
        return f"https://example.org/{page}"
# file: app/main.py
from fastapi import Depends, FastAPI

from app.services import LinkService

app = FastAPI()


@app.get("/links/{page}")
def read_link(page: str, links: LinkService = Depends()) -> str:
    return links.link_to(page)
# file: tests/test_links.py
from fastapi.testclient import TestClient

from app.main import app


def test_a_page_has_a_link() -> None:
    assert TestClient(app).get("/links/home").json() == "https://example.org/home"
```

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
Services are classes and modules that are called so by name (see ARC002) and decide something: there is a branch, a loop
or a `raise` in one of their public functions. What only hands on, or puts a text together, needs no test of its own;
abstract classes, exceptions and data are left out. A call is enough, of any of their functions, over any number of
functions of the service and with or without doubles. Reported are those to which only routes lead that no test asks
for; where a test imports the module and what it calls is not seen, or something else may lead there (a task, a table of
classes), it is undecided. Services that tests get to through requests are a matter of the whole: they are reported
once, where they are more than those that are tested on their own; and so are those that no test gets to, where they are
more than the others. Projects without tests are left to TST001.

## References
Martin Fowler, TestPyramid; Harry Percival and Bob Gregory, Architecture Patterns with Python, chapter 5.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Class, Module, Project, Related, Severity, Verdict, fail, ok, rule, unknown

from ._services import Trial, services, trials

MOST = 10  # places that are shown


@rule("TST018", severity=Severity.INFO)
def check(project: Project) -> Iterator[Verdict]:
    if not project.tests:
        return
    by_trial: dict[Trial | None, list[Class | Module]] = {}
    found = services(project)
    for home in found:
        by_trial.setdefault(trials(project).get(module_of(home)), []).append(home)
    asked_for, called = by_trial.get(Trial.BY_REQUEST, []), by_trial.get(Trial.BY_CALL, [])
    yield from (unknown(home.place, "not all that leads to it is seen") for home in by_trial.get(Trial.MAYBE, ()))
    yield from (ok(home.place, f"a test calls {home.name}") for home in called)
    yield from untested(by_trial.get(None, []), len(asked_for) + len(called), len(found))
    if len(asked_for) > len(called):
        yield fail_once(asked_for, f"tests get to {len(asked_for)} of {len(found)} services through requests only")
    else:
        yield from (ok(home.place, "tests get to it by requests, as to the lesser part") for home in asked_for)


def untested(homes: list[Class | Module], tested: int, count: int) -> Iterator[Verdict]:
    """Yield what is to say of services to which no test gets: of each, or once where they are most."""
    if len(homes) > max(1, tested):
        yield fail_once(homes, f"no test gets to {len(homes)} of {count} services")
    else:
        yield from (fail(home.place, f"no test gets to {home.name}") for home in homes)


def fail_once(homes: list[Class | Module], message: str) -> Verdict:
    """Say one thing of several services."""
    return fail(None, message, related=tuple(Related(home.place, f"this is {home.name}") for home in homes[:MOST]))


def module_of(home: Class | Module) -> Module:
    return home.module if isinstance(home, Class) else home
