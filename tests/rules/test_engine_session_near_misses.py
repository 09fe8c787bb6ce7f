"""Engines and sessions as they should be, and some that are not, well hidden."""

from importlib import import_module
from types import ModuleType

import pytest

from fastapi_audit.testing import check_files

DRIVER_MISMATCH = import_module("fastapi_audit_rules.database.driver_mismatch")
SESSION_LIFECYCLE = import_module("fastapi_audit_rules.database.session_lifecycle")
SHARED_SESSION = import_module("fastapi_audit_rules.database.shared_session")
SYNC_ENGINE_IN_ASYNC_APP = import_module("fastapi_audit_rules.database.sync_engine_in_async_app")

START = """
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from functools import cache, lru_cache

import aiosqlite
from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from pydantic_settings import BaseSettings
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlmodel import Session as ModelSession

app = FastAPI()
"""


def outcome(rule: ModuleType, source: str, **files: str) -> tuple[int, int, int]:
    """Return how many subjects pass and fail, and of how many nothing can be said."""
    reported = check_files(rule, {"app/main.py": START + source, **files})
    assert not reported.crashes
    results = reported.results
    return sum(r.passes for r in results), sum(r.fails for r in results), sum(r.unknowns for r in results)


PASS, FAIL, UNKNOWN = (1, 0, 0), (0, 1, 0), (0, 0, 1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("create_engine('postgresql+psycopg2://db/shop')\n", PASS),
        ("create_engine('postgresql+psycopg://db/shop')\n", PASS),
        ("create_async_engine('postgresql+psycopg://db/shop')\n", PASS),
        ("create_async_engine('oracle+oracledb://db/shop')\n", PASS),
        ("create_async_engine('cockroachdb+asyncpg://db/shop')\n", PASS),
        ("user = os.environ['DB_USER']\ncreate_async_engine(f'postgresql+asyncpg://{user}@db/shop')\n", PASS),
        ("AsyncEngine(create_engine('sqlite+aiosqlite://', future=True))\n", PASS),
        ("engine = create_engine('sqlite+aiosqlite://')\nwrapped = AsyncEngine(engine)\n", PASS),
        ("create_async_engine('postgresql://db/shop'.replace('://', '+asyncpg://'))\n", PASS),
        ("create_async_engine(os.environ['DATABASE_URL'])\n", UNKNOWN),
        ("user = os.environ['DB_USER']\nURL_ = f'postgresql+asyncpg://{user}@db/shop'\n"
         "create_engine(URL_.replace('+asyncpg', ''))\n", UNKNOWN),
        ("def make(url: str):\n    return create_async_engine(url)\n", UNKNOWN),
        ("create_async_engine('postgresql://db/shop')\n", FAIL),
        ("create_async_engine('sqlite:///shop.db')\n", FAIL),
        ("create_async_engine(url='mysql+pymysql://db/shop')\n", FAIL),
        ("create_engine('postgresql+asyncpg://db/shop')\n", FAIL),
        ("create_engine(URL.create('mysql+aiomysql', host='db'))\n", FAIL),
        ("create_engine(URL.create(drivername='mysql+aiomysql', host='db'))\n", FAIL),
        ("create_engine(make_url('mssql+aioodbc://db/shop'))\n", FAIL),
        ("user = os.environ['DB_USER']\ncreate_engine(f'postgresql+asyncpg://{user}@db/shop')\n", FAIL),
        ("class Settings(BaseSettings):\n    url: str = 'sqlite:///shop.db'\n\nsettings = Settings()\n"
         "create_async_engine(settings.url)\n", FAIL),
        ("from app.config import DATABASE as database\ncreate_engine(database)\n", FAIL),
        ("from sqlmodel import create_engine as make\nmake('sqlite+aiosqlite://')\n", FAIL),
    ],
)  # fmt: skip
def test_a_driver_must_fit_its_engine(source: str, expected: tuple[int, int, int]) -> None:
    config = {"app/config.py": "DATABASE = 'postgresql+asyncpg://db/shop'\n"}

    assert outcome(DRIVER_MISMATCH, source, **config) == expected


