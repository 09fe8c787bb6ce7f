"""Queries in loops that are bounded, and queries that repeat for each row, well hidden."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

N_PLUS_ONE = import_module("fastapi_audit_rules.performance.n_plus_one")

START = """
import enum
from functools import lru_cache

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import MetaData, delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

from app.models import Order, User
from app.names import names

app = FastAPI()
make_session = sessionmaker()


class State(enum.Enum):
    NEW = "new"


def find(session: Session, key: int):
    return session.get(User, key)


def rename(user): ...


"""
ROUTE = "@app.post('/')\ndef f(session: Session, ids: list[int]):\n"


def findings(source: str, route: str = ROUTE) -> list[str]:
    """Return the messages of the findings."""
    files = {"app/main.py": START + route + source, "app/names.py": "names = ['a', 'b']\n"}
    reported = check_files(N_PLUS_ONE, files)
    assert not reported.crashes
    return [finding.message for result in reported.results for finding in result.findings]


@pytest.mark.parametrize(
    "source",
    [
        "    for user in session.scalars(select(User)):\n        rename(user)\n",
        "    for key in (1, 2):\n        session.get(User, key)\n",
        "    keys = [1, 2]\n    for key in keys:\n        session.get(User, key)\n",
        "    for state in State:\n        session.scalar(select(Order).where(Order.state == state))\n",
        "    for name in names:\n        session.scalar(select(User).where(User.name == name))\n",
        "    for attempt in range(3):\n        session.execute(text(f'SELECT {attempt}'))\n",
        "    for start in range(0, len(ids), 100):\n"
        "        session.execute(select(User).where(User.id.in_(ids[start : start + 100])))\n",
        "    for batch in split(ids):\n        session.execute(select(User).where(User.id.in_(batch)))\n",
        "    for part in chunked(ids, 100):\n        session.execute(select(User).where(User.id.in_(part)))\n",
        "    page = 0\n    while session.scalars(select(User).offset(page)).all():\n        page += 10\n",
        "    for key in ids:\n        session.add(User(id=key))\n        session.flush()\n    session.commit()\n",
        "    for key in ids:\n        session.execute(text('SELECT 1'))\n",
        "    for user in ids:\n        session.delete(user)\n",
        "    for key in ids:\n        return session.get(User, key)\n",
        "    for key in ids:\n        user = session.get(User, key)\n        break\n",
        "    wanted = max(ids)\n    for key in ids:\n        if key == wanted:\n            session.get(User, key)\n",
        "    for table in MetaData().sorted_tables:\n        session.execute(table.delete())\n",
        "    for model in ids:\n        session.execute(select(model))\n",
        "    for key in ids:\n        with make_session() as own:\n            own.get(User, key)\n",
        "    users = {user.id: user for user in session.scalars(select(User).where(User.id.in_(ids)))}\n"
        "    return [users[key] for key in ids]\n",
        "    return [lambda: session.get(User, key) for key in ids]\n",
        "    for key in ids:\n        known(session, key)\n\n\n@lru_cache\ndef known(session: Session, key: int):\n"
        "    return session.get(User, key)\n",
        "    for key in ids:\n        known(session, key)\n\n\nKNOWN = {}\n\ndef known(session: Session, key: int):\n"
        "    if key not in KNOWN:\n        KNOWN[key] = session.get(User, key)\n    return KNOWN[key]\n",
        "    for key in ids:\n        counted(session, key)\n\n\ndef counted(session: Session, key: int):\n"
        "    return session.scalar(text('SELECT count(*) FROM users'))\n",
        "    ...\n\n\ndef script(session: Session, ids: list[int]):\n"
        "    return [session.get(User, key) for key in ids]\n",
    ],
)
def test_a_query_that_does_not_grow_with_the_rows_is_fine(source: str) -> None:
    assert findings(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "    for key in ids:\n        session.get(User, key)\n",
        "    for number, key in enumerate(sorted(ids)):\n        session.get(User, key)\n",
        "    for position in range(len(ids)):\n        session.get(User, ids[position])\n",
        "    return [session.get(User, key) for key in ids]\n",
        "    return {key: value for key in ids for value in session.scalars(select(User).where(User.id == key))}\n",
        "    for user in session.scalars(select(User)):\n        query = select(Order).where(Order.user == user.id)\n"
        "        query = query.limit(1)\n        user.last = session.scalar(query)\n",
        "    for key in ids:\n        if key:\n            session.execute(insert(Order).values(user_id=key))\n",
        "    for key in ids:\n        session.query(User).filter(User.id == key).one()\n",
        "    found = []\n    for key in ids:\n        found.append(key)\n    for key in found:\n"
        "        session.get(User, key)\n",
        "    for key in ids:\n        user = find(session, key)\n        if user:\n            return user\n",
        "    for key in ids:\n        outer(session, key=key)\n\n\ndef outer(session: Session, key: int):\n"
        "    number = key + 1\n    return find(session, number)\n",
        "    users = Users(session)\n    return [users.find(key) for key in ids]\n\n\nclass Users:\n"
        "    def __init__(self, session: Session):\n        self.session = session\n\n    def find(self, key: int):\n"
        "        return self.session.get(User, key)\n",
        "    for key in ids:\n        session.get(User, key)\n        session.get(Order, key)\n"
        "        find(session, key)\n",
        "    helper(session, ids)\n\n\ndef helper(session: Session, ids: list[int]):\n    for key in ids:\n"
        "        session.get(User, key)\n",
        "    session.commit()\n\n\n@app.get('/other')\nasync def g(session: AsyncSession, ids: list[int]):\n"
        "    return [await session.get(User, key) for key in ids]\n",
    ],
)
def test_a_query_for_each_row_is_found_once(source: str) -> None:
    assert len(findings(source)) == 1


def test_the_message_names_the_call_and_the_item() -> None:
    assert findings("    return [find(session, key) for key in ids]\n") == [
        "`main.find` asks the database once for each `key`"
    ]


def test_a_query_outside_of_loops_passes() -> None:
    (result,) = check_files(N_PLUS_ONE, {"app/main.py": START + ROUTE + "    session.get(User, 1)\n"}).results

    assert (result.passes, result.fails) == (1, 0)
