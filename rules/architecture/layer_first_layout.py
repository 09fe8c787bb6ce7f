r"""A large service is cut by technical layer: all routers here, all models there.

## Why
A change of one feature touches `routers/`, `schemas/`, `models/` and `services/`, and what belongs together is found by
its file name only. Nothing shows which features depend on each other, and none can be moved, tested or given to another
team as a whole. In a small service that does not matter; with each feature it matters more.

## Bad
```python
# finding: project
# file: app/__init__.py
# file: app/main.py
from fastapi import FastAPI
from app.routers import books, loans, rooms, staff, users

app = FastAPI()
for module in (books, loans, rooms, staff, users):
    app.include_router(module.router, prefix=f"/{module.__name__}")
# file: app/routers/__init__.py
# file: app/routers/books.py
from fastapi import APIRouter
from app.schemas.books import Book

router = APIRouter()


@router.get("/{name}")
def read(name: str) -> Book: ...
@router.post("/")
def create(book: Book) -> Book: ...
@router.put("/{name}")
def change(name: str, book: Book) -> Book: ...
@router.delete("/{name}")
def remove(name: str) -> None: ...
# file: app/routers/loans.py
from fastapi import APIRouter
from app.schemas.loans import Loan

router = APIRouter()


@router.get("/{name}")
def read(name: str) -> Loan: ...
@router.post("/")
def create(loan: Loan) -> Loan: ...
@router.put("/{name}")
def change(name: str, loan: Loan) -> Loan: ...
@router.delete("/{name}")
def remove(name: str) -> None: ...
# file: app/routers/rooms.py
from fastapi import APIRouter
from app.schemas.rooms import Room

router = APIRouter()


@router.get("/{name}")
def read(name: str) -> Room: ...
@router.post("/")
def create(room: Room) -> Room: ...
@router.put("/{name}")
def change(name: str, room: Room) -> Room: ...
@router.delete("/{name}")
def remove(name: str) -> None: ...
# file: app/routers/staff.py
from fastapi import APIRouter

router = APIRouter()


@router.get("/{name}")
def read(name: str) -> str: ...
@router.post("/")
def create() -> str: ...
@router.put("/{name}")
def change(name: str) -> str: ...
@router.delete("/{name}")
def remove(name: str) -> None: ...
# file: app/routers/users.py
from fastapi import APIRouter

router = APIRouter()


@router.get("/{name}")
def read(name: str) -> str: ...
@router.post("/")
def create() -> str: ...
@router.put("/{name}")
def change(name: str) -> str: ...
@router.delete("/{name}")
def remove(name: str) -> None: ...
# file: app/schemas/__init__.py
# file: app/schemas/books.py
from pydantic import BaseModel


class Book(BaseModel):
    title: str
# file: app/schemas/loans.py
from pydantic import BaseModel


class Loan(BaseModel):
    title: str
# file: app/schemas/rooms.py
from pydantic import BaseModel


class Room(BaseModel):
    title: str
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI
from app.routers import books

app = FastAPI()
app.include_router(books.router)
# file: app/routers/books.py
from fastapi import APIRouter
from app.schemas.books import Book

router = APIRouter()


@router.get("/{name}")
def read(name: str) -> Book: ...
# file: app/schemas/books.py
from pydantic import BaseModel


class Book(BaseModel):
    title: str
```

## Fix
Give each feature a package with its router, schemas, service, repository and models: `app/features/loans/`. Begin with
the next feature that is added; what all share goes to `core` and `shared`.

## Limits
This is advice, for services with 20 routes in 5 modules or more. What a module is for is told by what it holds: routes,
tables or schemas, whatever it is called. Layers are found where most modules with routes stand side by side in one
directory, and most with tables or schemas in another. Packages by feature are found where most modules with routes have
tables or schemas beside them, or below the directory around, and at most one other module with routes. What is neither
is undecided.

## References
Martin Fowler, PresentationDomainDataLayering; zhanymkanov, FastAPI Best Practices, "Project Structure".
"""

from collections import Counter
from collections.abc import Sequence
from posixpath import dirname

from fastapi_audit.rule_api import Module, Project, Severity, Verdict, fail, ok, rule, skip, unknown

MIN_ROUTES, MIN_ROUTE_MODULES, MIN_LAYER = 20, 5, 3
MOST = 0.6  # of the modules of a kind
ALONE = 2  # modules with routes in one package of a feature


@rule("ARC001", severity=Severity.INFO)
def check(project: Project) -> Verdict:
    handlers = [route.handler for route in project.routes if route.handler is not None]
    with_routes = distinct([handler.module for handler in handlers])
    if len(handlers) < MIN_ROUTES or len(with_routes) < MIN_ROUTE_MODULES:
        return skip
    with_tables = distinct([table.cls.module for table in project.tables])
    with_schemas = distinct([one.cls.module for one in project.schemas if one.cls.module not in with_routes])
    layer = layer_of(with_routes)
    others = [found for kind in (with_tables, with_schemas) if (found := layer_of(kind)) not in (None, layer)]
    if layer is not None and others:
        return fail(None, f"most of {len(with_routes)} modules with routes are in `{layer}`, the data in `{others[0]}`")
    if is_by_feature(with_routes, [*with_tables, *with_schemas]):
        return ok(with_routes[0].place, "packages hold what belongs to one feature")
    return unknown(None, "the modules follow neither layers nor features clearly")


def distinct(modules: Sequence[Module]) -> list[Module]:
    return list(dict.fromkeys(modules))


def layer_of(modules: Sequence[Module]) -> str | None:
    """Return the directory in which most modules of a kind stand side by side."""
    counted = Counter(dirname(module.path) for module in modules)
    directory, count = max(counted.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return directory if count >= max(MIN_LAYER, MOST * len(modules)) else None


def is_by_feature(with_routes: Sequence[Module], data: Sequence[Module]) -> bool:
    """Say whether most modules with routes have what they work on near them, and few others with routes."""
    beside = {dirname(module.path) for module in data}
    below = {dirname(directory) for directory in beside}
    counted = Counter(dirname(module.path) for module in with_routes)
    around = Counter(dirname(dirname(module.path)) for module in with_routes)
    found = 0
    for directory, count in counted.items():
        outer = dirname(directory)  # `users` for `users/api/router.py` beside `users/models/user.py`
        is_near = directory in beside or (outer in below and around[outer] <= ALONE)
        found += count if is_near and count <= ALONE else 0
    return found >= MOST * len(with_routes)
