r"""A loop commits for each of its items.

## Why
Every commit waits until the database has written its log to the disk: a hundred items wait a hundred times. And when
one of them fails, those before it are stored already: the request is answered with an error and half done.

## Bad
```python
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("postgresql://db.example/shop")
app = FastAPI()


class Base(DeclarativeBase): ...


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class ItemIn(BaseModel):
    name: str


def get_session():
    with Session(engine) as session:
        yield session


@app.post("/items")
def create_items(items: list[ItemIn], session: Session = Depends(get_session)) -> int:
    for item in items:
        session.add(Item(name=item.name))
        session.commit()  # finding
    return len(items)
```

## Good
```python
from itertools import batched

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine("postgresql://db.example/shop")
app = FastAPI()


class Base(DeclarativeBase): ...


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class ItemIn(BaseModel):
    name: str


def get_session():
    with Session(engine) as session:
        yield session


@app.post("/items")
def create_items(items: list[ItemIn], session: Session = Depends(get_session)) -> int:
    for item in items:
        session.add(Item(name=item.name))
    session.commit()
    return len(items)


@app.post("/catalogue")
def load_catalogue(items: list[ItemIn], session: Session = Depends(get_session)) -> int:
    for batch in batched(items, 1000):
        session.execute(insert(Item), [{"name": item.name} for item in batch])
        session.commit()
    return len(items)
```

## Fix
Commit once, behind the loop; `flush()` where the database is to fill in keys. Very many rows go in batches.

## Limits
Looked at are `for` loops in functions for which requests wait, around commits and around calls of functions that commit
a session they are given (medium confidence). What runs in background tasks, in workers or from commands alone is left
out: it answers nobody, and may keep what it has done. What runs there as well is unknown. Left out are also loops over
constants, attempts, batches and pages, `while` and `async for`, generators, every hundredth item, and items with a
session of their own. Where the loop handles errors of its items one by one, each may be meant to be stored by itself,
and the verdict is unknown.

## References
SQLAlchemy documentation, Performance: "I'm inserting 400,000 rows with the ORM and it's really slow!"; PostgreSQL
documentation, Populating a Database, "Disable Autocommit".
"""

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    Function,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    syntax,
    tree,
    unknown,
)

from ._engines import AT_START
from ._loops import loop_around, stands_in

DEPTH = 2
DOUBTS = (syntax.If, syntax.For, syntax.While, syntax.Match, syntax.With)


@rule("DBS013", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    function = call.function
    if function is None or not is_for_requests(function, project):
        return skip
    if is_commit(call):
        loop = loop_of(call, function)
        return ok(call.place) if loop is None else verdict(call, call, loop, project)
    if not call.is_in_loop or not isinstance(call.target, Function) or call.target is function:
        return skip
    behind = commit_behind(call.target, project)
    loop = loop_of(call, function) if behind is not None else None
    return verdict(call, behind, loop, project) if behind is not None and loop is not None else skip


def verdict(call: Call, commit: Call, loop: syntax.For, project: Project) -> Verdict:
    if is_reported_before(call, loop, project):
        return skip
    if stands_in(call, loop, syntax.Try):
        return unknown(call.place, "each item may be meant to be stored by itself")
    if call.function is not None and project.flow.runs_apart(call.function):
        return unknown(call.place, "it runs where no request waits as well, and may keep what it has done")
    items = ", ".join(node.id for node in tree.descendants([loop.target]) if isinstance(node, syntax.Name))
    related = [Related(call.module.at(loop), "the loop")]
    if commit is not call:
        related.append(Related(commit.place, "the commit"))
    confidence = Confidence.HIGH if commit is call else Confidence.MEDIUM
    return fail(call.place, f"commits for each `{items}`", related=tuple(related), confidence=confidence)


def is_for_requests(function: Function, project: Project) -> bool:
    """Say whether requests wait for a function, and it does not fill a database at the start."""
    return project.flow.is_awaited(function) and project.flow.runs_in(function).isdisjoint(AT_START)


def is_commit(call: Call) -> bool:
    owner, _, method = (call.name or "").rpartition(".")
    return method == "commit" and owner in names("sessions", "with_rows") | names("sessions", "connections")


def loop_of(call: Call, function: Function) -> syntax.For | None:
    """Return the loop that repeats a call; None when each item has a session of its own, or is passed on at once."""
    loop = loop_around(call)
    if loop is None or function.node.is_generator or stands_in(call, loop, syntax.With):
        return None
    return None if receiver(call) in tree.names_bound(loop.body) else loop


def receiver(call: Call) -> str | None:
    """Return the variable that a method is reached through: `session` of `session.commit`."""
    node = call.node.func if isinstance(call.node, syntax.Call) else None
    while isinstance(node, syntax.Attribute):
        node = node.value
    return node.id if isinstance(node, syntax.Name) else None


def commit_behind(function: Function, project: Project, depth: int = DEPTH) -> Call | None:
    """Return the commit that each call of a function leads to, of a session that it has from outside."""
    if function.node.is_generator:
        return None
    own = tree.names_bound(function.statements)
    certain = [call for call in project.calls_in(function) if not any(isinstance(one, DOUBTS) for one in call.blocks)]
    for call in certain:
        if is_commit(call) and receiver(call) not in (None, *own):
            return call
    inner = (call.target for call in certain if isinstance(call.target, Function) and call.target is not function)
    found = (commit_behind(target, project, depth - 1) for target in inner) if depth > 1 else ()
    return next((commit for commit in found if commit is not None), None)


def is_reported_before(call: Call, loop: syntax.For, project: Project) -> bool:
    """Say whether an earlier call of the same loop stands for it."""
    for other in project.calls_in(call.function) if call.function is not None else ():
        if other is call:
            return False
        is_inside = any(outer is loop for outer in other.around)
        if is_inside and (
            is_commit(other) or (isinstance(other.target, Function) and commit_behind(other.target, project))
        ):
            return True
    return False
