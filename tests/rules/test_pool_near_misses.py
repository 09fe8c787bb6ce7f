"""Pools of connections that somebody sized and that ask their connections, and those that nobody did."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

START = """
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

import asyncpg
import sqlalchemy as sa
from fastapi import Depends, FastAPI
from psycopg_pool import AsyncConnectionPool
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, QueuePool, StaticPool
from starlette.config import Config

app = FastAPI()
"""
URL = "'postgresql+asyncpg://db.example/shop'"
SIZE, PING = "database.unconfigured_pool", "database.missing_pool_pre_ping"


@pytest.mark.parametrize(
    ("source", "size", "ping"),
    [
        (f"engine = create_async_engine({URL})\n", FAILS, FAILS),
        (f"engine = create_async_engine(url={URL}, pool_timeout=5, echo=True)\n", FAILS, FAILS),
        ("engine = sa.create_engine('mysql+pymysql://db.example/shop', pool_recycle=60)\n", FAILS, FAILS),
        ("from sqlmodel import create_engine as make\nengine = make('postgresql://db.example/shop')\n", FAILS, FAILS),
        (f"engine = create_async_engine({URL}, pool_size=5, pool_pre_ping=True)\n", PASSES, PASSES),
        (f"engine = create_async_engine({URL}, max_overflow=0, pool_pre_ping=False)\n", PASSES, FAILS),
        (f"engine = create_async_engine({URL}, poolclass=NullPool)\n", PASSES, NO_SUBJECT),
        (f"engine = create_async_engine({URL}, poolclass=StaticPool)\n", PASSES, NO_SUBJECT),
        (f"engine = create_engine({URL}, poolclass=QueuePool)\n", PASSES, FAILS),
        (f"class OwnPool(QueuePool): ...\n\nengine = create_engine({URL}, poolclass=OwnPool)\n", PASSES, UNKNOWN),
        (f"options = {{'pool_size': 5, 'pool_pre_ping': True}}\nengine = create_engine({URL}, **options)\n",
         PASSES, PASSES),
        (f"options = dict(pool_size=5)\noptions['pool_pre_ping'] = True\nengine = create_engine({URL}, **options)\n",
         PASSES, PASSES),
        (f"from app.options import OPTIONS\nengine = create_engine({URL}, **OPTIONS)\n", PASSES, PASSES),
        (f"from shop_settings import OPTIONS\nengine = create_engine({URL}, **OPTIONS)\n", UNKNOWN, UNKNOWN),
        (f"class Settings(BaseSettings):\n    size: int = 5\n    ping: bool = True\n\nsettings = Settings()\n"
         f"engine = create_engine({URL}, pool_size=settings.size, pool_pre_ping=settings.ping)\n", PASSES, PASSES),
        (f"class Settings(BaseSettings):\n    ping: bool\n\nsettings = Settings()\n"
         f"engine = create_engine({URL}, pool_pre_ping=settings.ping)\n", FAILS, UNKNOWN),
        (f"class Settings(BaseSettings):\n    ping: bool = False\n\nsettings = Settings()\n"
         f"engine = create_engine({URL}, pool_pre_ping=settings.ping)\n", FAILS, UNKNOWN),
        (f"ping = Config('.env')('PING', default=False)\nengine = create_engine({URL}, pool_pre_ping=ping)\n",
         FAILS, UNKNOWN),
        (f"test_engine = create_engine({URL})\n", NO_SUBJECT, NO_SUBJECT),
        (f"latest = create_engine({URL})\n", FAILS, FAILS),
        ("engine = create_engine('sqlite:///shop.db')\n", NO_SUBJECT, NO_SUBJECT),
        ("engine = create_engine('sqlite://', poolclass=StaticPool)\n", NO_SUBJECT, NO_SUBJECT),
        ("engine = create_engine(os.environ['DATABASE_URL'])\n", UNKNOWN, UNKNOWN),
        ("engine = create_engine(os.environ['DATABASE_URL'], pool_size=9)\n", PASSES, UNKNOWN),
        (f"engine = create_engine({URL})\n\n@event.listens_for(engine, 'engine_connect')\ndef ask(connection): ...\n",
         FAILS, UNKNOWN),
        (f"engine = create_engine({URL})\n\n@event.listens_for(engine, 'connect')\ndef set_up(connection, _): ...\n",
         FAILS, FAILS),
        (f"@lru_cache\ndef get_engine():\n    return create_engine({URL})\n\n"
         "@app.get('/')\ndef read(engine=Depends(get_engine)): ...\n", FAILS, FAILS),
        (f"@asynccontextmanager\nasync def lifespan(app: FastAPI) -> AsyncIterator[dict]:\n"
         f"    engine = create_async_engine({URL})\n    yield {{'maker': async_sessionmaker(engine)}}\n\n"
         "main = FastAPI(lifespan=lifespan)\n", FAILS, FAILS),
        (f"class Database:\n    def __init__(self):\n        self.engine = create_engine({URL})\n\n"
         "database = Database()\n", FAILS, FAILS),
        (f"def make():\n    return create_engine({URL})\n\nengine = make()\n\n"
         "@app.get('/')\ndef read():\n    return make().connect()\n", FAILS, FAILS),
        (f"def is_up():\n    engine = create_engine({URL})\n    with engine.connect() as connection:\n"
         "        connection.execute(text('SELECT 1'))\n", NO_SUBJECT, NO_SUBJECT),
        (f"def get():\n    engine = create_engine({URL})\n    with Session(engine) as session:\n"
         "        yield session\n\n@app.get('/')\ndef read(session=Depends(get)): ...\n", NO_SUBJECT, NO_SUBJECT),
        ("class Copy:\n    def __init__(self, url):\n        self.engine = create_engine(url)\n\n"
         "@app.get('/')\ndef read(url: str):\n    Copy(url)\n", NO_SUBJECT, NO_SUBJECT),
    ],
)  # fmt: skip
def test_a_pool_is_sized_and_asks_its_connections(source: str, size: Counts, ping: Counts) -> None:
    files = {"app/main.py": START + source, "app/options.py": "OPTIONS = {'pool_size': 2, 'pool_pre_ping': True}\n"}

    assert (counts_of(SIZE, files), counts_of(PING, files)) == (size, ping)


@pytest.mark.parametrize(
    ("requirement", "size"),
    [("psycopg2-binary", FAILS), ("psycopg[binary]", FAILS), ("asyncpg", UNKNOWN), ("fastapi", UNKNOWN)],
)
def test_the_drivers_that_are_asked_for_say_which_database_it_is(requirement: str, size: Counts) -> None:
    source = "engine = create_engine(os.environ['DATABASE_URL'])\n"

    assert counts_of(SIZE, {"app/main.py": START + source, "requirements.txt": f"{requirement}\n"}) == size


def test_a_file_by_default_is_a_server_where_a_driver_for_one_is_asked_for() -> None:
    source = "engine = create_engine(os.getenv('DATABASE_URL', 'sqlite:///shop.db'))\n"
    files = {"app/main.py": START + source}

    assert counts_of(SIZE, files) == NO_SUBJECT
    assert counts_of(SIZE, {**files, "requirements.txt": "psycopg2==2.9.9\n"}) == FAILS


def test_engines_of_commands_serve_no_requests() -> None:
    source = f"engine = create_async_engine({URL})\n"

    assert counts_of(SIZE, {"app/main.py": START, "app/commands/load.py": START + source}) == NO_SUBJECT


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def connect():\n    return await asyncpg.create_pool(os.environ['URL'])\n", FAILS),
        ("async def connect():\n    return await asyncpg.create_pool(os.environ['URL'], max_size=5)\n", PASSES),
        ("pool = AsyncConnectionPool(os.environ['URL'], open=False)\n", FAILS),
        ("pool = AsyncConnectionPool(os.environ['URL'], min_size=1, open=False)\n", PASSES),
        ("pool = AsyncConnectionPool(os.environ['URL'], **app.state.options)\n", UNKNOWN),
        ("async def connect():\n    app.state.connection = await asyncpg.connect(os.environ['URL'])\n", NO_SUBJECT),
    ],
)
def test_a_pool_of_a_driver_is_sized(source: str, expected: Counts) -> None:
    assert counts_of(SIZE, {"app/main.py": START + source}) == expected
