"""What looks like a query, a table or a migration and is none, or is one that is easily overlooked."""

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files, understand_files

MISSING_MIGRATIONS = import_module("fastapi_audit_rules.database.missing_migrations")
QUERY_IN_HANDLER = import_module("fastapi_audit_rules.database.query_in_handler")
RAW_SQL = import_module("fastapi_audit_rules.database.raw_sql")

MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
RUN = """from sqlalchemy import text
from sqlalchemy.orm import Session

def run(session: Session):
    return session.execute(text({}))
"""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_lock(1)",
        "SELECT setval('users_id_seq', (SELECT max(id) FROM users))",
        "SELECT version_num FROM alembic_version",
        "SELECT tablename FROM pg_tables",
        "WITH old AS (SELECT id FROM users) SELECT * FROM old",
        "SELECT day, count(*) FROM visits GROUP BY day",
        "CREATE INDEX users_email ON users (email)",
        "SET LOCAL statement_timeout = 1000",
    ],
)
def test_what_an_orm_has_no_words_for_is_no_raw_sql(statement: str) -> None:
    reported = check_files(RAW_SQL, {"models.py": MODELS, "run.py": RUN.format(repr(statement))})

    assert not reported.results[0].applies


@pytest.mark.parametrize(
    "statement",
    [
        "select id from users",
        "-- all\nDELETE FROM users",
        "/* one */ UPDATE users SET id = 1",
        "insert into users values (1)",
    ],
)
def test_everyday_sql_is_found_whatever_its_case_and_comments(statement: str) -> None:
    reported = check_files(RAW_SQL, {"models.py": MODELS, "run.py": RUN.format(repr(statement))})

    assert reported.lines == {("run.py", 5)}


def test_sql_that_is_read_from_a_file_is_undecided() -> None:
    (result,) = check_files(RAW_SQL, {"models.py": MODELS, "run.py": RUN.format("open('run.sql').read()")}).results

    assert (result.passes, result.fails, result.unknowns) == (0, 0, 1)


DRIVER = "import psycopg\n\nasync def run(db: psycopg.AsyncConnection):\n    await db.execute('SELECT id FROM users')\n"
ENV = "from alembic import context\n\nfrom models import Base\n\ncontext.configure(target_metadata=Base.metadata)\n"


def test_classes_that_only_migrations_use_are_no_orm_in_use() -> None:
    migrations = {"migrations/env.py": ENV, "alembic.ini": "[alembic]\nscript_location = migrations\n"}
    engine = "from sqlalchemy import create_engine, text\n\nengine = create_engine('postgresql://db/shop')\n"
    engine += "\ndef ping():\n    with engine.connect() as connection:\n        connection.execute(text('SELECT 1'))\n"
    files = {"models.py": MODELS, "run.py": DRIVER, **migrations}

    assert not check_files(RAW_SQL, files).results[0].applies
    assert not check_files(RAW_SQL, files | {"ping.py": engine}).results[0].applies


@pytest.mark.parametrize(
    "other",
    [
        "from sqlalchemy.orm import sessionmaker\n\nmake = sessionmaker()\n",
        "from sqlalchemy.orm import Session\n\ndef add(session: Session, row):\n    session.add(row)\n",
        "from sqlalchemy import select\nfrom sqlalchemy.engine import Connection\nfrom models import User\n\n"
        "def all_users(connection: Connection):\n    return connection.execute(select(User))\n",
    ],
)
def test_sql_of_a_driver_beside_sessions_or_statements_of_the_orm_is_found(other: str) -> None:
    reported = check_files(RAW_SQL, {"models.py": MODELS, "run.py": DRIVER, "other.py": other})

    assert reported.lines == {("run.py", 4)}


def test_sql_in_a_project_without_an_orm_is_not_judged() -> None:
    source = "import sqlite3\n\ndef run():\n    return sqlite3.connect('a.db').execute('SELECT id FROM users')\n"

    assert not check_files(RAW_SQL, {"run.py": source}).results[0].applies


