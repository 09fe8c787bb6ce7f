"""Commits for each item of a loop, and those that are meant as they are."""

from textwrap import indent

import pytest
from rule_builders import FAILS, NO_SUBJECT, UNKNOWN, Counts, counts_of, result_of

RULE = "database.commit_in_loop"
START = """
from itertools import batched

from app.repository import Repository, load
from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

make_session = sessionmaker(create_engine("postgresql://db.example/shop"))
make_async = async_sessionmaker(create_async_engine("postgresql+asyncpg://db.example/shop"))
app = FastAPI()


async def get_async():
    async with make_async() as session:
        yield session


def get():
    with make_session() as session:
        yield session


def store(session: Session, item):
    session.add(item)
    session.commit()


def store_if(session: Session, item, is_last: bool):
    session.add(item)
    if is_last:
        session.commit()


def store_apart(item):
    with make_session() as session:
        session.add(item)
        session.commit()


class Items:
    def __init__(self, session: Session):
        self.session = session

    def add(self, item):
        self.session.add(item)
        self.session.commit()

    def create(self, item):
        return self.add(item)


@app.post("/")
def save(items: list[int], session: Session = Depends(get)):
"""


EACH = "for item in items:\n    session.add(item)\n"


@pytest.mark.parametrize(
    ("body", "fails", "unknowns"),
    [
        (EACH + "    session.commit()\n", 1, 0),
        ("for number, item in enumerate(items):\n    session.add(item)\n    session.commit()\n", 1, 0),
        ("for number in range(len(items)):\n    session.add(items[number])\n    session.commit()\n", 1, 0),
        ("for item in items:\n    if item:\n        session.add(item)\n        session.commit()\n", 1, 0),
        ("for item in items:\n    store(session, item)\n", 1, 0),
        ("found = Items(session)\nfor item in items:\n    found.create(item)\n", 1, 0),
        (EACH + "    session.commit()\n    store(session, item)\n    session.commit()\n", 1, 0),
        (EACH + "    try:\n        session.commit()\n    except ValueError:\n        session.rollback()\n", 0, 1),
        (EACH + "session.commit()\n", 0, 0),
        (EACH + "else:\n    session.commit()\n", 0, 0),
        (EACH + "    session.flush()\nsession.commit()\n", 0, 0),
        ("for batch in batched(items, 100):\n    session.add_all(batch)\n    session.commit()\n", 0, 0),
        ("for start in range(0, len(items), 100):\n    session.commit()\n", 0, 0),
        ("for _ in range(3):\n    session.commit()\n", 0, 0),
        ("for name in ('a', 'b'):\n    session.commit()\n", 0, 0),
        ("while items:\n    session.add(items.pop())\n    session.commit()\n", 0, 0),
        ("for number, item in enumerate(items):\n    if number % 100 == 0:\n        session.commit()\n", 0, 0),
        ("for item in items:\n    if item == 1:\n        session.commit()\n        break\n", 0, 0),
        ("for item in items:\n    with make_session() as own:\n        own.commit()\n", 0, 0),
        ("for item in items:\n    own = make_session()\n    own.commit()\n", 0, 0),
        ("for item in items:\n    store_if(session, item, item is items[-1])\n", 0, 0),
        ("for item in items:\n    store_apart(item)\n", 0, 0),
        ("for item in items:\n    Repository().commit()\n", 0, 0),
    ],
)
def test_a_request_commits_once(body: str, fails: int, unknowns: int) -> None:
    found = result_of(RULE, {"app/main.py": START + indent(body, "    ")})

    assert (found.fails, found.unknowns) == (fails, unknowns)


