"""Asynchronous sessions whose rows expire at the commit, and those whose rows stay as they are."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

START = """
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_scoped_session, async_sessionmaker
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session, sessionmaker
from sqlmodel.ext.asyncio.session import AsyncSession as ModelSession

engine = create_async_engine("postgresql+asyncpg://db.example/shop")
blocking = create_engine("postgresql://db.example/shop")
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("make = async_sessionmaker(engine)\n", FAILS),
        ("make = async_sessionmaker[AsyncSession](bind=engine, autoflush=False)\n", FAILS),
        ("make = async_sessionmaker(engine, expire_on_commit=True)\n", FAILS),
        ("make = sessionmaker(engine, class_=ModelSession)\n", FAILS),
        ("make = sessionmaker(engine, AsyncSession)\n", FAILS),
        ("class Own(AsyncSession): ...\n\nmake = sessionmaker(engine, class_=Own)\n", FAILS),
        ("class Own(AsyncSession): ...\n\ndef get():\n    return Own(engine)\n", FAILS),
        ("scoped = async_scoped_session(async_sessionmaker(engine), scopefunc=id)\n", FAILS),
        ("def get():\n    return ModelSession(engine)\n", FAILS),
        ("make = async_sessionmaker(engine, expire_on_commit=False)\n", PASSES),
        ("options = {'expire_on_commit': False}\nmake = async_sessionmaker(engine, **options)\n", PASSES),
        ("def get():\n    return AsyncSession(engine, expire_on_commit=False)\n", PASSES),
        ("make = sessionmaker(blocking)\n", NO_SUBJECT),
        ("make = sessionmaker(blocking, class_=Session)\n", NO_SUBJECT),
        ("def get():\n    return Session(blocking)\n", NO_SUBJECT),
        ("def read(session: AsyncSession):\n    return session\n", NO_SUBJECT),
        ("from shop import OPTIONS\nmake = async_sessionmaker(engine, **OPTIONS)\n", UNKNOWN),
        ("from shop import EXPIRE\nmake = async_sessionmaker(engine, expire_on_commit=EXPIRE)\n", UNKNOWN),
        ("make = async_sessionmaker(engine)\nmake.configure(expire_on_commit=False)\n", UNKNOWN),
        ("make = async_sessionmaker(engine)\n\ndef get():\n    return make(expire_on_commit=False)\n", UNKNOWN),
        ("class Own(AsyncSession):\n    def __init__(self, bind):\n"
         "        super().__init__(bind, expire_on_commit=False)\n\nmake = async_sessionmaker(engine, class_=Own)\n",
         UNKNOWN),
    ],
)  # fmt: skip
def test_rows_of_asynchronous_sessions_do_not_expire(source: str, expected: Counts) -> None:
    assert counts_of("database.expire_on_commit", {"app/main.py": START + source}) == expected