@pytest.mark.parametrize(
    "path",
    ["migrations/001_users.sql", "db/migrate/001_users.sql", "sql/V1__users.sql", "app/piccolo_migrations/first.py"],
)
def test_migrations_of_other_tools_are_migrations(path: str) -> None:
    reported = check_files(MISSING_MIGRATIONS, {"models.py": MODELS, path: ""})

    assert (reported.passes, reported.project_findings) == (1, 0)


def test_a_project_that_stores_nothing_needs_no_migrations() -> None:
    assert not check_files(MISSING_MIGRATIONS, {"main.py": "class Base: ...\n"}).results[0].applies


HANDLER = """
from fastapi import APIRouter, Depends, FastAPI
from app.queries import UserRepository, count_users
from app.session import get_session
from sqlalchemy import select, text
from sqlalchemy.orm import Session

app = FastAPI()
router = APIRouter()

"""
QUERIES = """
from sqlalchemy import select, text
from sqlalchemy.orm import Session

class Repository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def count(self):
        return self.session.scalar(select(object))

class UserRepository(Repository): ...

def count_users(session: Session):
    return UserRepository(session).count()
"""


def check_handler(body: str) -> tuple[int, int]:
    """Return how many handlers pass and fail."""
    files = {"app/queries.py": QUERIES, "app/main.py": HANDLER + body + "\napp.include_router(router)\n"}
    (result,) = check_files(QUERY_IN_HANDLER, files).results
    return result.passes, result.fails


@pytest.mark.parametrize(
    ("counts", "call"),
    [
        ((1, 0), "return count_users(session)"),
        ((1, 0), "return UserRepository(session).count()"),
        ((1, 0), "count_users(session)\n    session.commit()"),
        ((0, 1), "return session.scalar(select(object))"),
        ((1, 0), "count_users(session)\n    session.add(object())\n    session.commit()"),
        ((0, 1), "session.delete(session.get(object, 1))"),
        ((0, 1), "session.query(object).delete()"),
        ((0, 1), "session.merge(object())"),
        ((0, 0), "session.add(object())\n    session.commit()\n    session.refresh(object())"),
        ((0, 0), "session.add_all([object()])"),
        ((0, 0), "return session.scalar(select(1))"),
        ((0, 0), "return session.execute(text('SELECT 1'))"),
        ((0, 0), "return 1"),
        ((0, 0), "session.commit()"),
    ],
)
def test_a_handler_is_judged_by_who_queries(counts: tuple[int, int], call: str) -> None:
    assert check_handler(f"@app.get('/')\ndef read(session: Session = Depends(get_session)):\n    {call}\n") == counts


def test_a_handler_with_two_routes_counts_once() -> None:
    routes = "@router.get('/a')\n@router.get('/b')\n"

    assert check_handler(
        routes + "def read(session: Session = Depends(get_session)):\n    return session.get(int, 1)\n"
    ) == (0, 1)


def test_a_query_that_is_handed_to_a_thread_is_reached() -> None:
    source = """
from fastapi.concurrency import run_in_threadpool

@app.get("/")
async def read(session: Session = Depends(get_session)):
    return await run_in_threadpool(count_users, session)
"""

    assert check_handler(source) == (1, 0)


def test_fastcrud_is_a_repository_also_when_it_is_inherited_from() -> None:
    source = """
from fastapi import FastAPI
from fastcrud import FastCRUD

class Users(FastCRUD): ...

users = Users(object)
app = FastAPI()

@app.get("/")
async def read(db):
    return await users.get(db=db, id=1)
"""
    (result,) = check_files(QUERY_IN_HANDLER, {"main.py": source}).results

    assert (result.passes, result.fails) == (1, 0)


def test_a_session_of_a_new_type_is_a_session() -> None:
    source = (
        "from typing import NewType\nfrom sqlalchemy.ext.asyncio import AsyncSession\n\n"
        "ReadSession = NewType('ReadSession', AsyncSession)\n\nasync def read(session: ReadSession):\n"
        "    return await session.scalar('x')\n"
    )
    (project,) = understand_files({"main.py": source})

    assert [access.call.name for access in project.data_accesses] == ["sqlalchemy.ext.asyncio.AsyncSession.scalar"]
