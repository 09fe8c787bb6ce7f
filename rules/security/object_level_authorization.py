r"""A route loads a row by an id out of its path, rows of that kind belong to somebody, and nobody asks to whom.

## Why
Ids can be guessed or are passed around. Who is logged in and counts them up reads, changes or deletes what belongs to
others: the first of OWASP's risks of APIs.

## Bad
```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()
bearer = HTTPBearer()


class Base(DeclarativeBase): ...


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int]


def session() -> Session: ...


def current_user(token: Annotated[str, Depends(bearer)]) -> int: ...


@app.delete("/notes/{note_id}")  # finding
def delete_note(
    note_id: int, user: Annotated[int, Depends(current_user)], db: Annotated[Session, Depends(session)]
) -> None:
    db.delete(db.get(Note, note_id))
```

## Good
The query asks for the caller's rows, or the row is compared with the caller, in whatever function:

```python
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()
bearer = HTTPBearer()


class Base(DeclarativeBase): ...


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int]


class Country(Base):
    __tablename__ = "countries"
    id: Mapped[int] = mapped_column(primary_key=True)


def session() -> Session: ...


def current_user(token: Annotated[str, Depends(bearer)]) -> int: ...


Db = Annotated[Session, Depends(session)]
User = Annotated[int, Depends(current_user)]


def find(db: Session, note_id: int, user: int) -> Note | None:
    return db.scalars(select(Note).where(Note.id == note_id, Note.owner_id == user)).first()


@app.get("/notes/{note_id}")
def read_note(note_id: int, user: User, db: Db) -> None:
    find(db, note_id, user)


@app.delete("/notes/{note_id}")
def delete_note(note_id: int, user: User, db: Db) -> None:
    note = db.get(Note, note_id)
    if note is None or note.owner_id != user:
        raise HTTPException(404)
    db.delete(note)


@app.get("/countries/{country_id}")
def read_country(country_id: int, user: User, db: Db) -> None:
    db.get(Country, country_id)
```

## Fix
Put the caller into the query (`where(Note.owner_id == user.id)`), or compare and answer 404.

## Limits
To whom rows belong is known by the names of their columns, and any mention of such a column on the way counts as the
question. The findings have low confidence: they are shown on request, and never move the score.

## References
OWASP API Security 2023, API1; CWE-639.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    ClassValue,
    Confidence,
    Function,
    Project,
    Route,
    Severity,
    Table,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
)

from ._public_routes import plain
from ._roles import mentioned, permission_check, words

DEPTH = 3
IDS = frozenset({"id", "uuid", "pk"})


@rule("SEC028", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    things = things_asked_for(route)
    if not route.guards or route.handler is None or not things:
        return skip
    functions = functions_of(route, route.handler, project)
    owned = [(table, owner) for table in tables_of(functions, things, project) if (owner := owner_column(table))]
    if not owned:
        return skip
    if place := permission_check(route, project):
        return ok(place, f"{route} checks what its caller may do")
    table, owner = owned[0]
    for function in functions:
        if any(name == owner for name in mentioned(function)):
            return ok(function.place, f"{function.name} asks for {owner} of {table.cls.name}")
    message = f"{route} loads {table.cls.name} by id, and nothing asks for its {owner}"
    return fail(route.place, message, confidence=Confidence.LOW)


def things_asked_for(route: Route) -> frozenset[str]:
    """Return of what a route takes an id out of its path: "note" of `note_id`, "" of `id`."""
    ids = (words(one.name) for one in route.all_parameters if one.source == "path")
    return frozenset("".join(sorted(said - IDS)) for said in ids if not IDS.isdisjoint(said))


def functions_of(route: Route, handler: Function, project: Project) -> tuple[Function, ...]:
    """Return the functions that run for a route: its handler, its dependencies, and what they call."""
    dependencies = [one.function for one in route.all_dependencies if one.function is not None]
    return project.reached([handler, *dependencies], DEPTH)


def tables_of(functions: tuple[Function, ...], things: frozenset[str], project: Project) -> Iterator[Table]:
    """Yield the tables of some things that functions hand to queries and sessions; "" stands for any."""
    tables = {table.cls: table for table in project.tables if {"", thing(table)} & things}
    for call in (call for function in functions for call in project.calls_in(function)):
        for value in call.positional:
            if isinstance(value, ClassValue) and value.cls in tables:
                yield tables[value.cls]


def thing(table: Table) -> str:
    """Return what rows of a table are called, in the spelling of `things_asked_for`."""
    return "".join(sorted(words(table.cls.name)))


def owner_column(table: Table) -> str | None:
    """Return the column that says to whom a row belongs."""
    columns = (name for cls in table.cls.lineage for name in cls.attributes)
    return next((name for name in columns if plain(name) in names("authorization", "owner_columns")), None)
