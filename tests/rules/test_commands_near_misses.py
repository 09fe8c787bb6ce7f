"""What commands do, and what only they import, is no matter of the service."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of

from fastapi_audit.testing import Files

COMMAND = "from texts import show\nif __name__ == '__main__':\n    show()\n"
SHOW = """
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
class Base(DeclarativeBase): ...
class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
def show(session: Session):
    print(session.scalars(select(Item)).all())
    session.execute(text("DELETE FROM items"))
"""
TEST = """
from fastapi.testclient import TestClient
from main import app
def test_it(): assert TestClient(app).get("/x")
"""
MAIN = "from fastapi import FastAPI\n{imports}\napp = FastAPI()\n"


def files(imports: str) -> Files:
    return {"main.py": MAIN.format(imports=imports), "texts.py": SHOW, "tool.py": COMMAND}


@pytest.mark.parametrize(("imports", "fails"), [("", 0), ("from texts import show", 1)])
@pytest.mark.parametrize("rule", ["observability.print_call", "database.raw_sql"])
def test_what_only_a_command_imports_is_judged_when_an_application_imports_it_too(
    rule: str, imports: str, fails: int
) -> None:
    assert counts_of(rule, files(imports))[1] == fails


@pytest.mark.parametrize(("path", "expected"), [("tests/performance/orders.lua", (1, 0, 0)), ("orders.lua", (0, 1, 0))])
def test_a_script_of_wrk_is_a_load_test(path: str, expected: Counts) -> None:
    app = MAIN.format(imports="") + "@app.get('/x')\ndef read(): return 1\n"

    assert (
        counts_of(
            "performance.missing_performance_evidence",
            {"main.py": app, "Procfile": "web: uvicorn main:app\n", path: "wrk.method = 'POST'\n"},
        )
        == expected
    )


@pytest.mark.parametrize(("command", "expected"), [("newman run api.json", (1, 0, 0)), ("newman --version", (0, 1, 0))])
def test_a_collection_that_newman_runs_in_a_pipeline_is_a_test_of_the_contract(command: str, expected: Counts) -> None:
    checked = {
        "main.py": MAIN.format(imports="") + "@app.get('/x')\ndef read(): return 1\n",
        "test_it.py": TEST,
        ".github/workflows/api.yml": f"on: [push]\njobs:\n  api:\n    steps:\n      - run: {command}\n",
    }

    assert counts_of("testing.missing_contract_tests", checked) == expected


def test_what_a_command_imports_from_its_own_directory_is_its_own() -> None:
    moved = {
        "main.py": MAIN.format(imports=""),
        "shop/__init__.py": "",
        "shop/tools/__init__.py": "",
        "shop/tools/texts.py": SHOW,
        "shop/tools/tool.py": COMMAND,
    }

    assert counts_of("observability.print_call", moved)[1] == 0


@pytest.mark.parametrize(
    ("command", "expected"),
    [("shop database upgrade", (0, 0, 1)), ("shop serve", (0, 1, 0)), ("pip upgrade", (0, 1, 0))],
)
def test_a_program_of_the_projects_own_may_run_the_migrations(command: str, expected: Counts) -> None:
    migrated = {
        "shop/main.py": MAIN.format(imports=""),
        "migrations/versions/0001_items.py": "revision = '0001'\ndown_revision = None\n",
        ".github/workflows/test.yml": f"on: [push]\njobs:\n  test:\n    steps:\n      - run: {command}\n",
    }

    assert counts_of("database.unrehearsed_migrations", migrated) == expected


STEP = "revision = '0001'\ndown_revision = None\n"
MIGRATING = """from alembic import command
from alembic.config import Config


def migrate(connection=None):
    def upgrade(connection):
        command.upgrade(Config("alembic.ini"), "head")

    connection.run_sync(upgrade)
"""


def pipeline(command: str) -> dict[str, str]:
    return {".github/workflows/test.yml": f"on: [push]\njobs:\n  test:\n    steps:\n      - run: {command}\n"}


@pytest.mark.parametrize(
    ("calls", "expected"),
    [("migrate(connection)", (1, 0, 0)), ("show(connection)", (0, 1, 0)), ("", (0, 1, 0))],
)
def test_tests_may_run_the_migrations_by_a_function_of_the_service(calls: str, expected: Counts) -> None:
    imports = "import pytest\nfrom shop.schema import migrate, show\n"
    suite = f"{imports}\n@pytest.fixture\ndef database(connection):\n    {calls or 'return connection'}\n"
    files = {
        "shop/__init__.py": "",
        "shop/main.py": MAIN.format(imports=""),
        "shop/schema.py": MIGRATING + "\n\ndef show(connection): ...\n",
        "migrations/versions/0001_items.py": STEP,
        "tests/conftest.py": suite,
    }

    assert counts_of("database.unrehearsed_migrations", files) == expected


@pytest.mark.parametrize(
    ("command", "start", "expected"),
    [
        ("docker compose up -d", "alembic upgrade head && uvicorn main:app", (0, 0, 1)),
        ("docker-compose -f ci.yaml up --wait", "alembic upgrade head && uvicorn main:app", (0, 0, 1)),
        ("docker compose up -d", "uvicorn main:app", (0, 1, 0)),
        ("docker compose build", "alembic upgrade head && uvicorn main:app", (0, 1, 0)),
        ("pytest", "alembic upgrade head && uvicorn main:app", (0, 1, 0)),
    ],
)
def test_a_service_that_migrates_when_it_starts_may_do_so_in_a_pipeline(
    command: str, start: str, expected: Counts
) -> None:
    files = {
        "main.py": MAIN.format(imports=""),
        "migrations/versions/0001_items.py": STEP,
        "Dockerfile": f"FROM python:3.12\nCMD {start}\n",
        **pipeline(command),
    }

    assert counts_of("database.unrehearsed_migrations", files) == expected


@pytest.mark.parametrize(("client", "expected"), [("TestClient", (0, 0, 1)), ("Client", (0, 1, 0))])
def test_tests_that_start_the_application_may_run_what_it_does_at_its_start(client: str, expected: Counts) -> None:
    main = """from contextlib import asynccontextmanager

from alembic import command
from alembic.config import Config
from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app):
    command.upgrade(Config("alembic.ini"), "head")
    yield

app = FastAPI(lifespan=lifespan)
"""
    imports = "from fastapi.testclient import TestClient\nfrom httpx import Client\nfrom main import app\n"
    files = {
        "main.py": main,
        "migrations/versions/0001_items.py": STEP,
        "tests/test_main.py": f"{imports}\ndef test_it():\n    with {client}(app) as client:\n        client.get('/')",
    }

    assert counts_of("database.unrehearsed_migrations", files) == expected


def test_migrations_beside_a_service_without_a_database_are_not_its_own() -> None:
    files = {
        "main.py": MAIN.format(imports=""),
        "website/prisma/migrations/1_a/migration.sql": "CREATE TABLE a (b int);",
    }

    assert counts_of("database.unrehearsed_migrations", files) == (0, 0, 0)