def test_plain_postgresql_fits_both_where_psycopg_3_is_installed() -> None:
    source = "create_async_engine('postgresql://db/shop')\n"

    assert outcome(DRIVER_MISMATCH, source, **{"requirements.txt": "psycopg==3.2.1\n"}) == PASS


MAKERS = "make_session = sessionmaker()\nmake_async = async_sessionmaker()\n\n"
USE = "\n\n@app.get('/')\ndef read(session=Depends(get)): ...\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def get():\n    with make_session() as session:\n        yield session\n", PASS),
        ("async def get():\n    async with make_async() as session:\n        yield session\n", PASS),
        ("async def get():\n    async with make_async.begin() as session:\n        yield session\n", PASS),
        ("def get():\n    with closing(make_session()) as session:\n        yield session\n", PASS),
        ("def get():\n    session = make_session()\n    with session:\n        yield session\n", PASS),
        ("async def get():\n    session = make_async()\n    try:\n        yield session\n"
         "        await session.commit()\n"
         "    except Exception:\n        await session.rollback()\n        raise\n    finally:\n"
         "        await session.close()\n", PASS),
        ("def get():\n    with ModelSession(create_engine('sqlite://')) as session:\n        yield session\n", PASS),
        ("def get():\n    with make_session() as session:\n        return session.get(int, 1)\n", PASS),
        ("@contextmanager\ndef scope():\n    session = make_session()\n    try:\n        yield session\n    finally:\n"
         "        session.close()\n\ndef get():\n    with scope() as session:\n        yield session\n", PASS),
        ("async def get():\n    connection = await aiosqlite.connect('shop.db')\n    try:\n        yield connection\n"
         "    finally:\n        await connection.close()\n", PASS),
        ("def get(request: Request):\n    return request.state.session\n", (0, 0, 0)),
        ("sessions = scoped_session(make_session)\n\ndef get():\n    return sessions\n", (0, 0, 0)),
        ("def open_one():\n    return make_session()\n\ndef get():\n    session = open_one()\n    try:\n"
         "        yield session\n    finally:\n        session.close()\n", (0, 0, 0)),
        ("def get(request: Request):\n    request.state.session = make_session()\n", UNKNOWN),
        ("class Items:\n    def __init__(self, session): ...\n\ndef get():\n"
         "    return Items(make_session())\n", UNKNOWN),
        ("def get():\n    session = make_session()\n    yield session\n", FAIL),
        ("def get():\n    session = make_session()\n    yield session\n    session.close()\n", FAIL),
        ("async def get():\n    session = make_async()\n    yield session\n    await session.close()\n", FAIL),
        ("def get():\n    return make_session()\n", FAIL),
        ("def get():\n    yield make_session()\n", FAIL),
        ("def get():\n    session = make_session()\n    return session\n", FAIL),
        ("def get():\n    with make_session() as session:\n        return session\n", FAIL),
        ("def get():\n    session = make_session()\n    try:\n        yield session\n    except ValueError:\n"
         "        session.rollback()\n        raise\n", FAIL),
        ("async def get():\n    connection = await aiosqlite.connect('shop.db')\n    yield connection\n", FAIL),
        ("class Own(Session): ...\n\ndef get():\n    session = Own()\n    yield session\n", FAIL),
        ("@contextmanager\ndef scope():\n    session = make_session()\n    yield session\n    session.close()\n\n"
         "def get():\n    with scope() as session:\n        yield session\n", FAIL),
    ],
)  # fmt: skip
def test_a_dependency_closes_what_it_opens(source: str, expected: tuple[int, int, int]) -> None:
    assert outcome(SESSION_LIFECYCLE, MAKERS + source + USE) == expected


def test_what_no_request_depends_on_is_not_looked_at() -> None:
    assert outcome(SESSION_LIFECYCLE, MAKERS + "def script():\n    return make_session()\n") == (0, 0, 0)


