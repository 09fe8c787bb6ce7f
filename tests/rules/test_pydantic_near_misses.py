"""What speaks to Pydantic 1 and what only looks like it."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

RULE = import_module("fastapi_audit_rules.types.pydantic_v1_api")

HEAD = """
from typing import Annotated, Generic, Optional, TypeVar

import pydantic
from beanie import Document
from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field, conlist, constr, root_validator
from pydantic.v1 import BaseModel as OldModel, BaseSettings as OldSettings
from sqlmodel import SQLModel

app = FastAPI()
T = TypeVar("T", bound=BaseModel)
"""


def findings(code: str, **others: str) -> int:
    return len(check_files(RULE, {"main.py": HEAD + code, **others}).lines)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a: constr(regex='x')", 1),
        ("a: Annotated[str, Field(regex='x')]", 1),
        ("a: Optional[Annotated[str, Field(regex='x')]] = None", 1),
        ("a: str = Field(pattern='x')", 0),
        ("a: list[int] = Field(min_items=1, max_items=2)", 1),
        ("a: str = Field(example='x')", 1),
        ("a: str = Field(json_schema_extra={'example': 'x'}, examples=['x'])", 0),
        ("__root__: list[int]", 1),
        ("model_config = ConfigDict(orm_mode=True)", 1),
        ("model_config = {'from_attributes': True}", 0),
        ("class Config:\n        pass", 1),
        ("class Configuration:\n        orm_mode = True", 0),
        ("@root_validator\n    def check(cls, values): return values", 1),
        ("@pydantic.validator('a')\n    def check(cls, value): return value", 1),
        ("@pydantic.model_validator(mode='after')\n    def check(self): return self", 0),
        ("json: str\n    copy: int", 0),
    ],
)
def test_what_a_model_says(body: str, expected: int) -> None:
    assert findings(f"class Order(BaseModel):\n    {body}\n") == expected


def test_a_model_of_the_old_interface_is_meant_to_be_one() -> None:
    assert not findings("class Order(OldModel):\n    class Config: orm_mode = True\nOrder(a=1).dict()\n")
    assert not findings("class Settings(OldSettings):\n    class Config: env_file = '.env'\n")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(order: Order): order.dict()", 1),
        ("def f(order: Order | None): order.dict()", 1),
        ("def f(orders: list[Order]): return [order.dict() for order in orders]", 1),
        ("def f(order: T): order.copy()", 1),
        ("def f(order: BaseModel): order.json()", 1),
        ("def f(kind: type[Order]): kind.parse_obj({})", 1),
        ("def f(order: dict): order.copy()", 0),
        ("def f(order): order.dict()", 0),
        ("def f(order: Own): order.dict()", 0),
        ("def f(order: Stored): order.dict()", 1),
        ("def f(order: Saved): order.dict()", 1),
        ("def f(order: Order): order.__fields__", 1),
        ("def f(order: Order): order.model_fields", 0),
        ("def f(order: Order): return order.model_dump() if hasattr(order, 'model_dump') else order.dict()", 0),
        ("pydantic.parse_obj_as(list[Order], [])", 1),
        ("pydantic.TypeAdapter(list[Order])", 0),
        ("@app.get('/')\ndef f(q: str = Query(regex='x')): ...", 1),
        ("@app.get('/')\ndef f(q: Annotated[str, Query(pattern='x')]): ...", 0),
    ],
)
def test_what_code_calls(code: str, expected: int) -> None:
    models = (
        "class Order(BaseModel): ...\nclass Stored(SQLModel): ...\nclass Saved(Document): ...\n"
        "class Own(BaseModel):\n    def dict(self): return {}\n"
    )
    assert findings(models + code) == expected


@pytest.mark.parametrize(
    ("requirements", "applies"),
    [
        ("fastapi\n", True),
        ("fastapi==0.88.0\n", False),
        ("fastapi\npydantic<2\n", False),
        ("fastapi\npydantic>=1.8,<1.9\n", False),
        ("fastapi\npydantic==1.10.2\n", False),
        ("fastapi\npydantic>=1.8\n", True),
        ("fastapi\npydantic==2.9.*\n", True),
        ("fastapi==0.88.0\npydantic==2.1\n", True),
    ],
)
def test_it_is_asked_of_pydantic_2_alone(requirements: str, applies: bool) -> None:
    code = "class Order(BaseModel):\n    class Config: orm_mode = True\n"

    assert bool(findings(code, **{"requirements.txt": requirements})) is applies
