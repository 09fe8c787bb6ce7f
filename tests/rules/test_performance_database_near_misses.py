"""Synchronous accesses to databases that do not block the event loop, and some that do, well hidden."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

SYNC_DATABASE_IN_ASYNC = import_module("fastapi_audit_rules.performance.sync_database_in_async")

START = """
import asyncio
import sqlite3
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

"""


def failing(source: str) -> int:
    """Return how many accesses block."""
    return sum(result.fails for result in check_files(SYNC_DATABASE_IN_ASYNC, {"main.py": START + source}).results)


@pytest.mark.parametrize(
    "source",
    [
        "def read(session: Session):\n    return session.get(int, 1)\n",
        "async def read(session: Session):\n    return await run_in_threadpool(session.get, int, 1)\n",
        "async def read(session: Session):\n    return await asyncio.to_thread(lambda: session.get(int, 1))\n",
        "async def read(session: AsyncSession):\n    return await session.run_sync(lambda sync: sync.get(int, 1))\n",
        "async def read(session: Session):\n    def get():\n        return session.get(int, 1)\n"
        "    return await asyncio.to_thread(get)\n",
        "async def read(session: Session):\n    return await session.get(int, 1)\n",
        "async def write(session: Session):\n    session.add(1)\n",
        "async def main():\n    sqlite3.connect('a.db').execute('SELECT 1')\n\nasyncio.run(main())\n",
        "@asynccontextmanager\nasync def lifespan(app):\n    sqlite3.connect('a.db').execute('SELECT 1')\n    yield\n\n"
        "app = FastAPI(lifespan=lifespan)\n",
        "@asynccontextmanager\nasync def lifespan(app):\n    await warm_up()\n    yield\n\n"
        "async def warm_up():\n    sqlite3.connect('a.db').execute('SELECT 1')\n\napp = FastAPI(lifespan=lifespan)\n",
        "app = FastAPI()\n\n@app.on_event('startup')\nasync def start():\n"
        "    sqlite3.connect('a.db').execute('SELECT 1')\n",
        "class Store:\n    def execute(self, sql): ...\n\nasync def read(store: Store):\n"
        "    store.execute('SELECT 1')\n",
    ],
)
def test_it_does_not_block(source: str) -> None:
    assert failing(source) == 0


@pytest.mark.parametrize(
    "source",
    [
        "async def read(session: Session):\n    return session.query(int).filter(1).order_by(2).first()\n",
        "async def read():\n    with sqlite3.connect('a.db') as connection:\n"
        "        return connection.execute('SELECT 1')\n",
        "from pymongo import MongoClient\n\nclient = MongoClient()\n\nasync def read():\n"
        "    return client['shop']['items'].find_one({})\n",
        "from sqlmodel import Session as Db\n\nclass Items:\n    def __init__(self, db: Db):\n        self.db = db\n\n"
        "    async def read(self):\n        return self.db.exec('x')\n",
    ],
)
def test_it_blocks(source: str) -> None:
    assert failing(source) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from motor.motor_asyncio import AsyncIOMotorClient\n\nclient = AsyncIOMotorClient()\n\nasync def read():\n"
        "    return await client['shop']['items'].find({}).sort('name').to_list()\n",
        "from tortoise.models import Model\n\nclass Item(Model): ...\n\nasync def read():\n"
        "    return await Item.filter(id=1).order_by('id')\n",
        "from fastcrud import FastCRUD\n\nitems = FastCRUD(object)\n\nasync def read(db):\n"
        "    return await items.get(db, id=1)\n",
    ],
)
def test_asynchronous_libraries_pass(source: str) -> None:
    (result,) = check_files(SYNC_DATABASE_IN_ASYNC, {"main.py": START + source}).results

    assert (result.passes, result.fails) == (1, 0)
