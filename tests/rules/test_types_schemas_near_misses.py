"""What the rules about schemas leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

HEAD = """
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar
from uuid import UUID
import annotated_types
from fastapi import APIRouter, Depends, FastAPI, Form, Query
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import (
    BaseModel, ConfigDict, EmailStr, Field, SecretStr, StringConstraints, TypeAdapter, constr, field_serializer,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import SQLModel

app = FastAPI()
T = TypeVar("T")
"""


def counts(rule: str, code: str, **others: str) -> Counts:
    files = {f"app/{name}.py": content for name, content in others.items()}
    return counts_of(f"types.{rule}", {"app/main.py": HEAD + code, **files})


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("password: str", FAILS),
        ("passwordHash: str | None = None", FAILS),
        ("smtp_password: Optional[str]", FAILS),
        ("password: SecretStr", PASSES),
        ("password: bool", PASSES),
        ("password_changed_at: datetime", PASSES),
        ("password_policy: str", PASSES),
        ("password: str = Field(exclude=True)", PASSES),
        ("password: Annotated[str, Field(exclude=True)]", PASSES),
        ("content_hash: str", PASSES),
        ("token_count: str", PASSES),
        ("next_page_token: str", PASSES),
        ("token: str", UNKNOWN),
        ("api_key: str", FAILS),
        ("api_key: str | None = None", UNKNOWN),
        ("secret_name: str", PASSES),
        ("access_token: str\n    token_type: str", PASSES),
    ],
)
def test_what_a_field_shows_is_told_by_all_of_its_name_and_by_its_type(
    field: str, expected: tuple[int, int, int]
) -> None:
    code = f"""
class Out(BaseModel):
    {field}

@app.get("/out")
def read() -> Out: ...
"""
    assert counts("sensitive_field_in_response", code) == expected


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ('@app.get("/u", response_model=list[User])\ndef read(): ...', FAILS),
        ('@app.get("/u", response_model=dict[str, User | None])\ndef read(): ...', FAILS),
        ('@app.get("/u")\ndef read():\n    return User(password="x")', FAILS),
        ('@app.get("/u")\ndef read():\n    return {"user": User(password="x")}', FAILS),
        ('@app.get("/u", response_model=User, response_model_exclude={"password"})\ndef read(): ...', PASSES),
        ('@app.get("/u", response_model=User, response_model_include={"name"})\ndef read(): ...', PASSES),
        ('@app.post("/u")\ndef create(user: User) -> None: ...', NO_SUBJECT),
        ('@app.get("/u")\ndef read() -> None:\n    User(password="x")', NO_SUBJECT),
    ],
)
def test_a_schema_is_sent_by_the_routes_that_answer_with_it(route: str, expected: tuple[int, int, int]) -> None:
    code = f"""
class User(BaseModel):
    name: str = ""
    password: str

{route}
"""
    assert counts("sensitive_field_in_response", code) == expected


def test_a_schema_is_followed_through_bases_fields_generics_and_files() -> None:
    schemas = """
from typing import Generic, TypeVar
from pydantic import BaseModel
T = TypeVar("T")

class Account(BaseModel):
    hashed_password: str

class Member(Account):
    name: str

class Page(BaseModel, Generic[T]):
    items: list[T]

class MemberPage(Page[Member]):
    total: int
"""
    code = """
from app import schemas as models

class Listing(models.MemberPage): ...

@app.get("/members")
def members() -> Listing: ...
"""
    assert counts("sensitive_field_in_response", code, schemas=schemas) == (1, 1, 0)  # the listing itself is fine


def test_what_an_excluded_field_holds_is_not_sent() -> None:
    code = """
class Login(BaseModel):
    password: str

class Out(BaseModel):
    login: Login = Field(exclude=True)

@app.get("/out")
def read() -> Out: ...
"""
    assert counts("sensitive_field_in_response", code) == PASSES


def test_a_serialiser_may_mask_what_it_is_given() -> None:
    code = """
class Out(BaseModel):
    password: str

    @field_serializer("password")
    def hide(self, value: str) -> str:
        return "***"

@app.get("/out")
def read() -> Out: ...
"""
    assert counts("sensitive_field_in_response", code) == UNKNOWN


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A:\n    @staticmethod\n    def make(item) -> int: ...", FAILS),
        ("class A:\n    @staticmethod\n    def make(item: int) -> int: ...", PASSES),
        ("class A:\n    @classmethod\n    def make(cls) -> int: ...", PASSES),
        ("class A:\n    @property\n    def size(self): ...", FAILS),
        ("class A:\n    def __init__(self, size): ...", FAILS),
        ("class A:\n    def __call__(self): ...", FAILS),
        ("def __str__(): ...", FAILS),
        ("def f(*args, **kwargs) -> None: ...", PASSES),
        ("def f(first, *args, **kwargs) -> None: ...", FAILS),
        ("def f(*names) -> None: ...", FAILS),
        ("def f(**options) -> None: ...", FAILS),
        ("def f(a: int, /, *, b) -> None: ...", FAILS),
        ("def f(a: int, /, *, b: int = 1) -> None: ...", PASSES),
        ("def f(_, _db=None) -> None: ...", PASSES),
        ("f = lambda x: x", NO_SUBJECT),
    ],
)
def test_a_function_is_annotated_where_it_says_all_that_a_type_checker_needs(
    code: str, expected: tuple[int, int, int]
) -> None:
    assert counts("unannotated_function", code) == expected


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ('@app.get("/")\ndef read() -> Any: ...', FAILS),
        ('@app.get("/")\ndef read() -> object: ...', FAILS),
        ('@app.get("/")\ndef read() -> list: ...', FAILS),
        ('@app.get("/")\ndef read() -> Item | dict: ...', FAILS),
        ('@app.get("/")\ndef read() -> Anything: ...', FAILS),
        ('@app.get("/", response_model=Item)\ndef read() -> Any: ...', PASSES),
        ('@app.get("/", response_model=Optional[Item])\ndef read(): ...', PASSES),
        ('@app.get("/")\ndef read() -> dict[str, list[Item]]: ...', PASSES),
        ('@app.get("/")\ndef read() -> tuple[int, str]: ...', PASSES),
        ('@app.get("/")\ndef read() -> None: ...', NO_SUBJECT),
        ('@app.get("/", response_class=HTMLResponse)\ndef read() -> dict: ...', NO_SUBJECT),
        ('@app.get("/", status_code=204)\ndef read() -> dict: ...', NO_SUBJECT),
        ('@app.get("/")\ndef read() -> JSONResponse: ...', NO_SUBJECT),
        ('@app.get("/")\ndef read(): ...', NO_SUBJECT),
        ('@app.get("/")\ndef read() -> Row: ...', NO_SUBJECT),
        ('@app.get("/")\ndef read() -> Any:\n    return Row()', NO_SUBJECT),
        ('@app.get("/", include_in_schema=False)\ndef read() -> dict: ...', NO_SUBJECT),
        ('@app.get("/", response_model=list[Shape])\ndef read(): ...', UNKNOWN),
    ],
)
def test_a_response_model_is_weak_where_a_part_of_it_takes_anything(route: str, expected: tuple[int, int, int]) -> None:
    code = f"""
from elsewhere import make
Anything = dict[str, Any]
Shape = make()

class Item(BaseModel):
    extra: dict

class Base(DeclarativeBase): ...

class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)

