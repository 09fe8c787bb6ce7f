"""Routes that take POST and only read, and what keeps a route from being one of them."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, UNKNOWN, Counts, counts_of

CODE = """
import json
import httpx
from fastapi import BackgroundTasks, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from elsewhere import search

class Base(DeclarativeBase): ...

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)

class Query(BaseModel):
    words: list[str]

class Found(BaseModel):
    count: int

SEEN: list[str] = []
app = FastAPI()

def matching(query: Query) -> list[str]:
    found = []
    for word in query.words:
        found.append(word.lower())
    return sorted(found)

class Store:
    def keep(self, query: Query) -> None: ...

    def __init__(self) -> None:
        self.kept = []

def remember(query: Query) -> None:
    SEEN.append(query.words[0])

def save(query: Query) -> None:
    with open("words.txt", "w") as file:
        file.write(json.dumps(query.words))

@app.{method}("/search")
async def find(query: Query, session: AsyncSession, client: httpx.AsyncClient, tasks: BackgroundTasks):
    {body}
"""


def counts(body: str, method: str = "post") -> Counts:
    code = CODE.replace("{method}", method).replace("{body}", body)
    return counts_of("security.unauthenticated_write_route", {"app/main.py": code})


READS = (
    "return Found(count=len(matching(query)))",
    'if not query.words:\n        raise HTTPException(404, "none")\n    return matching(query)',
    "return (await session.execute(select(Item).where(Item.id == 1))).scalars().all()",
    'return await client.get("https://example.org")',
)


@pytest.mark.parametrize("body", READS)
def test_a_post_of_which_every_call_is_known_to_read_is_left_open(body: str) -> None:
    assert counts(body) == UNKNOWN


@pytest.mark.parametrize("body", READS)
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_what_other_methods_say_that_they_change_fails(body: str, method: str) -> None:
    assert counts(body, method) == FAILS


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "return {}",
        'raise HTTPException(501, "later")',
        "return search(query)",
        "return remember(query)",
        "return Store().keep(query)",
        "return save(query)",
        "session.add(Item())",
        "await session.execute(insert(Item))",
        'await session.execute(text("DELETE FROM items"))',
        "await session.execute(query)",
        'await client.post("https://example.org")',
        "tasks.add_task(matching, query)",
        "SEEN.append(str(query))",
        "SEEN[0] = str(query)",
        "query.words = matching(query)",
        "global SEEN\n    SEEN = matching(query)",
        "app.state.words = matching(query)",
    ],
)
def test_what_changes_something_or_is_not_known_fails(body: str) -> None:
    assert counts(body) == FAILS
