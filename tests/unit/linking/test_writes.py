"""What functions write, where saved rows come from, and over which calls that is reached."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.knowledge.tables import names, table
from fastapi_audit.model.module import Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.writes import Effect, ReachedWrite

HEAD = """
import asyncpg
from databases import Database
from motor.motor_asyncio import AsyncIOMotorCollection
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from tortoise.models import Model
from fastapi import BackgroundTasks

class Base(DeclarativeBase): ...

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)

class Order(Model): ...

items = Table("items", MetaData(), Column("id", Integer))
"""


def reached(body: str) -> list[ReachedWrite]:
    project = project_of(main=HEAD + body)
    return list(project.writes.reached_from(function(project, "act")))


def function(project: Project, name: str) -> Function:
    (found,) = (one for one in project.functions if one.qualname == name)
    return found


@pytest.mark.parametrize(
    ("call", "effect", "subject"),
    [
        ("session.add(Item())", Effect.INSERT, "Item"),
        ("session.add(given)", Effect.SAVE, None),
        ("session.delete(Item())", Effect.DELETE, "Item"),
        ("session.merge(Item())", Effect.SAVE, "Item"),
        ("session.query(Item).update({})", Effect.UPDATE, "Item"),
        ("session.execute(delete(Item))", Effect.DELETE, "Item"),
        ("session.execute(items.insert().values(id=1))", Effect.INSERT, "items"),
        ("statement = update(Item).values(id=1)\n    session.execute(statement)", Effect.UPDATE, "Item"),
        ("session.execute(text('delete from shop.items'))", Effect.DELETE, "items"),
        ("session.execute(text(f'REPLACE INTO items VALUES ({given})'))", Effect.SAVE, "items"),
        ("await pool.fetchrow('INSERT INTO items VALUES ($1) RETURNING id', 1)", Effect.INSERT, "items"),
        ("await pool.execute('WITH x AS (SELECT 1) UPDATE items SET id = 1')", Effect.UPDATE, "items"),
        ("await orders.delete_many({})", Effect.DELETE, "orders"),
        ("await Order.create(id=1)", Effect.INSERT, "Order"),
    ],
)
def test_a_write_says_what_it_does_and_to_what(call: str, effect: Effect, subject: str | None) -> None:
    (found,) = reached(f"""
async def act(session: Session, pool: asyncpg.Pool, orders: AsyncIOMotorCollection, given):
    {call}
""")

    assert (found.effect, found.write.subject) == (effect, subject)


@pytest.mark.parametrize(
    "call",
    [
        "session.get(Item, 1)",
        "session.commit()",
        "session.execute(text('SELECT 1 FROM updates'))",
        "session.execute(text('CREATE TABLE x (id int)'))",
        "session.execute(given)",
        "await orders.find_one({})",
        "await pool.fetch(given)",
        "given.add(1)",
    ],
)
def test_what_reads_is_no_write(call: str) -> None:
    assert (
        reached(f"""
async def act(session: Session, pool: asyncpg.Pool, orders: AsyncIOMotorCollection, given):
    {call}
""")
        == []
    )


def test_a_row_is_followed_from_where_it_is_made_to_where_it_is_saved() -> None:
    (found,) = reached("""
def store(session: Session, row: Item): session.add(row)
def keep(session: Session, one: Item): store(session, row=one)
def act(session: Session): keep(session, Item())
""")

    assert found.effect is Effect.INSERT
    assert [edge.callee.name for edge in found.way] == ["keep", "store"]
    assert found.is_certain
    assert not found.is_apart


def test_a_row_that_is_only_sometimes_new_is_saved() -> None:
    (found,) = reached("""
def act(session: Session, key: int):
    row = session.get(Item, key)
    if row is None:
        row = Item()
    session.add(row)
""")

    assert found.effect is Effect.SAVE


def test_what_a_background_task_writes_is_apart() -> None:
    (found,) = reached("""
def store(session: Session): session.add(Item())
def act(session: Session, tasks: BackgroundTasks): tasks.add_task(store, session)
""")

    assert found.is_apart


def test_functions_that_call_one_another_end() -> None:
    (found,) = reached("""
def other(session: Session):
    session.add(Item())
    act(session)
def act(session: Session): other(session)
""")

    assert found.effect is Effect.INSERT


def test_every_method_that_writes_is_one_of_a_database() -> None:
    listed = (entry.get("methods", []) for entry in table("database").values())
    methods = {name for names_of_type in listed if isinstance(names_of_type, list) for name in names_of_type}
    known = [name for effect in Effect for name in names("writes", effect.value)]

    assert sorted(set(known) - methods) == []
    assert len(known) == len(set(known))
