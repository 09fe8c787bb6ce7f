r"""A handler or service asks the database past the layer that the rest of the project goes through.

## Why
What a service checks, logs or counts holds only for those who go through it. Where one handler calls the repository
itself, a rule of the business that is added to the service later does not hold there, and nobody notices.

## Bad
```python
# file: app/repositories.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from app.models import User


class UserRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(self, email: str):
        return await self.session.scalar(select(User).where(User.email == email))
# file: app/services.py
from app.repositories import UserRepository


class UserService:
    def __init__(self, users: UserRepository) -> None:
        self.users = users

    async def find(self, email: str):
        return await self.users.find(email)
# file: app/main.py
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from app.repositories import UserRepository
from app.services import UserService

app = FastAPI()


def get_users(session: AsyncSession) -> UserRepository:
    return UserRepository(session)


def get_service(users: UserRepository = Depends(get_users)) -> UserService:
    return UserService(users)


@app.get("/users/{email}")
async def read_user(email: str, service: UserService = Depends(get_service)):
    return await service.find(email)


@app.get("/members/{email}")
async def read_member(email: str, service: UserService = Depends(get_service)):
    return await service.find(email)


@app.get("/guests/{email}")
async def read_guest(email: str, service: UserService = Depends(get_service)):
    return await service.find(email)


@app.get("/hosts/{email}")
async def read_host(email: str, service: UserService = Depends(get_service)):
    return await service.find(email)


@app.get("/admins/{email}")
async def read_admin(email: str, users: UserRepository = Depends(get_users)):  # finding
    return await users.find(email)
```

## Good
Two layers are a choice; nothing is skipped where there is nothing between:

```python
# file: app/crud.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from app.models import User


async def find_user(session: AsyncSession, email: str):
    return await session.scalar(select(User).where(User.email == email))
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from app import crud

app = FastAPI()


@app.get("/users/{email}")
async def read_user(email: str, session: AsyncSession):
    return await crud.find_user(session, email)
```

## Fix
Give the service a method for it, and call that.

## Limits
A layer is known by what FastAPI calls, by the end of a class's name (`UserService`, `UserRepository`), by a part of the
module's name (`services`, `crud`), and else by what the function does: it only asks the database, or leads to what
does. A layer counts as one that is gone through when at least three times as many functions go through it as past it;
otherwise nothing is skipped. A handler skips services where a function of one, known by name and not private, stands
before what it calls of the repository, and asks for nothing else there; methods that a base class of repositories has
for all are not judged. A service may run SQL that is given as text. A handler that queries the database itself is the
matter of DBS006.

## References
Martin Fowler, Patterns of Enterprise Application Architecture, Service Layer; FastAPI documentation, Bigger
Applications.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fastapi_audit.rule_api import (
    Class,
    DataAccess,
    Edge,
    Function,
    Layer,
    Module,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

HELPERS = 3
OUTLIER = 3


@dataclass(frozen=True)
class Habit:
    """The functions of one layer that go through the one below it, and those that go past it, with what shows that the
    one below has what they need; None where nothing does.
    """

    through: frozenset[Function]
    past: dict[Function, Related | None]

    @property
    def holds(self) -> bool:
        """Whether what goes past the layer is the exception."""
        return len(self.through) > OUTLIER * len(self.past)


@rule("ARC002", severity=Severity.WARNING)
def check(function: Function, project: Project) -> Verdict:
    for habit, skipped in ((handlers(project), Layer.SERVICE), (services(project), Layer.REPOSITORY)):
        shown = habit.past.get(function)
        if habit.holds and shown is not None:
            return fail(function.place, f"`{function.name}` goes past the {skipped.value} layer", related=(shown,))
        if habit.holds and function in habit.through:
            return ok(function.place)
    return skip


@lru_cache(maxsize=1)
def handlers(project: Project) -> Habit:
    """Return which handlers call services, and which call what services stand before."""
    behind, known = _behind_services(project)
    through: set[Function] = set()
    past: dict[Function, Related | None] = {}
    for handler in {route.handler: None for route in project.routes if route.handler is not None}:
        ways = list(_ways(handler, project, HELPERS))
        skipping = [way for way in ways if _is_of(Layer.REPOSITORY, way, project) and way.callee.home in known]
        if skipping:
            shown = next((way for way in skipping if way.callee in behind), None)
            past[handler] = None if shown is None else _evidence(shown, behind)
        elif any(_is_of(Layer.SERVICE, way, project) for way in ways):
            through.add(handler)
    return Habit(frozenset(through), past)


def _evidence(way: Edge, behind: dict[Function, str]) -> Related:
    return Related(way.call.place, f"calls {way.callee.qualname}, as {behind[way.callee]} does")


@lru_cache(maxsize=1)
def services(project: Project) -> Habit:
    """Return which functions of services call repositories, and which query the database themselves."""
    through: set[Function] = set()
    past: dict[Function, Related | None] = {}
    for function in project.functions:
        found = project.layers.find(function)
        if found is None or found.layer is not Layer.SERVICE or found.is_by_deed:
            continue
        queries = [one for one in project.data_accesses_in(function) if _is_query(one)]
        if queries:
            past[function] = Related(queries[0].place, "a query")
        elif any(_is_of(Layer.REPOSITORY, way, project) for way in _ways(function, project, 0)):
            through.add(function)
    return Habit(frozenset(through), past)


def _behind_services(project: Project) -> tuple[dict[Function, str], frozenset[Class | Module]]:
    """Return what of repositories a function of a service stands before, each with the first that asks no more, and
    the homes of all that services ask.
    """
    found: dict[Function, str] = {}
    known: set[Class | Module] = set()
    for function in project.functions:
        membership = project.layers.find(function)
        if membership is None or membership.layer is not Layer.SERVICE or membership.is_by_deed:
            continue
        ways = list(_ways(function, project, 0))
        asked = {way.callee for way in ways if _is_of(Layer.REPOSITORY, way, project)}
        known |= {callee.home for callee in asked}
        if len(asked) == 1 == len({way.callee for way in ways}) and not function.name.startswith("_"):
            found.setdefault(asked.pop(), function.qualname)
    return found, frozenset(known)


@lru_cache(maxsize=1)
def _bases(project: Project) -> frozenset[Class]:
    """Return the classes that others derive from: which of these a method is called on is not known."""
    return frozenset(ancestor for cls in project.classes for ancestor in cls.lineage[1:])


def _ways(function: Function, project: Project, helpers: int) -> Iterator[Edge]:
    """Yield the calls of a function that lead to data, those of its helpers in the web layer included."""
    for edge in project.flow.callees(function):
        if edge.callee not in project.reaching_data or edge.callee in project.layers.entries or not edge.is_certain:
            continue
        if edge.callee.owner in _bases(project):
            continue
        if project.layers.layer(edge.callee) is not Layer.WEB:
            yield edge
        elif helpers:
            yield from _ways(edge.callee, project, helpers - 1)


def _is_of(layer: Layer, way: Edge, project: Project) -> bool:
    return project.layers.layer(way.callee) is layer


def _is_query(access: DataAccess) -> bool:
    """Say whether a repository would do this: SQL given as text, and statements on a connection, have their reasons."""
    owner = (access.call.name or "").rpartition(".")[0]
    is_of_session = owner in names("sessions", "with_rows")
    return access.moves_data and is_of_session and not access.is_repository and not access.is_raw_sql
