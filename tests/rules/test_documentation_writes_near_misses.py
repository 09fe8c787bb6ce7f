"""Which POST routes create something, and which GET routes change something."""

from __future__ import annotations

from importlib import import_module

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, Counts, counts_of

from fastapi_audit.testing import check_files

HEAD = """
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from pymongo.collection import Collection
from pydantic import BaseModel
import other

app = FastAPI()

class Base(DeclarativeBase): ...

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class AuditLog(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)

class ItemRead(BaseModel):
    id: int

def make() -> Item:
    return Item()

def save(session: Session, row: Item) -> None:
    session.add(row)

class Repository:
    def __init__(self, model: type) -> None:
        self.model = model

    def create(self, session: Session, data: dict) -> Item:
        row = self.model(**data)
        session.add(row)
        return row

items = Repository(Item)
others = Repository(Item)
"""


def counts(rule: str, code: str) -> Counts:
    return counts_of(f"documentation.{rule}", {"app/main.py": HEAD + code})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("session.add(Item())", FAILS),
        ("session.add_all([Item(), Item()])", FAILS),
        ("session.add_all([Item(id=n) for n in range(3)])", FAILS),
        ("item = Item()\n    session.add(item)", FAILS),
        ("item = make()\n    session.add(item)", FAILS),
        ("save(session, Item())", FAILS),
        ("others.create(session, {})", NO_SUBJECT),
        ("items.create(session, {})", FAILS),
        ("session.execute(insert(Item).values(id=1))", FAILS),
        ("query = insert(Item).values(id=1)\n    session.execute(query)", FAILS),
        ("session.execute(text('INSERT INTO items VALUES (1)'))", FAILS),
        ("session.execute(text('insert into shop.items values (1)'))", FAILS),
        ("save(session, session.get(Item, 1))", NO_SUBJECT),
        ("item = session.get(Item, 1)\n    session.add(item)", NO_SUBJECT),
        ("item = session.get(Item, 1) or Item()\n    session.add(item)", NO_SUBJECT),
        ("item = session.get(Item, 1)\n    if item is None:\n        item = Item()\n    session.add(item)", NO_SUBJECT),
        ("if not session.get(Item, 1):\n        raise ValueError\n    session.add(Item())", FAILS),
        ("session.merge(Item())", NO_SUBJECT),
        ("session.execute(pg_insert(Item).on_conflict_do_update(index_elements=['id']))", NO_SUBJECT),
        ("session.execute(text('INSERT INTO items VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 1'))", NO_SUBJECT),
        ("session.execute(update(Item))", NO_SUBJECT),
        ("session.execute(select(Item))", NO_SUBJECT),
        ("session.execute(text('SELECT insert_date FROM items'))", NO_SUBJECT),
        ("session.add(AuditLog())", NO_SUBJECT),
        ("session.add(User())", NO_SUBJECT),
        ("other.add(Item())", NO_SUBJECT),
        ("tasks.add_task(save, session, Item())", NO_SUBJECT),
        ("session.add(Item())\n    return JSONResponse({}, 202)", NO_SUBJECT),
        ("session.add(Item())\n    return RedirectResponse('/')", NO_SUBJECT),
        ("session.add(Item())\n    response.status_code = 201", NO_SUBJECT),
    ],
)
def test_a_creation_makes_a_row_of_its_own(body: str, expected: tuple[int, int, int]) -> None:
    code = f'@app.post("/items")\ndef f(session: Session, tasks: BackgroundTasks, response: Response):\n    {body}\n'
    assert counts("creation_returns_200", code) == expected


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ('@app.post("/items")', FAILS),
        ('@app.post("/items/")', FAILS),
        ('@app.post("/items/new")', FAILS),
        ('@app.post("/shops/{shop}/items")', FAILS),
        ('@app.post("/items", status_code=200)', FAILS),
        ('@app.post("/items", status_code=201)', PASSES),
        ('@app.post("/items", status_code=204)', PASSES),
        ('@app.post("/items", status_code=other.STATUS)', (0, 0, 1)),
        ('@app.post("/items", response_class=HTMLResponse)', NO_SUBJECT),
        ('@app.post("/items/{id}/item")', NO_SUBJECT),
        ('@app.post("/items/{id}/item", response_model=ItemRead)', FAILS),
        ('@app.post("/items/{id}")', NO_SUBJECT),
        ('@app.post("/items/import-old")', NO_SUBJECT),
        ('@app.post("/shops/{shop}/buy")', NO_SUBJECT),
        ('@app.put("/items")', NO_SUBJECT),
    ],
)
def test_a_creation_is_what_the_path_names(decorator: str, expected: tuple[int, int, int]) -> None:
    code = f"{decorator}\ndef f(session: Session):\n    session.add(Item())\n"
    assert counts("creation_returns_200", code) == expected


