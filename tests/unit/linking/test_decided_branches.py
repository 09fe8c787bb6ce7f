"""Which branches of code are left out because it is known that they are not taken."""

from __future__ import annotations

import pytest

from fastapi_audit.testing import understand_files

CODE = """
from enum import Enum, IntEnum

from fastapi import FastAPI


class Size(str, Enum):
    SMALL = "small"
    LARGE = "large"


class Level(IntEnum):
    LOW = 1


app = FastAPI()


def first() -> None: ...
def second() -> None: ...


@app.post("/orders")
def order(size: Size, level: Level, sizes: list[Size]) -> None:
    if {test}:
        return first()
    return second()
"""


def called(test: str) -> list[str]:
    (project,) = understand_files({"main.py": CODE.format(test=test)})
    (handler,) = [function for function in project.functions if function.name == "order"]
    return [str(call.name) for call in project.calls_in(handler) if call.target is not None]


@pytest.mark.parametrize(
    "test",
    [
        "size == Size.SMALL",
        "size is Size.SMALL",
        "size != Size.SMALL",
        "size in (Size.SMALL, Size.LARGE)",
        "size not in {Size.SMALL}",
        "level == Level.LOW",
        "sizes[0] == Size.SMALL",
        "size.value == 'small'",
    ],
)
def test_a_parameter_may_be_any_member_of_its_enumeration(test: str) -> None:
    assert called(test) == ["main.first", "main.second"]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("Size.SMALL == Size.SMALL", ["main.first"]),
        ("Size.SMALL == Size.LARGE", ["main.second"]),
        ("Size.SMALL in (Size.LARGE,)", ["main.second"]),
    ],
)
def test_what_stands_in_the_code_is_decided(test: str, expected: list[str]) -> None:
    assert called(test) == expected


def test_a_field_that_code_sets_may_hold_what_came_in_all_the_same() -> None:
    code = """
from enum import Enum

from pydantic import BaseModel


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Order(BaseModel):
    size: Size = Size.SMALL


def first() -> None: ...
def second() -> None: ...


def cut(order: Order) -> None:
    order.size = Size.SMALL


def handle(order: Order) -> None:
    if order.size == Size.SMALL:
        return first()
    return second()
"""
    (project,) = understand_files({"main.py": "from fastapi import FastAPI\napp = FastAPI()\n" + code})
    (handle,) = [function for function in project.functions if function.name == "handle"]

    assert [str(call.name) for call in project.calls_in(handle)] == ["main.first", "main.second"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_global_that_a_function_binds_again_may_hold_either_value(order: tuple[int, int]) -> None:
    functions = [
        "def load() -> None:\n    global loaded\n    loaded = True\n",
        "@app.get('/')\ndef read() -> None:\n    if loaded:\n        return first()\n    return second()\n",
    ]
    head = "from fastapi import FastAPI\n\napp = FastAPI()\nloaded = False\n\n"
    called_ones = "def first() -> None: ...\ndef second() -> None: ...\n\n"
    code = head + called_ones + "\n".join(functions[number] for number in order)
    (project,) = understand_files({"main.py": code})

    assert sorted(str(call.name) for call in project.calls if call.function) == ["main.first", "main.second"]
