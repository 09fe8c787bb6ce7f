"""Foreign keys with an index of some kind, and those without."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of, result_of

RULE = "database.foreign_key_without_index"
START = """
from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, UniqueConstraint, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column, relationship
from sqlalchemy.sql import schema
from sqlmodel import Field, SQLModel

OldBase = declarative_base()


class Base(DeclarativeBase): ...


class Owned:
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Indexed:
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)

"""
HEAD = "class Item(Base):\n    __tablename__ = 'items'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
KEY = "    user_id: Mapped[int] = mapped_column(ForeignKey('users.id'))\n"
ASKED = """

def of_user(user):
    return select(Item).where(Item.user_id == user.id)

def of(user_id):
    return select(Item).where(Item.user == user_id)
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (HEAD + KEY, FAILS),
        (HEAD + "    user: Mapped[int] = mapped_column('user_id', Integer, ForeignKey('users.id'))\n", FAILS),
        (HEAD + KEY.replace("))", "), index=False)"), FAILS),
        ("class Item(OldBase):\n    __tablename__ = 'items'\n    user_id = Column(Integer, ForeignKey('users.id'))\n",
         FAILS),
        ("class Item(Owned, Base):\n    __tablename__ = 'items'\n", FAILS),
        (HEAD + KEY + "    __table_args__ = (Index('ix', 'id', 'user_id'),)\n", FAILS),
        ("class Item(SQLModel, table=True):\n    user_id: int = Field(foreign_key='user.id')\n", FAILS),
        ("class Item(SQLModel, table=True):\n    user_id: int = Field(sa_column=Column(ForeignKey('user.id')))\n",
         FAILS),
        (HEAD + KEY.replace("))", "), index=True)"), PASSES),
        (HEAD + KEY.replace("))", "), unique=True)"), PASSES),
        (HEAD + KEY.replace("))", "), primary_key=True)"), PASSES),
        (HEAD + KEY + "    __table_args__ = (Index('ix', 'user_id', 'id'), {'schema': 'shop'})\n", PASSES),
        (HEAD + KEY + "    __table_args__ = (UniqueConstraint('user_id', 'id'),)\n", PASSES),
        (HEAD + KEY + "    __table_args__ = (Index('ix', user_id),)\n", PASSES),
        (HEAD + KEY + "    __table_args__ = (schema.UniqueConstraint('user_id', 'id'),)\n", PASSES),
        (HEAD + KEY.replace("ForeignKey", "schema.ForeignKey"), FAILS),
        (HEAD + KEY + "\nIndex('ix', Item.user_id)\n", PASSES),
        ("class Item(Indexed, Base):\n    __tablename__ = 'items'\n", PASSES),
        ("class Item(SQLModel, table=True):\n    user_id: int = Field(foreign_key='user.id', index=True)\n", PASSES),
        (HEAD + KEY + "    __table_args__ = make_arguments()\n", UNKNOWN),
        (HEAD + KEY + "    user = relationship('User')\n", FAILS),
        (HEAD + "    user_id: Mapped[int]\n", NO_SUBJECT),
        ("class ItemIn(SQLModel):\n    user_id: int = Field(foreign_key='user.id')\n", NO_SUBJECT),
        ("create_engine('mysql+pymysql://db/shop')\n\n" + HEAD + KEY, NO_SUBJECT),
        ("create_engine('postgresql://db/shop')\n\n" + HEAD + KEY, FAILS),
    ],
)  # fmt: skip
def test_an_index_leads_to_a_foreign_key(source: str, expected: Counts) -> None:
    assert counts_of(RULE, {"app/models.py": START + source + ASKED}) == expected


