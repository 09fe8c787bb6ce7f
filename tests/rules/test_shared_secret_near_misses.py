"""Where a secret of the service is compared by hand, and where such a comparison keeps nobody out."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, PASSES, Counts, counts_of

SETTINGS = """
import os
from typing import Optional

UPDATE_TOKEN: Optional[str] = os.environ.get("APP_UPDATE_TOKEN")
MODE = "strict"
"""
MAIN = """
import os
from typing import Annotated
from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import SecretStr
from pydantic_settings import BaseSettings
from app import settings

class Values(BaseSettings):
    admin_key: SecretStr
    mode: str = "strict"

values = Values()
JOB_TOKEN = os.environ["JOB_TOKEN"]
app = FastAPI()

def is_right(given: str) -> bool:
    return given == values.admin_key.get_secret_value()

"""


def counts(code: str) -> Counts:
    return counts_of(
        "security.unauthenticated_write_route",
        {"app/__init__.py": "", "app/settings.py": SETTINGS, "app/main.py": MAIN + code},
    )


def handler(test: str, status: int = 403) -> str:
    return (
        '@app.post("/index")\nasync def update(token: Annotated[str, Query()] = "", name: str = "") -> None:\n'
        f"    if {test}:\n        raise HTTPException({status})\n"
    )


@pytest.mark.parametrize(
    "test",
    [
        "token != settings.UPDATE_TOKEN",
        "settings.UPDATE_TOKEN != token",
        "settings.UPDATE_TOKEN is None or len(token.strip()) == 0 or token != settings.UPDATE_TOKEN",
        "not (token == settings.UPDATE_TOKEN)",
        "settings.UPDATE_TOKEN and token != settings.UPDATE_TOKEN",
        "token != values.admin_key.get_secret_value()",
        "token != JOB_TOKEN",
        'token != os.environ.get("JOB_TOKEN")',
        'token != os.environ["JOB_TOKEN"]',
        "not is_right(token)",
    ],
)
@pytest.mark.parametrize("status", [401, 403])
def test_a_secret_compared_by_hand_authenticates(test: str, status: int) -> None:
    assert counts(handler(test, status)) == PASSES


def test_a_secret_compared_in_a_dependency_authenticates() -> None:
    code = (
        'def check(phrase: str = "") -> None:\n'
        "    if phrase != settings.UPDATE_TOKEN:\n        raise HTTPException(403)\n"
        '@app.post("/index", dependencies=[Depends(check)])\ndef update() -> None: ...\n'
    )

    assert counts(code) == PASSES


@pytest.mark.parametrize(
    "test",
    [
        "token and token != settings.UPDATE_TOKEN",
        "token is not None and token != settings.UPDATE_TOKEN",
        "name != settings.MODE",
        "name != values.mode",
        'token != "abc"',
        "settings.UPDATE_TOKEN != JOB_TOKEN",
        'settings.UPDATE_TOKEN == ""',
        "token == name",
    ],
)
def test_what_compares_no_secret_or_lets_empty_values_pass_authenticates_nobody(test: str) -> None:
    assert counts(handler(test)) == FAILS


def test_a_secret_that_refuses_nobody_authenticates_nobody() -> None:
    assert counts(handler("token != settings.UPDATE_TOKEN", 400)) == FAILS