@pytest.mark.parametrize("path", ["/signup", "/auth/register", "/sign-up", "/users"])
def test_joining_makes_a_user(path: str) -> None:
    code = f'@app.post("{path}")\ndef f(session: Session):\n    session.add(User())\n'
    assert counts("creation_returns_200", code) == FAILS


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("session.execute(delete(Item))", FAILS),
        ("session.execute(update(Item))", FAILS),
        ("session.add(Item())", FAILS),
        ("session.delete(session.get(Item, 1))", FAILS),
        ("session.query(Item).filter(Item.id == 1).delete()", FAILS),
        ("session.execute(text('WITH x AS (SELECT 1) DELETE FROM items'))", FAILS),
        ("items.insert_one({'a': 1})", FAILS),
        ("save(session, session.get(Item, 1))", FAILS),
        ("session.scalars(select(Item))", PASSES),
        ("items.find_one({})", PASSES),
        ("session.commit()", PASSES),
        ("return [item.id for item in session.query(Item).all()]", PASSES),
        ("session.execute(text('SELECT update_date, deleted FROM items'))", PASSES),
        ("other.delete(1)", PASSES),
        ("item = {}\n    item.update({'a': 1})", PASSES),
        ("seen = set()\n    seen.add(1)", PASSES),
        ("item = session.get(Item, 1)\n    if item is None:\n        session.add(Item())", (0, 0, 0)),
        ("session.add(AuditLog())", (0, 0, 0)),
        ("tasks.add_task(save, session, Item())", (0, 0, 0)),
        ("try:\n        print(1)\n    except ValueError:\n        session.add(Item())", (0, 0, 0)),
    ],
)
def test_a_get_route_changes_something_by_what_it_reaches(body: str, expected: tuple[int, int, int]) -> None:
    code = f"""
@app.post("/others")
def create(session: Session):
    session.add(User())

@app.get("/things")
def f(session: Session, items: Collection, tasks: BackgroundTasks):
    {body}
"""
    assert counts("side_effect_on_get", code) == expected


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        ('@app.get("/items")', FAILS),
        ('@app.head("/items")', FAILS),
        ('@app.api_route("/items", methods=["GET", "HEAD"])', FAILS),
        ('@app.api_route("/items", methods=["GET", "POST"])', NO_SUBJECT),
        ('@app.post("/items")', NO_SUBJECT),
        ('@app.get("/items/login-history")', NO_SUBJECT),
        ('@app.get("/oauth/callback")', NO_SUBJECT),
        ('@app.get("/newsletter/unsubscribe")', NO_SUBJECT),
        ('@app.get("/users/verify/{token}")', NO_SUBJECT),
        ('@app.get("/catalogins")', FAILS),
    ],
)
def test_links_that_have_to_be_get_are_left_out(decorator: str, expected: tuple[int, int, int]) -> None:
    code = f"{decorator}\ndef f(session: Session):\n    session.execute(delete(Item))\n"
    assert counts("side_effect_on_get", code) == expected


def test_a_service_that_writes_nothing_is_not_asked() -> None:
    module = import_module("fastapi_audit_rules.documentation.side_effect_on_get")
    code = 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/")\ndef f(): ...\n'

    (result,) = check_files(module, {"app/main.py": code}).results
    assert (result.passes, result.fails, result.unknowns) == NO_SUBJECT


def test_what_a_dependency_writes_has_low_confidence() -> None:
    code = """
def stamp(session: Session):
    session.execute(update(User))
@app.get("/items", dependencies=[Depends(stamp)])
def f(): ...
"""
    assert counts("side_effect_on_get", code) == NO_SUBJECT