PARENT = "    parent_id: Mapped[int | None] = mapped_column(ForeignKey('items.id'))\n"
ROOT = PARENT.replace("parent", "root")
UP = "    parent: Mapped['Item'] = relationship('Item', {})\n"
READ = "\ndef children_of(item: Item):\n    return item.children\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PARENT + UP.format("remote_side=[id]"), NO_SUBJECT),
        (PARENT + UP.format("remote_side=id"), NO_SUBJECT),
        (PARENT + UP.format("remote_side='Item.id'"), NO_SUBJECT),
        (PARENT + UP.format("remote_side=[id], backref='children'"), NO_SUBJECT),
        (PARENT + UP.format("remote_side=[id], backref='children'") + READ, FAILS),
        (PARENT + ROOT + UP.format("remote_side=[id], foreign_keys=[parent_id], backref='children'") + READ, FAILS),
        (PARENT + UP.format("remote_side=[parent_id]").replace("parent:", "children:") + READ, FAILS),
        (PARENT + "    children: Mapped[list['Item']] = relationship()\n" + READ, FAILS),
        (PARENT + "    children: Mapped[list['Item']] = relationship()\n", NO_SUBJECT),
        (PARENT + "    children: Mapped[list['Item']] = relationship(lazy='selectin')\n", FAILS),
        (PARENT + UP.format("remote_side=[id]") + "\ndef below(x):\n    return Item.parent_id == x.id\n", FAILS),
        (PARENT + UP.format("remote_side=[id]") + "\ndef below(x):\n    return Item.parent_id.in_(x)\n", FAILS),
        (PARENT + UP.format("remote_side=[id]") + "\ndef below(x):\n    return Item.parent == x\n", FAILS),
    ],
)
def test_a_key_to_its_own_table_is_judged_by_who_goes_back_by_it(body: str, expected: Counts) -> None:
    assert counts_of(RULE, {"app/models.py": START + HEAD + body}) == expected


USER = "\n\nclass User(Base):\n    __tablename__ = 'users'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
ITEMS = "    items: Mapped[list[Item]] = relationship({})\n"
SECOND = KEY.replace("user", "maker").replace("makers", "users")


@pytest.mark.parametrize(
    ("body", "code", "expected"),
    [
        (USER + ITEMS.format(""), "def run(user):\n    return user.items", FAILS),
        (USER + ITEMS.format(""), "def run(order: User):\n    return order.items", FAILS),
        (USER + ITEMS.format(""), "def run(db_user):\n    return db_user.items", FAILS),
        (USER + ITEMS.format(""), "def run(order):\n    return select(User).options(load(User.items))", FAILS),
        (USER + ITEMS.format("secondary='both'"), "def run(user):\n    return user.items", NO_SUBJECT),
        (USER + ITEMS.format(""), "def run(values):\n    return values.items", NO_SUBJECT),
        (USER + ITEMS.format(""), "def run(user: dict):\n    return user.items()", NO_SUBJECT),
        (USER + ITEMS.format(""), "def run(user, items):\n    user.items = items", NO_SUBJECT),
        (USER, "def run(user):\n    return user.items", NO_SUBJECT),
        (SECOND + USER + ITEMS.format("foreign_keys=[Item.maker_id]"), "def run(user):\n    return user.items", FAILS),
        (SECOND + USER + ITEMS.format("foreign_keys='Item.maker_id'"), "def run(user):\n    return user.items", FAILS),
        (SECOND + USER + ITEMS.format(""), "def run(user):\n    return user.items", NO_SUBJECT),
        ("    user: Mapped['User'] = relationship()\n" + USER, "def run(item):\n    return item.user", NO_SUBJECT),
        ("    user: Mapped['User'] = relationship(backref='items')\n" + USER,
         "def run(user):\n    return user.items", FAILS),
    ],
)  # fmt: skip
def test_a_relationship_that_goes_back_looks_rows_up(body: str, code: str, expected: Counts) -> None:
    assert counts_of(RULE, {"app/models.py": f"{START}{HEAD}{KEY}{body}\n\n{code}\n"}) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("select(Item).where(Item.user_id == x)", FAILS),
        ("select(Item).where(col(Item.user_id) == x)", FAILS),
        ("select(Item).where(Item.user_id == x, Item.state == 'open')", FAILS),
        ("select(Item).where(Item.user_id == x, Item.state.in_([State.OPEN]))", FAILS),
        ("select(Item).filter_by(user_id=x)", FAILS),
        ("session.query(Item).filter_by(user_id=x, state='open').all()", FAILS),
        ("select(User).join(Item, Item.user_id == User.id)", FAILS),
        ("select(Item).join(User, Item.user_id == User.id)", NO_SUBJECT),
        ("select(Item).where(Item.user_id == User.id)", NO_SUBJECT),
        ("select(Item).where(Item.user_id == None)", NO_SUBJECT),
        ("select(Item).where(Item.user_id != x)", NO_SUBJECT),
        ("select(Item).where(Item.id == x, Item.user_id == x)", NO_SUBJECT),
        ("select(Item).where(Item.user_id == x).where(Item.id == x)", NO_SUBJECT),
        ("select(Item).where(Item.user_id == x, Item.id.in_(x))", NO_SUBJECT),
        ("select(Item).filter_by(user_id=x, name=x)", NO_SUBJECT),
        ("select(Other).filter_by(user_id=x)", NO_SUBJECT),
        ("Item(user_id=x)", NO_SUBJECT),
    ],
)
def test_a_query_looks_rows_up_where_the_key_alone_picks_them(code: str, expected: Counts) -> None:
    source = f"{START}{HEAD}{KEY}{USER}\n\ndef run(session, x):\n    return {code}\n"

    assert counts_of(RULE, {"app/models.py": source}) == expected


