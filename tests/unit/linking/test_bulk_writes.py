"""Which calls write the fields of a model to a table, and which fields these are."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.model.code import BulkWrite

HEAD = """
from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlmodel import Field, SQLModel

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)

class Named(BaseModel):
    name: str

class Data(Named):
    role: str

def write(data: Data, db: Session, user: User, hero: Hero):
"""


def written(line: str) -> list[tuple[str, list[str]]]:
    project = project_of(main=HEAD + "".join(f"    {part}\n" for part in line.split("\n")))
    return [(write.table.name, sorted(write.fields)) for write in project.subjects(BulkWrite)]


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("User(**data.model_dump())", "User"),
        ("User(**data.dict(exclude_unset=True), id=1)", "User"),
        ("values = data.model_dump()\nUser(**values)", "User"),
        ("Hero.model_validate(data)", "Hero"),
        ("Hero.model_validate(data.model_dump())", "Hero"),
        ("hero.sqlmodel_update(data.model_dump())", "Hero"),
        ("for key, value in data.model_dump().items():\n    setattr(user, key, value)", "User"),
        ("values = data.dict()\nfor key in values:\n    setattr(user, key, values[key])", "User"),
        ("for key in data.model_fields_set:\n    setattr(user, key, getattr(data, key))", "User"),
        ("db.execute(insert(User).values(data.model_dump()))", "User"),
        ("db.execute(update(User).where(User.id == 1).values(**data.model_dump()))", "User"),
        ("db.query(User).filter(User.id == 1).update(data.model_dump())", "User"),
        ("row = db.scalars(select(User)).first()\nfor k, v in data.dict().items():\n    setattr(row, k, v)", "User"),
    ],
)
def test_these_write_all_fields(line: str, table: str) -> None:
    assert written(line) == [(table, ["name", "role"])]


@pytest.mark.parametrize(
    "line",
    [
        "User(**data.model_dump(exclude={'role'}))",
        "User(**data.model_dump(include={'name', 'id'}))",
        "Hero.model_validate(data, update={'role': 'reader'})",
    ],
)
def test_what_is_left_out_or_replaced_is_not_written(line: str) -> None:
    assert written(line) == [("Hero" if "Hero" in line else "User", ["name"])]


@pytest.mark.parametrize(
    "line",
    [
        "User(name=data.name)",
        "Named(**data.model_dump())",
        "data.model_dump().update(a=1)",
        "setattr(user, 'name', data.name)",
        "User(**{'name': 'a'})",
        "print(data.model_dump())",
    ],
)
def test_these_are_none(line: str) -> None:
    assert written(line) == []


def test_which_fields_are_excluded_has_to_be_known() -> None:
    assert written("User(**data.model_dump(exclude=hidden()))") == [("User", [])]
