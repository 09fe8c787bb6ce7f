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


ASKING = """
import os
import tempfile
import zipfile
import elsewhere
from elasticsearch import AsyncElasticsearch
from fastapi import BackgroundTasks, Depends, FastAPI, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

class Query(BaseModel):
    words: list[str]

class Engine:
    async def search(self, query): ...
    async def remove(self, query): ...

class Elastic(Engine):
    def __init__(self, client: AsyncElasticsearch) -> None:
        self.client = client
    async def search(self, query):
        return await self.client.search(index="items", query=query)
    async def count(self, query):
        return await self.client.indices.create(index="items")

class Cache:
    found = None

async def warmed():
    global LAST
    LAST = elsewhere.read()
    return LAST

def get_engine() -> Elastic:
    return Elastic(AsyncElasticsearch("https://example.org"))

def packed(query: Query, path: str) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("words.txt", " ".join(query.words))
    with open(path + ".txt", "w") as file:
        file.write("x")
    return path

app = FastAPI()

@app.post("/match")
async def match(query: Query, response: Response, tasks: BackgroundTasks, engine: Elastic = Depends(get_engine)):
    {body}
"""


def asked(body: str) -> Counts:
    return counts_of("security.unauthenticated_write_route", {"app/main.py": ASKING.replace("{body}", body)})


SEARCHED = "found = await engine.search(elsewhere.parsed(query))\n    "
PACKED = 'path = os.path.join(tempfile.gettempdir(), "a.zip")\n    '


@pytest.mark.parametrize(
    "body",
    [
        SEARCHED + "return elsewhere.scored(found)",
        SEARCHED + "elsewhere.Names().add(found)\n    return found",
        SEARCHED + 'response.headers["x-size"] = str(len(found))\n    return found',
        SEARCHED + "return [found, await warmed()]",
        SEARCHED + 'with open("names.txt") as file:\n        return file.read()',
        PACKED + "return FileResponse(packed(query, path))",
    ],
)
def test_a_search_and_a_conversion_are_left_open_where_no_call_says_that_it_changes_something(body: str) -> None:
    assert asked(body) == UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        "return elsewhere.scored(query)",
        "return await engine.count(query)",
        SEARCHED + "await elsewhere.Names().add(found)",
        SEARCHED + "elsewhere.publish(found)",
        SEARCHED + "elsewhere.Names().save_all(found)",
        SEARCHED + "tasks.add_task(elsewhere.scored, found)",
        SEARCHED + "Cache.found = found",
        SEARCHED + 'with open("names.txt", "a") as file:\n        file.write("x")',
        SEARCHED + "return packed(query, 'a.zip')",
        'return FileResponse(packed(query, "a.zip"))',
        PACKED + "return packed(query, path)",
        PACKED + "elsewhere.upload_file(path)\n    return FileResponse(packed(query, path))",
    ],
)
def test_a_search_that_does_something_else_as_well_fails(body: str) -> None:
    assert asked(body) == FAILS
