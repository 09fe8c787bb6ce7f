r"""A relationship is read that would have to be loaded in the middle of asynchronous code.

## Why
SQLAlchemy loads a relationship when it is read, unless the query did. An attribute cannot be awaited, so with an
asynchronous session that raises `MissingGreenlet`: not in the test that has the rows in its session already, but with
the first row of production. The same happens when FastAPI reads the attribute to build the response.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list[Order]] = relationship()


class OrderRead(BaseModel):
    id: int


class UserRead(BaseModel):
    id: int
    orders: list[OrderRead]


app = FastAPI()


@app.get("/users/{user_id}/count")
async def count_orders(user_id: int, session: AsyncSession) -> int:
    user = await session.get(User, user_id)
    return len(user.orders)  # finding


@app.get("/users", response_model=list[UserRead])
async def read_users(session: AsyncSession):
    result = await session.execute(select(User))
    return result.scalars().all()  # finding
```

## Good
```python
from fastapi import FastAPI
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list[Order]] = relationship()
    addresses: Mapped[list[Order]] = relationship(lazy="selectin")


app = FastAPI()


@app.get("/users/{user_id}/count")
async def count_orders(user_id: int, session: AsyncSession) -> int:
    user = await session.get(User, user_id, options=[selectinload(User.orders)])
    return len(user.orders)


@app.get("/counts")
async def count_all(session: AsyncSession) -> list[int]:
    users = await session.scalars(select(User).options(selectinload(User.orders)))
    return [len(user.orders) + len(user.addresses) for user in users]
```

## Fix
`select(User).options(selectinload(User.orders))`; `lazy="selectin"` where it is always needed; or
`await session.refresh(user, ["orders"])`, or `await user.awaitable_attrs.orders`.

## Limits
Followed are rows of SQLAlchemy and SQLModel that one query finds and that reach, under names that are bound once, the
place where a relationship is read, in the same function or in the one that called it, and what a handler returns for a
response model with a field of that name. Options that are put together elsewhere, several entities in one query, and
rows from other sources are not judged, nor is what `run_sync` runs.

## References
SQLAlchemy documentation, Asynchronous I/O (asyncio): "Preventing Implicit IO when Using AsyncSession".
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import FoundRows, Project, Related, RowState, Severity, Verdict, fail, ok, rule, skip

from ._rows import unloaded_fields


@rule("PRF013", severity=Severity.ERROR)
def check(found: FoundRows, project: Project) -> Iterator[Verdict]:
    if not found.query.is_async:
        yield skip
        return
    failures = list(late(found, project))
    yield from failures or [ok(found.place)]


def late(found: FoundRows, project: Project) -> Iterator[Verdict]:
    """Yield a failure for each place that reads what nothing has loaded."""
    name, related = found.table.cls.name, (Related(found.query.place, "the query"),)
    for reading in found.readings:
        what = f"`{name}.{reading.node.attr}` is not loaded, and reading it cannot wait for the database"
        yield fail(found.module.at(reading.node), what, related=related)
    for route in project.routes_of(found.function) if found.function is not None else ():
        for returned, field in unloaded_fields(found, route, project, RowState.ROW, RowState.ROWS):
            what = f"the response of {route} reads `{name}.{field}`, which is not loaded"
            yield fail(found.module.at(returned), what, related=related)