@pytest.mark.parametrize(
    "source",
    [
        "def fill(session: Session, items):\n    for item in items:\n        session.add(item)\n"
        "        session.commit()\n",
        "@app.on_event('startup')\ndef fill():\n    with make_session() as session:\n        for item in load():\n"
        "            session.add(item)\n            session.commit()\n",
        "@app.get('/rows')\nasync def read(session: AsyncSession = Depends(get_async)):\n"
        "    async for row in await session.stream(select(1)):\n        await session.commit()\n",
        "def rows(session, items):\n    for item in items:\n        session.commit()\n        yield item\n\n"
        "@app.get('/rows')\ndef read(session: Session = Depends(get)):\n"
        "    return StreamingResponse(rows(session, load()))\n",
    ],
)
def test_what_fills_a_database_or_streams_is_left_out(source: str) -> None:
    start = START[: START.index("@app.post")]

    assert result_of(RULE, {"app/main.py": start + source}).fails == 0


LOOP = """def save(items: list[int]) -> None:
    with make_session() as session:
        for item in items:
            session.add(item)
            session.commit()


"""
AWAITED = "@app.post('/')\ndef post(items: list[int]) -> None:\n    save(items)\n\n\n"
LATER = "@app.post('/later')\ndef post_later(items: list[int], tasks: BackgroundTasks) -> None:\n"
SPAWNED = "async def one(items):\n    save(items)\n\n\n@app.post('/')\nasync def post(items: list[int]):\n    CALL\n"
WORKER = "worker = Celery()\n\n\n@worker.task\ndef work(items: list[int]) -> None:\n    save(items)\n"
COMMAND = {"app/cli/load.py": "from app.main import save\n\n\ndef load() -> None:\n    save([1])\n"}


@pytest.mark.parametrize(
    ("source", "others", "expected"),
    [
        (AWAITED, {}, FAILS),
        (f"{LATER}    tasks.add_task(save, items)\n", {}, NO_SUBJECT),
        (f"{LATER}    tasks.add_task(around, items)\n\n\ndef around(items):\n    save(items)\n", {}, NO_SUBJECT),
        (f"{AWAITED}{LATER}    tasks.add_task(save, items)\n", {}, UNKNOWN),
        (f"{AWAITED}{LATER}    tasks.add_task(print, items)\n", {}, FAILS),
        (SPAWNED.replace("CALL", "asyncio.create_task(one(items))"), {}, NO_SUBJECT),
        ("@app.post('/')\nasync def post(items: list[int]):\n    await asyncio.to_thread(save, items)\n", {}, FAILS),
        (SPAWNED.replace("CALL", "kept = asyncio.create_task(one(items))\n    print(kept)"), {}, NO_SUBJECT),
        (SPAWNED.replace("CALL", "made = asyncio.create_task(one(items))\n    await made"), {}, FAILS),
        (SPAWNED.replace("CALL", "await asyncio.create_task(one(items))"), {}, FAILS),
        (SPAWNED.replace("CALL", "await one(items)"), {}, FAILS),
        (WORKER, {}, NO_SUBJECT),
        (AWAITED + WORKER, {}, UNKNOWN),
        ("", COMMAND, NO_SUBJECT),
        (AWAITED, COMMAND, UNKNOWN),
        (f"{AWAITED}if __name__ == '__main__':\n    import uvicorn\n\n    uvicorn.run(app)\n", {}, FAILS),
    ],
)  # fmt: skip
def test_where_no_request_waits_a_loop_may_commit_each_item(
    source: str, others: dict[str, str], expected: Counts
) -> None:
    start = START[: START.index("def store")].replace("import Depends", "import BackgroundTasks, Depends")
    head = "import asyncio\n\nfrom celery import Celery\n"

    assert counts_of(RULE, {"app/main.py": head + start + LOOP + source, **others}) == expected


def test_an_asynchronous_commit_counts_as_well() -> None:
    source = (
        "async def save(items: list[int], session: AsyncSession = Depends(get_async)):\n"
        "    for item in items:\n        session.add(item)\n        await session.commit()\n"
    )
    start = START[: START.index("def save")]

    assert counts_of(RULE, {"app/main.py": start + source}) == FAILS