def test_a_filter_that_a_request_may_add_is_no_reason_for_an_index() -> None:
    code = "\n\ndef run(statement, x):\n    if x:\n        statement = statement.where(Item.user_id == x)\n"

    assert counts_of(RULE, {"app/models.py": START + HEAD + KEY + code}) == NO_SUBJECT
    assert counts_of(RULE, {"app/models.py": START + HEAD + KEY + code.replace("if x", "while x")}) == FAILS


def test_of_a_key_that_joins_and_one_that_picks_the_second_needs_the_index() -> None:
    join = "select(User).join(Item, Item.user_id == User.id).where(Item.maker_id == x)"
    code = f"\n\ndef run(x):\n    return {join}\n"
    found = result_of(RULE, {"app/models.py": START + HEAD + KEY + SECOND + USER + code})

    assert ["maker_id" in finding.message for finding in found.findings] == [True]


def test_of_two_keys_that_one_query_asks_for_the_first_needs_the_index() -> None:
    code = "\n\ndef run(x, y):\n    return select(Item).where(Item.user_id == x, Item.maker_id == y)\n"

    assert counts_of(RULE, {"app/models.py": START + HEAD + KEY + SECOND + code}) == FAILS


def test_a_key_to_a_column_of_a_mixin_is_not_taken_for_one_to_the_first_table_that_has_it() -> None:
    mixin = "class Numbered:\n    id: Mapped[int] = mapped_column(primary_key=True)\n\n"
    other = (
        "class Shop(Numbered, Base):\n    __tablename__ = 'shops'\n    items: Mapped[list['Item']] = relationship()\n\n"
    )
    user = "class User(Numbered, Base):\n    __tablename__ = 'users'\n\n"
    item = HEAD + "    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))\n"
    code = "\n\ndef run(shop: Shop):\n    return shop.items\n"

    assert counts_of(RULE, {"app/models.py": START + mixin + user + other + item + code}) == NO_SUBJECT


@pytest.mark.parametrize(("option", "expected"), [(", ondelete='CASCADE'", FAILS), ("", NO_SUBJECT)])
def test_deleting_a_parent_looks_up_the_rows_that_go_with_it(option: str, expected: Counts) -> None:
    key = KEY.replace("'users.id'", "'users.id'" + option)
    source = f"""{START}from fastapi import FastAPI
from sqlalchemy.orm import Session

app = FastAPI()


{HEAD}{key}{USER}

@app.delete("/users/{{user_id}}")
def remove(user_id: int, session: Session):
    user = session.get(User, user_id)
    session.delete(user)
"""

    assert counts_of(RULE, {"app/models.py": source}) == expected


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("op.create_index(op.f('ix_items_user_id'), 'items', ['user_id'], unique=False)", PASSES),
        ("op.create_index('ix', 'items', ['id', 'user_id'])", FAILS),
        ("op.create_index('ix', 'orders', ['user_id'])", FAILS),
        ("with op.batch_alter_table('items') as batch:\n        batch.create_index('ix', ['user_id'])", PASSES),
    ],
)
def test_a_migration_may_create_the_index(created: str, expected: Counts) -> None:
    migration = f"from alembic import op\n\nrevision = '1'\ndown_revision = None\n\n\ndef upgrade():\n    {created}\n"
    files = {"app/models.py": START + HEAD + KEY + ASKED, "migrations/versions/0001_items.py": migration}

    assert counts_of(RULE, files) == expected
