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