def test_the_message_says_when_the_session_is_lost() -> None:
    source = MAKERS + "def get():\n    session = make_session()\n    yield session\n    session.close()\n" + USE
    (result,) = check_files(SESSION_LIFECYCLE, {"main.py": START + source}).results

    assert [finding.message for finding in result.findings] == [
        "`get` does not close the session when the request fails"
    ]


@pytest.mark.parametrize(
    "source",
    [
        "def get():\n    return make_session()\n",
        "sessions = scoped_session(make_session)\n",
        "with make_session() as session:\n    session.commit()\n",
        "session = make_session()\nsession.commit()\nsession.close()\n",
        "if __name__ == '__main__':\n    session = make_session()\n",
        "make_session().commit()\n",
        "class Items:\n    def __init__(self):\n        self.session = make_session()\n\ndef get():\n"
        "    return Items()\n",
        "class Items:\n    def __init__(self, session):\n        self.session = session\n\n"
        "items = Items(make_session)\n",
        "@app.middleware('http')\nasync def open_one(request: Request, call_next):\n"
        "    request.state.session = make_session()\n    return await call_next(request)\n",
        "@cache\ndef maker():\n    return sessionmaker()\n",
        "@cache\ndef count():\n    with make_session() as session:\n        return session.get(int, 1)\n",
    ],
)
def test_a_session_for_each_request_is_fine(source: str) -> None:
    assert outcome(SHARED_SESSION, MAKERS + source)[1] == 0


@pytest.mark.parametrize(
    "source",
    [
        "session = make_session()\n",
        "session: AsyncSession = make_async()\n",
        "session = ModelSession(create_engine('sqlite://'))\n",
        "class Items:\n    session = make_session()\n",
        "def read(session: Session = make_session()): ...\n",
        "@lru_cache(maxsize=1)\ndef get():\n    return make_session()\n",
        "session = None\n\ndef get():\n    global session\n    session = make_session()\n    return session\n",
        "@asynccontextmanager\nasync def lifespan(app: FastAPI):\n    app.state.session = make_async()\n    yield\n\n"
        "main = FastAPI(lifespan=lifespan)\n",
        "class Items:\n    def __init__(self):\n        self.session = make_session()\n\nclass Books(Items): ...\n\n"
        "books = Books()\n",
        "class Items:\n    def __init__(self):\n        self.session = make_session()\n\n"
        "    def __call__(self): ...\n\n"
        "@app.get('/', dependencies=[Depends(Items())])\ndef read(): ...\n",
    ],
)
def test_a_session_for_all_requests_is_found(source: str) -> None:
    assert outcome(SHARED_SESSION, MAKERS + source)[1] == 1


ENGINE = "engine = create_engine('sqlite://')\n\n"
READ = "    with engine.connect() as connection:\n        return connection.execute(text('SELECT 1')).scalar()\n\n"


@pytest.mark.parametrize(
    ("source", "fails"),
    [
        ("@app.get('/')\nasync def read():\n" + READ, 1),
        ("def inner():\n" + READ + "@app.get('/')\nasync def read():\n    return inner()\n", 1),
        ("@app.get('/')\ndef read():\n" + READ, 0),
        ("def inner():\n" + READ + "@app.get('/')\nasync def read():\n    return await run_in_threadpool(inner)\n", 0),
        ("@app.get('/')\ndef read():\n" + READ + "@app.get('/other')\nasync def other():\n" + READ, 0),
        ("asynchronous = create_async_engine('sqlite+aiosqlite://')\n\n@app.get('/')\nasync def read():\n" + READ, 0),
        ("@app.get('/')\nasync def read(): ...\n\ndef migrate():\n" + READ, 0),
    ],
)
def test_a_blocking_engine_is_found_where_the_event_loop_waits_for_it(source: str, fails: int) -> None:
    assert outcome(SYNC_ENGINE_IN_ASYNC_APP, ENGINE + source)[1] == fails
