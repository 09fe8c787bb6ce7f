"""Tasks that something keeps or not, and sessions that several of them share or not."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

TASK = import_module("fastapi_audit_rules.performance.untracked_task")
SHARED = import_module("fastapi_audit_rules.performance.session_shared_by_tasks")
START = """
import asyncio
from asyncio import create_task as spawn

import anyio
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

make_session = async_sessionmaker()
tasks = set()


async def work(): ...


async def read(session: AsyncSession, number: int):
    return await session.get(int, number)


class Items:
    def __init__(self, session: AsyncSession):
        self.session = session

    async def one(self, number: int):
        return await self.session.get(int, number)


class OwnSessions:
    async def one(self, number: int):
        async with make_session() as session:
            return await session.get(int, number)


class Inherited(Items): ...

"""


def findings(rule: object, source: str) -> int:
    (result,) = check_files(rule, {"main.py": START + source}).results  # type: ignore[arg-type]
    return len(result.findings)


@pytest.mark.parametrize(
    "source",
    [
        "async def start():\n    await asyncio.create_task(work())\n",
        "async def start():\n    return asyncio.create_task(work())\n",
        "async def start():\n    tasks.add(asyncio.create_task(work()))\n",
        "async def start():\n    task = spawn(work())\n    task.add_done_callback(print)\n",
        "async def start():\n    task = spawn(work())\n\n    def stop():\n        task.cancel()\n\n    return stop\n",
        "async def start():\n    global task\n    task = spawn(work())\n",
        "async def start(app):\n    app.state.task = spawn(work())\n",
        "async def start():\n    running = [spawn(work()) for _ in range(3)]\n    await asyncio.gather(*running)\n",
        "async def start():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(work())\n",
        "async def start(scheduler):\n    scheduler.create_task(work())\n",
        "def start(loop: asyncio.AbstractEventLoop):\n    loop.add_signal_handler(1, lambda: spawn(work()))\n",
    ],
)
def test_something_keeps_the_task(source: str) -> None:
    assert findings(TASK, source) == 0


@pytest.mark.parametrize(
    "source",
    [
        "async def start():\n    spawn(work())\n",
        "async def start():\n    asyncio.ensure_future(work())\n",
        "async def start():\n    asyncio.get_running_loop().create_task(work())\n",
        "async def start():\n    _ = spawn(work())\n",
        "async def start():\n    task: asyncio.Task[None] = spawn(work())\n    del task\n",
        "class Service:\n    async def start(self):\n        loop = asyncio.get_event_loop()\n"
        "        loop.create_task(work())\n",
    ],
)
def test_nothing_keeps_the_task(source: str) -> None:
    assert findings(TASK, source) == 1


@pytest.mark.parametrize(
    "source",
    [
        "async def counts(a: AsyncSession, b: AsyncSession):\n    await asyncio.gather(read(a, 1), read(b, 2))\n",
        "async def counts(session: AsyncSession):\n    await asyncio.gather(read(session, 1), work())\n",
        "async def counts(session: AsyncSession):\n    await read(session, 1)\n    await read(session, 2)\n",
        "async def counts(sessions: list[AsyncSession]):\n"
        "    await asyncio.gather(*[read(session, 1) for session in sessions])\n",
        "async def counts():\n    for number in range(3):\n        async with make_session() as session:\n"
        "            tasks.add(spawn(read(session, number)))\n",
        "async def counts():\n    items = OwnSessions()\n    await asyncio.gather(items.one(1), items.one(2))\n",
        "async def counts():\n    async def one(number):\n        async with make_session() as session:\n"
        "            return await session.get(int, number)\n\n    await asyncio.gather(one(1), one(2))\n",
        "async def counts(session: AsyncSession):\n    lock = asyncio.Lock()\n\n    async def one(number):\n"
        "        async with lock:\n            return await session.get(int, number)\n\n"
        "    await asyncio.gather(one(1), one(2))\n",
        "async def counts(session: AsyncSession):\n    await asyncio.gather(asyncio.wait_for(read(session, 1), 5))\n",
    ],
)
def test_every_task_has_its_session(source: str) -> None:
    assert findings(SHARED, source) == 0


@pytest.mark.parametrize(
    "source",
    [
        "async def counts(session: AsyncSession):\n"
        "    await asyncio.gather(session.get(int, 1), session.get(int, 2))\n",
        "async def counts(session: AsyncSession):\n"
        "    await asyncio.gather(*(read(session, number) for number in range(3)))\n",
        "async def counts(session: AsyncSession):\n    running = [read(session, number) for number in range(3)]\n"
        "    await asyncio.gather(*running)\n",
        "async def counts(session: AsyncSession):\n    running = []\n    for number in range(3):\n"
        "        running.append(read(number=number, session=session))\n    await asyncio.gather(*running)\n",
        "async def counts(session: AsyncSession):\n    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(read(session, 1))\n        group.create_task(read(session, 2))\n",
        "async def counts(session: AsyncSession):\n    async with anyio.create_task_group() as group:\n"
        "        group.start_soon(read, session, 1)\n        group.start_soon(read, session, 2)\n",
        "async def counts(session: AsyncSession):\n    first = spawn(read(session, 1))\n"
        "    second = spawn(read(session, 2))\n    await asyncio.gather(first, second)\n",
        "async def counts(items: Inherited):\n    await asyncio.gather(items.one(1), items.one(2))\n",
        "class Counter:\n    def __init__(self, session: AsyncSession):\n        self.session = session\n\n"
        "    async def counts(self):\n        await asyncio.gather(read(self.session, 1), read(self.session, 2))\n",
        "async def counts(session: AsyncSession):\n    async def one(number):\n"
        "        return await read(session, number)\n\n"
        "    await asyncio.gather(one(1), one(2))\n",
        "async def counts(session: AsyncSession):\n"
        "    await asyncio.gather(asyncio.wait_for(read(session, 1), 5), asyncio.shield(read(session, 2)))\n",
    ],
)
def test_two_tasks_use_one_session(source: str) -> None:
    assert findings(SHARED, source) == 1
