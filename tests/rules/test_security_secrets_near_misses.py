"""What looks like a secret and is none, and the other way round."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

RULE = import_module("fastapi_audit_rules.security.hardcoded_secret")
STRIPE = "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc"
GITHUB = "gh" + "p_16C7e42F292c6912E7710c838347Ae178B4a"


def lines(code: str) -> list[int]:
    return sorted(line for _, line in check_files(RULE, {"app/main.py": code}).lines)


@pytest.mark.parametrize(
    "code",
    [
        'token_type = "bearer"',
        'ACCESS_TOKEN_URL = "https://accounts.shop.com/token"',
        'ALGORITHM = "HS256"',
        'api_key_header = "X-API-Key"',
        'SECRET_KEY = "${SECRET_KEY}"',
        'SECRET_KEY = "<your-secret>"',
        'PASSWORD = ""',
        'password = "Please enter your password"',
        'ERRORS = {"password": "Passwords do not match"}',
        'HASHED_PASSWORD = "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"',
        'DATABASE_URL = "postgresql://postgres:postgres@db:5432/app"',
        'DATABASE_URL = "postgresql://user:password@db.example.com/app"',
        'PRIVATE_KEY = "certificates/service.pem"',
        'POSTHOG_PROJECT_API_KEY = "phc_bWU3vhoaNiAISXrNwTSIqfEukQySrR4RTsJ4s6GmRS6"',
        'STRIPE_API_KEY = "pk_live_51H8abcdEFGHijklMNOPqrst"',
        'OAUTH2_TOKEN = "oauth2_leaked_token"',
        'book = dict(author="k3Xp9qLw22", secret_name="k3Xp9qLw22")',
        'SCOPES = {"token:write": "Write tokens"}',
    ],
)
def test_words_names_and_placeholders_are_no_secrets(code: str) -> None:
    assert lines(code + "\n") == []


@pytest.mark.parametrize(
    "code",
    [
        'SECRET_KEY = "supersecretkey123"',
        'jwtSecret = "supersecret"',
        f'anything = "{STRIPE}"',
        f'call("{GITHUB}")',
        'DATABASE_URL = "postgresql://shop:hunter22@db/shop"',
        'connect(password="k3Xp9qLw")',
        'import os\nSECRET = os.environ.get("SECRET") or "a8f5f167f44f4964e6c998dee827110c"',
        'from pydantic import SecretStr\nAPI_KEY = SecretStr("a8f5f167f44f4964e6c998dee827110c")',
        'def allow(password: str) -> bool:\n    return password == "k3Xp9qLw"',
    ],
)
def test_real_values_are_found_wherever_they_stand(code: str) -> None:
    assert lines(code + "\n") == [code.count("\n") + 1]


def test_members_of_an_enumeration_and_examples_of_a_schema_are_no_secrets() -> None:
    code = """
from enum import Enum
from pydantic import BaseModel, Field

class Kind(Enum):
    API_KEY = "a8f5f167f44f4964e6c998dee827110c"

class Login(BaseModel):
    password: str = Field(examples=["Str1ngst!"], json_schema_extra={"example": {"password": "Str1ngst!"}})
"""
    assert lines(code) == []


def test_a_development_default_of_the_settings_is_left_to_the_rule_about_settings() -> None:
    code = """
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    POSTGRES_PASSWORD: str = "changeme"
    SECRET_KEY: str = "supersecretkey123"
"""
    assert lines(code) == [6]


def test_the_message_does_not_repeat_the_secret() -> None:
    found = check_files(RULE, {"app/main.py": 'SECRET_KEY = "9f2c4be1a07d4c5a8e3b"\n'}).results[0].findings

    assert [finding.message for finding in found] == ["SECRET_KEY is written into the code"]
