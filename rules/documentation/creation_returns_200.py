r"""A route that creates something answers 200, as one that only looked at it.

## Why
201 tells clients, proxies and tests that something new exists. With 200 they cannot tell a creation from a repetition
that found what was there.

## Bad
```python
from fastapi import FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)


@app.post("/orders")  # finding
def create_order(session: Session) -> int:
    order = Order()
    session.add(order)
    session.commit()
    return order.id
```

The row may be made in one function and saved in another:

```python
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.items import Items

app = FastAPI()


@app.post("/v1/items", status_code=200)  # finding
async def create_item(session: AsyncSession) -> int:
    return await Items(session).make()
# file: app/items.py
from sqlalchemy.ext.asyncio import AsyncSession

from app.tables import Item


class Items:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def make(self) -> int:
        item = Item()
        await self._keep(item)
        return item.id

    async def _keep(self, row: Item) -> None:
        self._session.add(row)
        await self._session.commit()
# file: app/tables.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
```

## Good
A creation says so; logging in, changing and searching create nothing that the caller asked for:

```python
from fastapi import FastAPI, Response
from sqlalchemy import insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]


class AuditEvent(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)


@app.post("/orders", status_code=201)
def create_order(session: Session) -> int:
    order = Order(state="new")
    session.add(order)
    session.commit()
    return order.id


@app.post("/orders/{order_id}/cancel")
def cancel_order(order_id: int, session: Session) -> None:
    order = session.get(Order, order_id)
    order.state = "cancelled"
    session.add(order)
    session.execute(insert(AuditEvent))
    session.commit()


@app.post("/orders/search")
def search_orders(session: Session) -> list[int]:
    return [order.id for order in session.scalars(select(Order))]


@app.post("/orders/import")
def import_order(session: Session, response: Response) -> None:
    session.add(Order(state="old"))
    session.commit()
    response.status_code = 202
```

## Fix
Give the route `status_code=201`.

## Limits
What is created is compared with the path: a row that the path does not name counts with low confidence. What inserts or
updates as it comes out is no creation, and a route that answers with a response of its own decides for itself.

## References
RFC 9110, sections 9.3.3 and 15.3.2; FastAPI documentation, Response Status Code.
"""

from fastapi_audit.rule_api import (
    Confidence,
    Effect,
    Function,
    Project,
    ReachedWrite,
    Route,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
    unknown,
)

from ._assignments import sets_attribute
from ._writing import chain, is_aside, is_only_if_missing, literals, said, words

CREATING = frozenset({"add", "create", "insert", "new", "register", "registration", "save", "signup", "store"})
JOINING = frozenset({"register", "registration", "signup"})
MEMBERS = frozenset({"account", "customer", "member", "user"})
SUCCESSES = (None, 200)


@rule("API005", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    handler = route.handler
    if route.methods != ("POST",) or handler is None or _decides_itself(route, handler, project):
        return skip
    written = [write for write in project.writes.reached_from(handler) if not write.is_apart]
    made = [(_confidence(write, route), write) for write in written if _creates(write, written)]
    made = [(sure, write) for sure, write in made if sure is not Confidence.LOW or not is_aside(write)]
    if not made:
        return skip
    confidence, write = max(made, key=lambda one: one[0])
    if "status_code" in route.options and route.status_code is None:
        return unknown(route.place, "its status is not known")
    if route.status_code not in SUCCESSES:
        return ok(route.place, f"{route} answers {route.status_code}")
    return fail(route.place, f"{route} {said(write)} and answers 200", related=chain(write), confidence=confidence)


def _decides_itself(route: Route, handler: Function, project: Project) -> bool:
    """Say whether a handler chooses the status of its response, or answers with something else than data."""
    if not route.is_declared_as_json:
        return True
    if any(one.type.is_response for one in project.returns_in(handler)):
        return True
    return sets_attribute("status_code", handler)


def _creates(write: ReachedWrite, written: list[ReachedWrite]) -> bool:
    """Say whether a write makes something new whenever it is reached, and nothing else is written in its stead."""
    if write.effect is not Effect.INSERT or is_only_if_missing(write):
        return False
    is_chosen = any(isinstance(block, syntax.If) for block in write.write.access.blocks)
    subject = write.subject
    others = [one for one in written if one.effect is not Effect.INSERT and one.subject == subject]
    return not (is_chosen and others)


def _confidence(write: ReachedWrite, route: Route) -> Confidence:
    """Return how sure it is that what is written is what the path names."""
    named = [[word for word in words(part) if word not in CREATING] for part in literals(route)]
    last = next((part for part in reversed(named) if part), [])
    is_joining = any(word in JOINING for part in literals(route)[-1:] for word in (*words(part), part.replace("-", "")))
    row = frozenset(words(write.subject or ""))
    if not write.is_certain or route.path.endswith("}"):
        return Confidence.LOW
    if is_joining and not MEMBERS.isdisjoint(row):
        return Confidence.HIGH
    if not last or not row.issuperset(last):
        return Confidence.LOW
    return Confidence.HIGH if _names_many(route) or _is_answer(row, route) else Confidence.LOW


def _names_many(route: Route) -> bool:
    """Say whether a path does not end in one word behind a parameter, which may as well be a verb."""
    parts = [part for part in route.path.split("/") if part]
    return len(parts) < 2 or "{" not in parts[-2] or parts[-1].endswith("s")


def _is_answer(row: frozenset[str], route: Route) -> bool:
    """Say whether a route answers with what it has written."""
    model = route.response_model
    return model is not None and any(not row.isdisjoint(words(one.name.rpartition(".")[2])) for one in model.walk())
