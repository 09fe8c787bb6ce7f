"""Foreign keys with an index of some kind, and those without."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

RULE = "database.foreign_key_without_index"
START = """
from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, UniqueConstraint, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column, relationship
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
    assert counts_of(RULE, {"app/models.py": START + source}) == expected


PARENT = "    parent_id: Mapped[int | None] = mapped_column(ForeignKey('items.id'))\n"
ROOT = PARENT.replace("parent", "root")
UP = "    parent: Mapped['Item'] = relationship('Item', {})\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PARENT + UP.format("remote_side=[id]"), NO_SUBJECT),
        (PARENT + UP.format("remote_side=id"), NO_SUBJECT),
        (PARENT + UP.format("remote_side='Item.id'"), NO_SUBJECT),
        (PARENT + UP.format("remote_side='[Item.id]', foreign_keys='Item.parent_id'"), NO_SUBJECT),
        (PARENT + ROOT + UP.format("remote_side=[id], foreign_keys=[parent_id]"), FAILS),
        (PARENT + UP.format("remote_side=[id], backref='children'"), FAILS),
        (PARENT + UP.format("remote_side=[id], back_populates='children'"), FAILS),
        (PARENT + UP.format("remote_side=[parent_id]"), FAILS),
        (PARENT + UP.format("remote_side=[id]") + "    user: Mapped['User'] = relationship()\n", NO_SUBJECT),
        (PARENT + UP.format("remote_side=[id]") + "    children: Mapped[list['Item']] = relationship()\n", FAILS),
        (
            PARENT
            + UP.format("remote_side=[id]")
            + UP.replace("parent", "children").format("foreign_keys=[parent_id]"),
            FAILS,
        ),
        (PARENT + UP.format("remote_side=[id]") + "\ndef below(x):\n    return Item.parent_id == x.id\n", FAILS),
        (PARENT + UP.format("remote_side=[id]") + "\ndef below(x):\n    return Item.parent_id.in_(x)\n", FAILS),
        (KEY + UP.replace("Item", "User").format("remote_side='User.id', foreign_keys=[user_id]"), FAILS),
        (PARENT + UP.format(""), FAILS),
    ],
)
def test_a_key_that_only_leads_to_a_primary_key_of_its_table_needs_no_index(body: str, expected: Counts) -> None:
    assert counts_of(RULE, {"app/models.py": START + HEAD + body}) == expected


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
    files = {"app/models.py": START + HEAD + KEY, "migrations/versions/0001_items.py": migration}

    assert counts_of(RULE, files) == expected