{route}
"""
    assert counts("weak_response_model", code) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("id: int | None = None", FAILS),
        ("id: UUID = Field(default_factory=make)", FAILS),
        ("createdAt: datetime | None = None", FAILS),
        ("created_by: str", FAILS),
        ("password: str", FAILS),
        ("password: SecretStr", FAILS),
        ("password: str = Field(exclude=True)", PASSES),
        ('created_at: datetime = Field(json_schema_extra={"readOnly": True})', PASSES),
        ("id: int", PASSES),
        ("parent_id: int | None = None", PASSES),
        ("expires_at: datetime | None = None", PASSES),
    ],
)
def test_fields_of_one_direction_are_set_by_the_server_or_sent_by_clients_only(
    field: str, expected: tuple[int, int, int]
) -> None:
    code = f"""
def make() -> UUID: ...

class Item(BaseModel):
    title: str
    {field}

@app.post("/items")
def create(item: Item) -> Item: ...
"""
    assert counts("input_schema_reused_as_output", code) == expected


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ('@app.post("/", response_model=list[Item])\ndef create(items: list[Item]): ...', FAILS),
        ('@app.post("/", response_model=Page[Item])\ndef create(item: Item | None = None): ...', FAILS),
        ('@app.post("/")\ndef create(item: Annotated[Item, Form()]) -> Item: ...', FAILS),
        ('@app.post("/")\ndef create(item: Item = Depends(body)) -> Item: ...', FAILS),
        ('@app.post("/")\ndef create(item: Item) -> ItemRead: ...', PASSES),
        ('@app.post("/")\ndef create(item: Wrapped) -> Item: ...', PASSES),
        ('@app.get("/")\ndef read(item: Annotated[Item, Query()]) -> Item: ...', NO_SUBJECT),
        ('@app.post("/")\ndef create(item: Item) -> None: ...', NO_SUBJECT),
        ('@app.post("/")\ndef create(item: Item) -> dict: ...', NO_SUBJECT),
        ('@app.post("/")\ndef create(item: int) -> Item: ...', NO_SUBJECT),
    ],
)
def test_a_schema_is_reused_where_one_route_takes_it_and_answers_with_it(
    route: str, expected: tuple[int, int, int]
) -> None:
    code = f"""
