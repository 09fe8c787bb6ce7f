"""What looks like a test, a request or a threshold and is none, and where thresholds may stand."""

from importlib import import_module

import pytest
from rule_builders import FAILS, NO_SUBJECT, counts_of

from fastapi_audit.testing import check_files

COVERAGE_NOT_EVIDENCED = import_module("fastapi_audit_rules.testing.coverage_not_evidenced")
MISSING_TESTS = import_module("fastapi_audit_rules.testing.missing_tests")
SYNC_ONLY_TESTS = import_module("fastapi_audit_rules.testing.sync_only_tests")

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/')\nasync def read():\n    return await load()\n"
TEST = "def test_it():\n    assert True\n"


@pytest.mark.parametrize(
    "files",
    [
        {"tests/conftest.py": "import pytest\n\n@pytest.fixture\ndef test_user():\n    return 1\n"},
        {"app/main.py": "def test_connection():\n    return 1\n"},
        {"tests/__init__.py": "", "tests/test_main.py": ""},
    ],
)
def test_these_are_no_tests(files: dict[str, str]) -> None:
    reported = check_files(MISSING_TESTS, {"main.py": APP, **files})

    assert (reported.passes, reported.project_findings) == (0, 1)


def test_methods_of_test_classes_are_tests() -> None:
    source = "class TestMain:\n    def test_it(self):\n        assert True\n"

    assert check_files(MISSING_TESTS, {"main.py": APP, "tests/test_main.py": source}).passes == 1


def test_a_file_named_for_tests_that_shows_none_is_undecided() -> None:
    source = "from suites import Suite\n\nclass TestMain(Suite): ...\n"
    (result,) = check_files(MISSING_TESTS, {"main.py": APP, "tests/test_main.py": source}).results

    assert result.unknowns == 1


@pytest.mark.parametrize(
    ("counts", "test"),
    [
        ((1, 0), "async def test_it(client):\n    await client.get('/')\n"),
        ((0, 1), "def test_it(client):\n    client.get('/')\n"),
        (
            (1, 0),
            "import asyncio\nfrom httpx import AsyncClient\n\nasync def test_it(client: AsyncClient):\n"
            "    await asyncio.gather(*[client.get('/') for _ in range(9)])\n",
        ),
        ((0, 0), "def test_it(store):\n    store.get('key')\n"),
        ((0, 0), "import respx\n\ndef test_it(mock: respx.MockRouter):\n    mock.post('/tax')\n"),
        ((0, 0), "def test_it(client):\n    client.websocket_connect('/ws')\n"),
    ],
)
def test_only_tests_that_send_requests_are_judged(counts: tuple[int, int], test: str) -> None:
    (result,) = check_files(SYNC_ONLY_TESTS, {"main.py": APP, "tests/test_main.py": test}).results

    assert (result.passes, result.fails) == counts


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".coveragerc", "[report]\nfail_under = 80\n"),
        ("setup.cfg", "[coverage:report]\nfail_under = 92.5\n"),
        ("pytest.ini", "[pytest]\naddopts = --cov=app --cov-fail-under=90\n"),
        ("tox.ini", "[testenv]\ncommands = pytest --cov-fail-under 80\n"),
        ("Makefile", "test:\n\tcoverage report --fail-under=81\n"),
        (".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: pytest --cov-fail-under=85\n"),
        ("coverage.json", '{"totals": {"percent_covered": 88.0, "num_statements": 100, "covered_lines": 88}}'),
    ],
)
def test_a_threshold_may_stand_in_many_places(path: str, text: str) -> None:
    assert check_files(COVERAGE_NOT_EVIDENCED, {"main.py": APP, "test_main.py": TEST, path: text}).passes == 1


def test_the_threshold_of_another_tool_is_none() -> None:
    files = {"main.py": APP, "test_main.py": TEST, "Makefile": "docs:\n\tinterrogate --fail-under=95 app\n"}

    assert check_files(COVERAGE_NOT_EVIDENCED, files).project_findings == 1


@pytest.mark.parametrize("text", ["[report]\nfail_under = 90\n", "[run]\nbranch = true\n"])
def test_what_has_no_tests_is_said_once(text: str) -> None:
    files = {"main.py": APP, ".coveragerc": text}

    assert counts_of("testing.coverage_not_evidenced", files) == NO_SUBJECT
    assert counts_of("testing.missing_tests", files) == FAILS


@pytest.mark.parametrize(("base", "fails"), [("", 1), ("(ABC)", 0), ("(Protocol)", 0)])
def test_an_abstract_service_needs_no_test(base: str, fails: int) -> None:
    service = f"class Mailer{base}:\n    def send(self): ...\n"
    files = {
        "app/services.py": f"from abc import ABC\nfrom typing import Protocol\n{service}",
        "app/main.py": "from fastapi import FastAPI\nfrom app.services import Mailer\napp = FastAPI()\n",
        "tests/test_it.py": "def test_it(): assert 1\n",
    }

    assert counts_of("testing.untested_service", files) == (0, fails, 0)
