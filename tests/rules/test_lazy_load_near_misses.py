"""Relationships that are loaded when they are read, in time, late, or for each row, well hidden."""

from importlib import import_module
from types import ModuleType

import pytest

from fastapi_audit.testing import check_files

ASYNC_LAZY_LOAD = import_module("fastapi_audit_rules.performance.async_lazy_load")
N_PLUS_ONE = import_module("fastapi_audit_rules.performance.n_plus_one")

MODELS = """
from pydantic import BaseModel
from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase): ...


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list[Order]] = relationship(back_populates="user")
    addresses: Mapped[list[Order]] = relationship(lazy="selectin")
    guarded: Mapped[list[Order]] = relationship(lazy="raise")


class UserRead(BaseModel):
    id: int
    orders: list[int]


class UserName(BaseModel):
    id: int
"""
START = """
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Order, User, UserName, UserRead

app = FastAPI()
"""


def fails(rule: ModuleType, source: str) -> int:
    """Return how many findings there are."""
    reported = check_files(rule, {"app/models.py": MODELS, "app/main.py": START + source})
    assert not reported.crashes
    return sum(len(result.findings) for result in reported.results)


ROUTE = "@app.get('/')\nasync def f(session: AsyncSession):\n"


@pytest.mark.parametrize(
    "source",
    [
        "    user = await session.get(User, 1)\n    return user.id, user.addresses, user.guarded\n",
        "    user = await session.get(User, 1, options=[selectinload(User.orders)])\n    return user.orders\n",
        "    user = await session.scalar(select(User).options(joinedload(User.orders)))\n    return user.orders\n",
        "    query = select(User).where(User.id == 1)\n    query = query.options(selectinload(User.orders))\n"
        "    user = await session.scalar(query)\n    return user.orders\n",
        "    options = [selectinload(User.orders)]\n    user = await session.scalar(select(User).options(*options))\n"
        "    return user.orders\n",
        "    user = await session.get(User, 1)\n    return await user.awaitable_attrs.orders\n",
        "    user = await session.get(User, 1)\n    await session.refresh(user, ['orders'])\n    return user.orders\n",
        "    user = await session.get(User, 1)\n    await session.refresh(user, attribute_names=['orders'])\n"
        "    return user.orders\n",
        "    user = await session.get(User, 1)\n    return await session.run_sync(lambda own: user.orders)\n",
        "    user = await session.get(User, 1)\n    user.orders = []\n    return user.orders\n",
        "    user = await session.get(User, 1)\n    user = object()\n    return user.orders\n",
        "    result = await session.execute(select(User, Order))\n    user = result.first()\n    return user.orders\n",
        "    result = await session.execute(select(User))\n    return [row.orders for row in result.all()]\n",
        "    user = User(orders=[])\n    return user.orders\n",
        "    return select(User).join(User.orders)\n",
    ],
)
def test_what_is_loaded_or_not_known_is_fine(source: str) -> None:
    assert fails(ASYNC_LAZY_LOAD, ROUTE + source) == 0


@pytest.mark.parametrize(
    "source",
    [
        "    user = await session.get(User, 1)\n    return user.orders\n",
        "    user: User = await session.get_one(User, 1)\n    return len(user.orders)\n",
        "    return (await session.get(User, 1)).orders\n",
        "    user = await session.scalar(select(User).where(User.id == 1))\n    return user.orders\n",
        "    query = select(User)\n    user = (await session.execute(query)).scalar_one()\n    return user.orders\n",
        "    result = await session.execute(select(User))\n    user = result.unique().scalars().first()\n"
        "    return user.orders\n",
        "    for user in await session.scalars(select(User)):\n        print(user.orders)\n",
        "    users = (await session.scalars(select(User).options(selectinload(User.guarded)))).all()\n"
        "    return [user.orders for user in users]\n",
        "    user = await find(session)\n    return user.orders\n\n\nasync def find(session: AsyncSession):\n"
        "    user = await session.get(User, 1)\n    if user is None:\n        return None\n    return user\n",
        "    user = await Users(session).find(1)\n    return user.orders\n\n\nclass Users:\n"
        "    def __init__(self, session: AsyncSession):\n        self.session = session\n\n"
        "    async def find(self, key: int):\n        return await self.session.get(User, key)\n",
    ],
)
def test_what_is_read_and_not_loaded_is_found(source: str) -> None:
    assert fails(ASYNC_LAZY_LOAD, ROUTE + source) == 1


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("@app.get('/', response_model=UserRead)\nasync def f(session: AsyncSession):\n"
         "    return await session.get(User, 1)\n", 1),
        ("@app.get('/')\nasync def f(session: AsyncSession) -> list[UserRead]:\n"
         "    return list(await session.scalars(select(User)))\n", 1),
        ("@app.get('/', response_model=UserName)\nasync def f(session: AsyncSession):\n"
         "    return await session.get(User, 1)\n", 0),
        ("@app.get('/', response_model=UserRead, response_model_exclude={'orders'})\n"
         "async def f(session: AsyncSession):\n    return await session.get(User, 1)\n", 0),
        ("@app.get('/', response_model=UserRead)\nasync def f(session: AsyncSession):\n"
         "    return await session.get(User, 1, options=[selectinload(User.orders)])\n", 0),
    ],
)  # fmt: skip
def test_the_response_reads_what_its_model_has(source: str, count: int) -> None:
    assert fails(ASYNC_LAZY_LOAD, source) == count


SYNC = "@app.get('/')\ndef f(session: Session):\n"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (SYNC + "    return [user.orders for user in session.scalars(select(User))]\n", 1),
        (SYNC + "    for user in session.query(User).all():\n        print(user.orders)\n"
         "        print(user.orders)\n", 1),
        (SYNC + "    users = find(session)\n    return [user.orders for user in users]\n\n\n"
         "def find(session: Session):\n    return session.scalars(select(User)).all()\n", 1),
        ("@app.get('/')\ndef f(session: Session) -> list[UserRead]:\n"
         "    return session.scalars(select(User)).all()\n", 1),
        ("@app.get('/')\ndef f(session: Session) -> UserRead:\n    return session.get(User, 1)\n", 0),
        (SYNC + "    return session.get(User, 1).orders\n", 0),
        (SYNC + "    for user in session.scalars(select(User)):\n        return user.orders\n", 0),
        (SYNC + "    for user in session.scalars(select(User)):\n        raise ValueError(user.orders)\n", 0),
        (SYNC + "    users = session.scalars(select(User).options(selectinload(User.orders)))\n"
         "    return [user.orders for user in users]\n", 0),
    ],
)  # fmt: skip
def test_a_synchronous_session_loads_for_each_row(source: str, count: int) -> None:
    assert fails(N_PLUS_ONE, source) == count
    assert fails(ASYNC_LAZY_LOAD, source) == 0


def test_what_a_query_loads_passes() -> None:
    source = ROUTE + "    user = await session.get(User, 1, options=[selectinload(User.orders)])\n"
    source += "    return user.orders\n"
    (result,) = check_files(ASYNC_LAZY_LOAD, {"app/models.py": MODELS, "app/main.py": START + source}).results

    assert (result.passes, result.fails) == (1, 0)