class Item(BaseModel):
    id: int | None = None
    title: str

class ItemRead(Item):
    owner: str

class Wrapped(BaseModel):
    item: Item

class Page(BaseModel, Generic[T]):
    items: list[T]

def body(item: Item) -> Item: ...

{route}
"""
    assert counts("input_schema_reused_as_output", code) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("name: str", FAILS),
        ("name: Optional[str] = None", FAILS),
        ("names: set[int]", FAILS),
        ("name: Annotated[str, Field(description='x')]", FAILS),
        ("name: str = Field(min_length=1)", FAILS),
        ("name: Annotated[str, 'a name']", FAILS),
        ("name: Annotated[str, Field(max_length=3)] | None = None", PASSES),
        ("name: Annotated[str, annotated_types.MaxLen(3)]", PASSES),
        ("name: constr(max_length=3)", PASSES),
        ("name: Annotated[str, StringConstraints(strip_whitespace=True)]", FAILS),
        ("name: Title", PASSES),
        ("name: Literal['a', 'b']", PASSES),
        ("name: UUID", PASSES),
        ("name: SecretStr", PASSES),
        ("name: dict[str, int]", PASSES),
        ("model_config = ConfigDict(str_max_length=100)\n    name: str", PASSES),
        ("model_config = ConfigDict(str_max_length=100)\n    names: list[str]", FAILS),
        ("class Config:\n        str_max_length = 100\n    name: str", PASSES),
    ],
)
def test_an_input_field_has_a_bound_where_its_type_or_anything_around_it_sets_one(
    field: str, expected: tuple[int, int, int]
) -> None:
    code = f"""
Title = Annotated[str, StringConstraints(max_length=200)]

class Item(BaseModel):
    {field}

@app.post("/items")
def create(item: Item) -> None: ...
"""
    assert counts("unconstrained_input_field", code) == expected


def test_bounds_are_asked_of_all_that_a_body_contains_and_of_bodies_only() -> None:
    code = """
class Inner(BaseModel):
    name: str

class Outer(BaseModel):
    inner: Inner

class Answer(BaseModel):
    name: str

@app.post("/items")
def create(item: Outer) -> Answer: ...
"""
    assert counts("unconstrained_input_field", code) == (1, 1, 0)


def test_a_validator_counts_as_a_bound_under_any_name() -> None:
    code = """
from pydantic import field_validator as checked

class Base(BaseModel):
    @checked("name", mode="after")
    @classmethod
    def check(cls, name: str) -> str: ...

class Item(Base):
    name: str

@app.post("/items")
def create(item: Item) -> None: ...
"""
    assert counts("unconstrained_input_field", code) == PASSES


@pytest.mark.parametrize(
    ("schema", "code", "expected"),
    [
        ("Plain", "Plain.model_validate(row)", FAILS),
        ("Plain", "Plain.from_orm(row)", FAILS),
        ("Plain", "[Plain.model_validate(one) for one in rows]", FAILS),
        ("Plain", "models.Plain.model_validate(obj=row)", FAILS),
        ("Off", "Off.model_validate(row)", FAILS),
        ("Derived", "Derived.model_validate(row)", PASSES),
        ("Old", "Old.from_orm(row)", PASSES),
        ("Keyword", "Keyword.model_validate(row)", PASSES),
        ("Library", "Library.model_validate(row)", PASSES),
        ("Plain", "Plain.model_validate(row, from_attributes=True)", NO_SUBJECT),
        ("Plain", "Plain.model_validate({'id': row.id})", NO_SUBJECT),
        ("Plain", "Plain.model_validate(unknown)", NO_SUBJECT),
        ("Plain", "Plain(id=row.id)", NO_SUBJECT),
    ],
)
def test_a_schema_reads_rows_where_it_or_a_base_says_so(schema: str, code: str, expected: tuple[int, int, int]) -> None:
    schemas = """
from pydantic import BaseModel, ConfigDict
from sqlmodel import SQLModel

class Plain(BaseModel):
    id: int

class Off(BaseModel):
    model_config = ConfigDict(from_attributes=False)

class Configured(BaseModel):
    model_config = {"from_attributes": True}

class Derived(Configured):
    model_config = ConfigDict(extra="forbid")

class Old(BaseModel):
    class Config:
        orm_mode = True

class Keyword(BaseModel, from_attributes=True):
    id: int

class Library(SQLModel):
    id: int
"""
    main = f"""
from app import schemas as models
from app.schemas import {schema}

class Base(DeclarativeBase): ...

