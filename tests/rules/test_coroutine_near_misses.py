"""Coroutines that are awaited after all, and some that are not, well hidden."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

COROUTINE_NOT_AWAITED = import_module("fastapi_audit_rules.correctness.coroutine_not_awaited")

START = """
import asyncio
import functools
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator

import httpx
from fastapi import BackgroundTasks, FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncSession
from tenacity import retry


async def load(key: int = 1) -> list[int]:
    return [key]


async def stream() -> AsyncIterator[int]:
    yield 1


"""


def failing(source: str, **others: str) -> int:
    """Return how many coroutines are lost."""
    files = {"app/main.py": START + source, **{f"app/{name}.py": text for name, text in others.items()}}
    reported = check_files(COROUTINE_NOT_AWAITED, files)
    assert not reported.crashes
    return sum(result.fails for result in reported.results)


@pytest.mark.parametrize(
    "source",
    [
        "async def f():\n    return load()\n",
        "async def f():\n    waiting = load()\n    await waiting\n",
        "async def f():\n    await asyncio.gather(load(), *[load(key) for key in range(3)])\n",
        "async def f():\n    task = asyncio.create_task(load())\n    task.add_done_callback(print)\n",
        "async def f():\n    async with asyncio.TaskGroup() as tasks:\n        tasks.create_task(load())\n",
        "async def f():\n    (await load())[0]\n",
        "async def f():\n    return (await load()) == [1]\n",
        "async def f():\n    return load() if True else None\n",
        "def f():\n    return asyncio.run(load())\n",
        "async def f():\n    async for item in stream():\n        print(item)\n",
        "async def f():\n    stream()\n",
        "def f(tasks: BackgroundTasks):\n    tasks.add_task(load)\n    tasks.add_task(load, 2)\n",
        "async def f():\n    load().close()\n",
        "async def f(cached):\n    return await (cached or load())\n",
        "def to_sync(function):\n    @functools.wraps(function)\n    def run(*args):\n"
        "        return asyncio.run(function(*args))\n    return run\n\n"
        "@to_sync\nasync def now():\n    return 1\n\ndef f():\n    now()\n",
        "from celery import shared_task\n\n@shared_task\nasync def later():\n    return 1\n\ndef f():\n    later()\n",
        "class Store(ABC):\n    @abstractmethod\n    async def read(self) -> list[int]: ...\n\n"
        "class Memory(Store):\n    def read(self) -> list[int]:\n        return []\n\n"
        "def f(store: Store):\n    store.read()\n",
        "class Store(ABC):\n    async def read(self) -> AsyncIterator[int]: ...\n\n"
        "class Memory(Store):\n    async def read(self):\n        yield 1\n\n"
        "async def f(store: Store):\n    for item in store.read():\n        print(item)\n",
        "class Look:\n    def load(self): ...\n\ndef f(look: Look):\n    look.load()\n",
        "async def f(session: AsyncSession):\n    session.add(1)\n    await session.commit()\n",
        "async def f(client: httpx.Client):\n    client.get('/')\n",
        "async def f(request: Request):\n    request.headers.get('x')\n    return request.json\n",
        "from motor.motor_asyncio import AsyncIOMotorClient\n\nitems = AsyncIOMotorClient()['shop']['items']\n\n"
        "async def f():\n    items.insert_one({})\n",
        "import aiosqlite\n\nasync def f(connection: aiosqlite.Connection):\n"
        "    async with connection.execute('SELECT 1') as cursor:\n        return await cursor.fetchall()\n",
    ],
)
def test_a_coroutine_that_somebody_may_await_is_fine(source: str) -> None:
    assert failing(source) == 0


@pytest.mark.parametrize(
    "source",
    [
        "async def f():\n    load()\n",
        "def f():\n    load()\n",
        "load()\n",
        "async def f():\n    return load()[0]\n",
        "async def f():\n    return load().copy()\n",
        "async def f():\n    return load() == [1]\n",
        "async def f():\n    return [1] in (load(), 2) if not load() else 1\n",
        "async def f():\n    while load():\n        pass\n",
        "async def f():\n    assert load()\n",
        "async def f():\n    return f'{load()}'\n",
        "async def f():\n    return load() + [1]\n",
        "async def f():\n    return load() or [1]\n",
        "async def f():\n    for item in load():\n        print(item)\n",
        "async def f():\n    return [item for item in load()]\n",
        "async def f():\n    return await load().copy()\n",
        "renamed = load\n\nasync def f():\n    renamed()\n",
        "partial = functools.partial(load, 2)\n\nasync def f():\n    load(2)\n",
        "@retry\nasync def often():\n    return 1\n\nasync def f():\n    often()\n",
        "def log(function):\n    @functools.wraps(function)\n    async def run(*args):\n"
        "        return await function(*args)\n    return run\n\n@log\nasync def logged():\n    return 1\n\n"
        "async def f():\n    logged()\n",
        "class Store:\n    async def save(self): ...\n\nclass Books(Store): ...\n\nasync def f(books: Books):\n"
        "    books.save()\n",
        "async def f(session: AsyncSession):\n    session.close()\n",
        "async def f(session: AsyncSession):\n    return session.execute(1).scalars()\n",
        "async def f(request: Request):\n    return request.json()['name']\n",
        "async def f(client: httpx.AsyncClient):\n    return client.get('/').json()\n",
        "async def f():\n    asyncio.sleep(1)\n",
    ],
)
def test_a_coroutine_that_is_lost_is_found(source: str) -> None:
    assert failing(source) == 1


def test_it_is_found_across_files_under_another_name() -> None:
    main = "from app import users as people\nfrom app.users import notify as tell\n\n\nasync def f():\n"
    main += "    people.notify()\n    tell()\n"

    assert failing(main, users="from app.mail import notify\n", mail="async def notify() -> None: ...\n") == 2


def test_what_is_awaited_passes() -> None:
    (result,) = check_files(COROUTINE_NOT_AWAITED, {"main.py": START + "async def f():\n    await load()\n"}).results

    assert (result.passes, result.fails) == (1, 0)
