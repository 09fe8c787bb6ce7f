"""Ways to read the configuration, and whether they say of which type it is."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

RULE = import_module("fastapi_audit_rules.types.settings_not_typed")

HEAD = """
import json
import os
from dataclasses import dataclass, field
from os import environ as variables
from pathlib import Path
from typing import Any, NamedTuple

import attrs
from decouple import config
from environs import Env
from fastapi import FastAPI
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from starlette.config import Config

read = Config()
env = Env()
def parsed(text: str) -> list[str]: return [text]
"""


@pytest.mark.parametrize(
    ("code", "passes", "fails"),
    [
        ("A = os.environ['A']", 0, 1),
        ("A = variables.get('A', '')", 0, 1),
        ("A = os.getenv('A', os.getenv('B'))", 0, 2),
        ("A: str = os.environ['A']", 1, 0),
        ("A = int(os.environ['A'])", 1, 0),
        ("A = os.getenv('A') == 'yes'", 1, 0),
        ("A = os.getenv('A', '').lower() in ('1', 'true')", 1, 0),
        ("A = os.getenv('A', '').split(',')", 1, 0),
        ("A = os.getenv('A', '').strip()", 0, 1),
        ("A = parsed(os.environ['A'])", 1, 0),
        ("A = Path(os.environ['A'])", 1, 0),
        ("A = os.environ['HOME']", 0, 0),
        ("A = {name: os.environ[name] for name in ('A', 'B')}", 0, 0),
        ("print(os.environ['A'])", 0, 1),
        ("class Constants:\n    A = os.environ['A']", 0, 1),
        ("@dataclass\nclass Constants:\n    a: str = os.environ['A']", 1, 0),
        ("@dataclass\nclass Constants:\n    a: str = field(default_factory=lambda: os.environ['A'])", 0, 0),
        ("@attrs.frozen\nclass Constants:\n    a: str = os.environ['A']", 1, 0),
        ("class Constants(NamedTuple):\n    a: str\ndef f(): return Constants(os.environ['A'])", 1, 0),
        ("class Constants(BaseModel):\n    a: str\ndef f(): return Constants(a=os.environ['A'])", 1, 0),
        ("class Settings(BaseSettings):\n    a: str", 1, 0),
        ("class Settings(BaseSettings):\n    a: Any", 0, 1),
        ("class Settings(BaseSettings):\n    a: str = os.getenv('A', '')", 1, 0),
        ("class Settings(BaseSettings):\n    a: int = read('A', default=1)", 1, 0),
        ("def region() -> str: return os.environ['A']", 1, 0),
        ("def region(): return os.environ['A']", 0, 1),
        ("def region() -> dict[str, str]: return {'a': os.environ['A']}", 0, 1),
        ("def f() -> None:\n    a = int(os.environ['A'])", 1, 0),
        ("def f() -> None:\n    a = os.environ['A']\n    b = Path(a)", 1, 0),
        ("def f() -> None:\n    a = os.environ['A']\n    b = print(a)", 0, 1),
        ("A = read('A', cast=bool, default=False)", 1, 0),
        ("A = read('A', default=False)", 0, 1),
        ("A = read('A')", 1, 0),
        ("A = config('A', default=3, cast=int)", 1, 0),
        ("A = config('A', default=3)", 0, 1),
        ("A = env.int('A')\nB = env('B')", 2, 0),
        ("if __name__ == '__main__':\n    A = os.environ['A']", 0, 0),
    ],
)
def test_what_has_a_type(code: str, passes: int, fails: int) -> None:
    reported = check_files(RULE, {"app/main.py": f"{HEAD}{code}\n"})

    assert (reported.passes, len(reported.lines)) == (passes, min(fails, 1))
    assert not reported.crashes


def test_commands_configure_themselves() -> None:
    reported = check_files(RULE, {"app/cli.py": f"{HEAD}A = os.environ['A']\n"})

    assert not reported.lines
