"""Queries in the legacy style, and what is only called alike."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, Counts, counts_of

RULE = "database.legacy_query_api"
START = """
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI
from google.cloud import bigquery
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlmodel import Session as ModelSession

app = FastAPI()
make_session = sessionmaker(create_engine("postgresql://db.example/shop"))


class Item:
    def query(self, *what): ...


def get_session() -> Iterator[Session]:
    with make_session() as session:
        yield session
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(session: Session):\n    return session.query(Item).all()\n", FAILS),
        ("def f(session: ModelSession):\n    return session.query(Item).count()\n", FAILS),
        ("def f():\n    with make_session() as session:\n        return session.query(Item).all()\n", FAILS),
        ("sessions = scoped_session(make_session)\n\ndef f():\n    return sessions.query(Item).all()\n", FAILS),
        ("@app.get('/')\ndef f(session=Depends(get_session)):\n    return session.query(Item).all()\n", FAILS),
        ("class Items:\n    def __init__(self, session: Session):\n        self.session = session\n\n"
         "    def all(self):\n        return self.session.query(Item).all()\n", FAILS),
        ("def f(session: Session):\n    return session.scalars(select(Item)).all()\n", PASSES),
        ("def f(session: Session):\n    return session.get(Item, 1)\n", PASSES),
        ("def f(session: Session):\n    return session.execute(text('SELECT 1'))\n", NO_SUBJECT),
        ("def f(client: bigquery.Client):\n    return client.query('SELECT 1')\n", NO_SUBJECT),
        ("def f(item: Item):\n    return item.query(1)\n", NO_SUBJECT),
        ("def f(session):\n    return session.query(Item)\n", NO_SUBJECT),
    ],
)  # fmt: skip
def test_queries_are_stated_with_select(source: str, expected: Counts) -> None:
    assert counts_of(RULE, {"app/main.py": START + source}) == expected


@pytest.mark.parametrize(("version", "expected"), [("1.3.24", NO_SUBJECT), ("1.4.54", NO_SUBJECT), ("2.0.36", FAILS)])
def test_it_is_legacy_since_version_2(version: str, expected: Counts) -> None:
    source = "def f(session: Session):\n    return session.query(Item).all()\n"
    files = {"app/main.py": START + source, "requirements.txt": f"sqlalchemy=={version}\n"}

    assert counts_of(RULE, files) == expected
