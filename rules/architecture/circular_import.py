r"""Modules import each other while they are imported.

## Why
When Python comes back to a module that it has not finished, the names further down in it do not exist yet: `cannot
import name … from partially initialized module`. Whether that happens depends on which module is imported first, so
that a test, a worker or a sorted block of imports breaks what runs today. And modules in a circle are one unit: none
can be understood, tested or moved without the others.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI
from app.orders import router

app = FastAPI()
app.include_router(router)
# file: app/orders.py
from fastapi import APIRouter
from app.users import find_user  # finding

router = APIRouter()


def orders_of(name: str) -> list[str]:
    return [find_user(name)]
# file: app/users.py
from app.orders import orders_of


def find_user(name: str) -> str:
    return name


def has_ordered(name: str) -> bool:
    return bool(orders_of(name))
```

## Good
```python
# file: app/__init__.py
VERSION = "1.0"
from app.main import app
# file: app/main.py
from fastapi import FastAPI
from app import VERSION
from app.orders import router

app = FastAPI()
app.include_router(router)
# file: app/orders.py
from typing import TYPE_CHECKING
from fastapi import APIRouter
from app import prices

if TYPE_CHECKING:
    from app.users import User

router = APIRouter()


def price_for(user: "User") -> float:
    return prices.price_of(user.name)
# file: app/prices.py
from app import orders


def price_of(name: str) -> float:
    return 10.0 if orders.router.routes else 0.0
# file: app/users.py
from app.orders import price_for


class User:
    name: str

    def price(self) -> float:
        return price_for(self)


def reset() -> None:
    from app.main import app

    app.routes.clear()
```

## Fix
Move what both need to a third module that imports neither, or let one of them be given what it needs as an argument. An
import for annotations only belongs below `if TYPE_CHECKING:`.

## Limits
Counted are imports that run while a module is imported: not those in functions, below `TYPE_CHECKING` or below `if
__name__ == "__main__"`. What a module imports from a package around it makes no circle: Python runs the `__init__.py`
of that package first, whoever imports the module. Modules that import each other whole (`from app import prices`) and
use it in functions only are no finding: that works in any order. One finding stands for all modules that can be reached
from each other; it shows the shortest circle.

## References
Python reference, The import system; Python documentation, Programming FAQ, "What are the 'best practices' for using
import in a module?".
"""

from fastapi_audit.rule_api import Module, Project, Related, Severity, Verdict, fail, ok, rule, skip


@rule("ARC006", severity=Severity.WARNING)
def check(module: Module, project: Project) -> Verdict:
    cycle = project.imports.cycles.get(module)
    if cycle is None:
        return ok(module.place)
    first, *others = cycle.chain
    if first.module is not module:
        return skip  # one finding for each circle
    way = " → ".join(str(one.module) for one in (*cycle.chain, first))
    further = len(cycle.modules) - len(cycle.chain)
    more = f", and {further} more modules hang together with them" if further else ""
    return fail(
        first.place, f"circular import: {way}{more}", related=tuple(Related(one.place, str(one)) for one in others)
    )
