"""Tables that the application creates at its start, by whatever library and on whatever way, and those it does not."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, UNKNOWN, Counts, counts_of

RULE = "database.create_all_at_startup"
START = """
import os
from contextlib import asynccontextmanager

import peewee
from fastapi import Depends, FastAPI
from pydantic_settings import BaseSettings
from sqlalchemy import MetaData, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, declarative_base
from sqlmodel import SQLModel
from tortoise import Tortoise
from tortoise.contrib.fastapi import register_tortoise

engine = create_engine("postgresql://db.example/shop")
asynchronous = create_async_engine("postgresql+asyncpg://db.example/shop")
Base = declarative_base()
metadata = MetaData()


class Own(DeclarativeBase):
    metadata = MetaData(schema="shop")


class Settings(BaseSettings):
    is_local: bool = False


settings = Settings()
"""
APP = "\napp = FastAPI()\n"
LIFESPAN = "\n\n@asynccontextmanager\nasync def lifespan(app):\n    {}\n    yield\n\napp = FastAPI(lifespan=lifespan)\n"
RUN = "async def create():\n    async with asynchronous.begin() as connection:\n        await connection.run_sync({})\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Base.metadata.create_all(bind=engine)\n" + APP, FAILS),
        ("Own.metadata.create_all(engine)\n" + APP, FAILS),
        ("metadata.create_all(engine)\n" + APP, FAILS),
        ("create = SQLModel.metadata.create_all\ncreate(engine)\n" + APP, FAILS),
        (RUN.format("Base.metadata.create_all") + LIFESPAN.format("await create()"), FAILS),
        (RUN.format("metadata.create_all") + LIFESPAN.format("await create()"), FAILS),
        ("async def connect():\n    await create()\n\n" + RUN.format("Own.metadata.create_all")
         + APP + "app.add_event_handler('startup', connect)\n", FAILS),
        (APP + "@app.on_event('startup')\ndef create():\n    SQLModel.metadata.create_all(engine)\n", FAILS),
        ("def make_app():\n    SQLModel.metadata.create_all(engine)\n    app = FastAPI()\n    return app\n", FAILS),
        ("class Database:\n    def __init__(self):\n        metadata.create_all(engine)\n\ndatabase = Database()\n"
         + APP, FAILS),
        (LIFESPAN.format("await Tortoise.generate_schemas()"), FAILS),
        (APP + "register_tortoise(app, modules={'models': ['app.models']}, generate_schemas=True)\n", FAILS),
        (APP + "register_tortoise(app, modules={'models': ['app.models']})\n", NO_SUBJECT),
        (APP + "register_tortoise(app, modules={'models': ['app.models']}, generate_schemas=False)\n", NO_SUBJECT),
        (APP + "database = peewee.SqliteDatabase('shop.db')\n\nclass Item(peewee.Model): ...\n\n"
         "database.create_tables([Item])\n", FAILS),
        ("if settings.is_local:\n    Base.metadata.create_all(engine)\n" + APP, UNKNOWN),
        (RUN.format("Base.metadata.create_all")
         + LIFESPAN.format("if os.getenv('STAGE') == 'test':\n        await create()"), UNKNOWN),
        ("def create():\n    if not settings.is_local:\n        return\n    Base.metadata.create_all(engine)\n\n"
         "create()\n"
         + APP, UNKNOWN),
        (APP + "if __name__ == '__main__':\n    Base.metadata.create_all(engine)\n", NO_SUBJECT),
        (APP + "def create():\n    Base.metadata.create_all(engine)\n", NO_SUBJECT),
        (APP + "@app.post('/tables')\ndef create():\n    Base.metadata.create_all(engine)\n", NO_SUBJECT),
        (APP + "def create_all(items): ...\n\ncreate_all([1])\n", NO_SUBJECT),
        (APP + "class Plan:\n    def create_all(self, engine): ...\n\nPlan().create_all(engine)\n", NO_SUBJECT),
    ],
)  # fmt: skip
def test_the_application_creates_no_tables_at_its_start(source: str, expected: Counts) -> None:
    assert counts_of(RULE, {"app/main.py": START + source}) == expected


CREATE = "from app.models import Base, engine\n\nBase.metadata.create_all(engine)\n"


@pytest.mark.parametrize(
    ("main", "path", "expected"),
    [
        ("import app.tables\n", "app/tables.py", FAILS),
        ("from app import models, tables\n", "app/tables.py", FAILS),
        ("from app.other import tables\n", "app/other/__init__.py", FAILS),
        ("from app import models\n", "app/tables.py", NO_SUBJECT),
        ("from app import models\n", "scripts/create_tables.py", NO_SUBJECT),
        ("from app import models\n", "tests/conftest.py", NO_SUBJECT),
    ],
)
def test_what_no_application_imports_is_a_script(main: str, path: str, expected: Counts) -> None:
    models = "from sqlalchemy import create_engine\nfrom sqlalchemy.orm import declarative_base\n\n"
    files = {
        "app/__init__.py": "",
        "app/main.py": f"from fastapi import FastAPI\n\n{main}\napp = FastAPI()\n",
        "app/models.py": models + "Base = declarative_base()\nengine = create_engine('postgresql://db.example/shop')\n",
        path: CREATE,
    }

    assert counts_of(RULE, files) == expected
