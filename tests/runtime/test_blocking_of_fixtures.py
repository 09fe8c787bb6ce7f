"""Whatever blocks the event loop of the services in `fixtures/projects` under real requests, the auditor has reported.

Blockbuster detects; it sees what waits (time, files, sockets, SQLite, locks), not what keeps the processor busy.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from runtime.blocking import Run, Serve, Visit, detect, findings_of, lines_of, unreported
from runtime.comparison import found_routes
from runtime.services import PROJECTS, Service, serve, serve_production, serve_toy, serve_typical
from runtime.visits import visit_production, visit_toy, visit_typical

from fastapi_audit.testing import write_files

SERVICES: dict[str, tuple[Serve, Visit]] = {
    "toy": (serve_toy, visit_toy),
    "typical": (serve_typical, visit_typical),
    "production": (serve_production, visit_production),
}
SHADOWED = {"main.search_products", "main.list_products"}
UNKNOWABLE = """
import time
from fastapi import FastAPI

app = FastAPI()


@app.get("/known")
async def known():
    time.sleep(0.05)


@app.get("/hidden/{function}")
async def hidden(function: str):
    getattr(time, function)(0.05)
"""


@pytest.fixture(scope="module", params=SERVICES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What was detected while a service was asked for everything."""
    return detect(PROJECTS / request.param, tmp_path_factory.mktemp(request.param), *SERVICES[request.param])


def test_every_handler_is_reached(run: Run) -> None:
    records = [record for records in found_routes(run.tree).values() for record in records]
    handlers = {record["handler"].replace(":", ".") for record in records if record["kind"] == "http"}

    assert run.served == handlers - SHADOWED


def test_everything_that_blocks_is_reported(run: Run) -> None:
    assert unreported(run, lines_of(findings_of(run.tree))) == []


@pytest.mark.parametrize("run", ["toy", "typical"], indirect=True)
def test_what_blocks_is_noticed_where_a_finding_is_missing(run: Run) -> None:
    reported = frozenset(lines_of(findings_of(run.tree)))
    lines = {(blocked.frames[0].path, blocked.frames[0].line) for blocked in run.blocked if not blocked.is_implicit}

    assert lines
    assert [line for line in lines if unreported(run, reported - {line}) == []] == []


@pytest.mark.parametrize("run", ["toy"], indirect=True)
def test_the_toy_blocks_in_handlers_helpers_dependencies_and_middleware(run: Run) -> None:
    assert {(blocked.call, blocked.functions) for blocked in run.blocked} >= {
        ("time.sleep", ("create_order",)),
        ("time.sleep", ("slow_down",)),
        ("io.TextIOWrapper.write", ("access_log",)),
        ("io.TextIOWrapper.write", ("send_mail", "register")),
        ("socket.socket.connect", ("convert", "get_price")),
        ("sqlite3.Connection.execute", ("stats",)),
        ("sqlite3.Cursor.execute", ("get_products",)),
    }


@pytest.mark.parametrize("run", ["typical"], indirect=True)
def test_the_typical_service_blocks_two_calls_deep(run: Run) -> None:
    assert {(blocked.call, blocked.functions) for blocked in run.blocked} >= {
        ("socket.socket.connect", ("_post", "task_added", "add_task")),
        ("io.TextIOWrapper.write", ("_write", "save", "export_project")),
    }


@pytest.mark.parametrize("run", ["production"], indirect=True)
def test_the_production_service_blocks_nowhere_and_nothing_is_reported(run: Run) -> None:
    assert run.blocked == ()
    assert findings_of(run.tree) == ()


def test_what_no_static_analysis_can_know_is_noticed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    write_files(tree, {"main.py": UNKNOWABLE})

    def serve_it(directory: Path, driver: tuple[str, ...]) -> AbstractContextManager[Service]:
        return serve(tree, "main:app", directory, driver)

    def visit(service: Service, _directory: Path) -> None:
        for path in ("/known", "/hidden/sleep"):
            service.ask("GET", path)

    run = detect(tree, tmp_path, serve_it, visit)

    assert unreported(run, lines_of(findings_of(tree))) == ["main.py:15: time.sleep in hidden"]
