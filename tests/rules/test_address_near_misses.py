"""Addresses of databases that are written into the code, and those that only look like it."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

RULE = "database.hardcoded_database_url"
START = """
import os

import asyncpg
from databases import Database
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings
from sqlalchemy import URL, create_engine, make_url
from starlette.config import Config
from tortoise.contrib.fastapi import register_tortoise

app = FastAPI()
config = Config(".env")


class Settings(BaseSettings):
    database_url: str = "postgresql://shop@localhost/shop"
    password: str


class Constants:
    DATABASE_URL = "postgresql://shop@db/shop"


settings = Settings()
HOST = "db"
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("create_engine('postgresql://shop@db/shop')\n", FAILS),
        ("create_engine(url='postgresql://localhost/shop')\n", FAILS),
        ("create_engine(Constants.DATABASE_URL)\n", FAILS),
        ("create_engine(f'postgresql://shop@{HOST}/shop')\n", FAILS),
        ("create_engine('postgresql://shop@%s/shop' % HOST)\n", FAILS),
        ("create_engine('postgresql://shop@' + HOST + '/shop')\n", FAILS),
        ("create_engine(URL.create('postgresql', host='db', password='x'))\n", FAILS),
        ("create_engine(make_url('postgresql://db/shop'))\n", FAILS),
        ("from app.constants import ADDRESS as address\ncreate_engine(address)\n", FAILS),
        ("async def connect():\n    return await asyncpg.connect('postgresql://db/shop')\n", FAILS),
        ("database = Database('postgresql://db/shop')\n", FAILS),
        ("client = AsyncIOMotorClient('mongodb://localhost:27017')\n", FAILS),
        ("register_tortoise(app, db_url='postgres://db/shop')\n", FAILS),
        ("create_engine(settings.database_url)\n", PASSES),
        ("create_engine(str(settings.database_url))\n", PASSES),
        ("create_engine(f'postgresql://shop:{settings.password}@db/shop')\n", PASSES),
        ("create_engine(os.environ['DATABASE_URL'])\n", PASSES),
        ("create_engine(os.getenv('DATABASE_URL', 'postgresql://db/shop'))\n", PASSES),
        ("create_engine(os.getenv('DATABASE_URL') or 'postgresql://db/shop')\n", PASSES),
        ("create_engine(config('DATABASE_URL'))\n", PASSES),
        ("create_engine(URL.create('postgresql', host='db', password=os.environ['PASSWORD']))\n", PASSES),
        ("url = 'postgresql://db/shop'\nif 'URL' in os.environ:\n    url = os.environ['URL']\ncreate_engine(url)\n",
         PASSES),
        ("create_engine('sqlite:///shop.db')\n", NO_SUBJECT),
        ("create_engine('sqlite+pysqlite:///:memory:')\n", NO_SUBJECT),
        ("client = AsyncIOMotorClient()\n", NO_SUBJECT),
        ("def make(url: str):\n    return create_engine(url)\n", UNKNOWN),
        ("from shop_settings import ADDRESS\ncreate_engine(ADDRESS)\n", UNKNOWN),
        ("def create_engine(url): ...\n\ncreate_engine('postgresql://db/shop')\n", NO_SUBJECT),
        ("ADDRESS = 'postgresql://db/shop'\n", NO_SUBJECT),
    ],
)  # fmt: skip
def test_an_address_comes_from_outside(source: str, expected: Counts) -> None:
    files = {"app/main.py": START + source, "app/constants.py": "ADDRESS = 'postgresql://shop@db/shop'\n"}

    assert counts_of(RULE, files) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://shop:k3Xp9qLw@db.shop.internal/shop", FAILS),
        ("postgresql://shop:k3Xp9qLw@localhost/shop", NO_SUBJECT),
        ("postgresql://shop@db.shop.internal/shop", NO_SUBJECT),
        ("postgresql://%(user)s:%(password)s@db.shop.internal/shop", NO_SUBJECT),
        ("postgresql://postgres:postgres@db/shop", NO_SUBJECT),
        ("driver://user:pass@localhost/dbname", NO_SUBJECT),
    ],
)
def test_the_configuration_of_migrations_holds_no_password(url: str, expected: Counts) -> None:
    ini = f"[alembic]\nscript_location = migrations\nsqlalchemy.url = {url}\n"

    assert counts_of(RULE, {"app/main.py": START, "alembic.ini": ini}) == expected