class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)

def shown(row: Row, rows: list[Row], unknown):
    return {code}
"""
    assert counts("missing_from_attributes", main, schemas=schemas) == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("class Second(BaseModel):\n    results: list[B]\n    next: str | None\n    resultsCount: int", (0, 2, 0)),
        ("class Second(Counted):\n    data: list[B]", (0, 2, 0)),
        ("class Second[X](BaseModel):\n    items: list[X]\n    total: int", (2, 0, 0)),
        ("class Second(BaseModel, Generic[T]):\n    items: list[T]\n    total: int", (2, 0, 0)),
        ("class Second(BaseModel):\n    items: list[str]\n    total: int", (1, 0, 0)),
        ("class Second(BaseModel):\n    items: list[B]", (1, 0, 0)),
        ("class Second(BaseModel):\n    items: list[B]\n    total: int\n    owner: str", (1, 0, 0)),
        ("class Second(BaseModel):\n    items: list[B]\n    others: list[A]\n    total: int", (1, 0, 0)),
    ],
)
def test_pages_are_written_by_hand_where_two_have_the_shape_of_one_and_neither_is_generic(
    second: str, expected: tuple[int, int, int]
) -> None:
    code = f"""
class A(BaseModel): ...
class B(BaseModel): ...

class Counted(BaseModel):
    count: int

class First(BaseModel):
    items: list[A]
    total: int

{second}

@app.get("/a")
def a() -> First: ...

@app.get("/b")
def b() -> Second: ...
"""
    assert counts("hand_written_page_wrapper", code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('item.kind == "a" or item.kind != "b"', FAILS),
        ('item.kind in ("a", "b")', FAILS),
        ('"a" == item.kind or "b" == item.kind', FAILS),
        ('any(one.kind in ["a", "b"] for one in items)', FAILS),
        ('derived.kind in {"a", "b"}', FAILS),
        ('settings.environment in ("production", "staging")', FAILS),
        ('item.choice in ("a", "b")', PASSES),
        ('item.author in ("root", "guest")', UNKNOWN),
        ('item.content_type in ("image/png", "image/gif")', UNKNOWN),
        ('item.kind == "a"', NO_SUBJECT),
        ('item.kind == "" or item.kind == "a"', NO_SUBJECT),
        ('"a" in item.kind or "b" in item.kind', NO_SUBJECT),
        ("item.kind in ALLOWED or item.kind == other", NO_SUBJECT),
        ('unknown.kind == "a" or unknown.kind == "b"', NO_SUBJECT),
        ('plain.kind == "a" or plain.kind == "b"', NO_SUBJECT),
        ('item.kind.lower() in ("a", "b")', NO_SUBJECT),
    ],
)
def test_a_field_is_stringly_typed_where_it_is_compared_with_more_than_one_text(
    code: str, expected: tuple[int, int, int]
) -> None:
    schemas = """
from typing import Literal
from pydantic import BaseModel
from pydantic_settings import BaseSettings

class Item(BaseModel):
    kind: str | None = None
    author: str = ""
    content_type: str = ""
    choice: Literal["a", "b"] = "a"

class Derived(Item): ...

class Plain:
    kind: str

class Settings(BaseSettings):
    environment: str = "production"

settings = Settings()
"""
    main = f"""
from app.schemas import Derived, Item, Plain, settings
ALLOWED = frozenset()

def judge(item: Item, items: list[Item], derived: Derived, plain: Plain, unknown, other: str) -> bool:
    return {code}
"""
    assert counts("stringly_typed_field", main, schemas=schemas) == expected


HANDED_OUT = """
from fastapi import FastAPI
from pydantic import BaseModel

class {name}(BaseModel):
    id: int
    {field}: str

app = FastAPI()

@app.get("{path}")
async def read() -> {name}: ...
"""


@pytest.mark.parametrize(
    ("name", "field", "path", "expected"),
    [
        ("AccountAccessToken", "access_token", "/accounts/{id}/access-token/{user}", UNKNOWN),
        ("ShownApiKey", "api_key", "/accounts/{id}/api_key", UNKNOWN),
        ("Account", "access_token", "/accounts/{id}/access-token", FAILS),
        ("AccountAccessToken", "access_token", "/accounts/{access-token}", FAILS),
        ("AccountAccessToken", "api_key", "/accounts/access-token", FAILS),
        ("UserPassword", "password", "/users/password", FAILS),
    ],
)
def test_a_route_that_is_there_to_hand_out_a_key_may_do_so(name: str, field: str, path: str, expected: Counts) -> None:
    code = HANDED_OUT.format(name=name, field=field, path=path)
    assert counts_of("types.sensitive_field_in_response", {"app/main.py": code}) == expected
