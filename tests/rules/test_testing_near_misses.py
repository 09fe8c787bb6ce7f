"""What looks like a test, a request or a threshold and is none, and where thresholds may stand."""

from importlib import import_module

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of, result_of

from fastapi_audit.testing import check_files

COVERAGE_NOT_EVIDENCED = import_module("fastapi_audit_rules.testing.coverage_not_evidenced")
MISSING_TESTS = import_module("fastapi_audit_rules.testing.missing_tests")

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


STORE = (
    "import asyncpg\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/')\nasync def read():\n"
    "    pool = await asyncpg.create_pool('postgresql://db/shop')\n    return await pool.fetch('SELECT 1')\n"
)
BLOCKING = "def test_it(client):\n    client.get('/')\n"


@pytest.mark.parametrize(
    ("expected", "test"),
    [
        (PASSES, "async def test_it(client):\n    await client.get('/')\n"),
        (PASSES, f"{BLOCKING}\nasync def test_that(client):\n    await client.get('/')\n"),
        (FAILS, BLOCKING),
        (FAILS, f"{BLOCKING}\ndef test_that(client):\n    client.get('/')\n"),
        (
            PASSES,
            "import asyncio\nfrom httpx import AsyncClient\n\nasync def test_it(client: AsyncClient):\n"
            "    await asyncio.gather(*[client.get('/') for _ in range(9)])\n",
        ),
        (NO_SUBJECT, "def test_it(store):\n    store.get('key')\n"),
        (NO_SUBJECT, "import respx\n\ndef test_it(mock: respx.MockRouter):\n    mock.post('/tax')\n"),
        (NO_SUBJECT, "def test_it(client):\n    client.websocket_connect('/ws')\n"),
    ],
)
def test_synchronous_clients_are_told_once_where_all_are(expected: Counts, test: str) -> None:
    assert counts_of("testing.sync_only_tests", {"main.py": STORE, "tests/test_main.py": test}) == expected


@pytest.mark.parametrize(
    "app", [APP, STORE.replace("asyncpg", "psycopg2").replace("await ", ""), STORE.replace("pool.fetch", "pool.get")]
)
def test_where_no_database_is_awaited_a_synchronous_client_will_do(app: str) -> None:
    assert counts_of("testing.sync_only_tests", {"main.py": app, "tests/test_main.py": BLOCKING}) == NO_SUBJECT


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


@pytest.mark.parametrize(
    ("expected", "step"),
    [
        (UNKNOWN, "- uses: codecov/codecov-action@v4"),
        (UNKNOWN, "- run: pipx run coveralls --service=github"),
        (
            UNKNOWN,
            "- run: python -c \"import json; assert json.load(open('c.json'))['totals']['percent_covered'] > 50\"",
        ),
        (FAILS, "- uses: actions/upload-artifact@v4"),
        (FAILS, "- run: pip install codecov"),
        (FAILS, "- run: pytest --cov=app --cov-report=xml"),
    ],
)
def test_what_is_handed_the_coverage_may_keep_a_threshold(expected: Counts, step: str) -> None:
    workflow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      {step}\n"
    files = {"main.py": APP, "test_main.py": TEST, ".github/workflows/ci.yml": workflow}

    assert counts_of("testing.coverage_not_evidenced", files) == expected


@pytest.mark.parametrize("text", ["[report]\nfail_under = 90\n", "[run]\nbranch = true\n"])
def test_what_has_no_tests_is_said_once(text: str) -> None:
    files = {"main.py": APP, ".coveragerc": text}

    assert counts_of("testing.coverage_not_evidenced", files) == NO_SUBJECT
    assert counts_of("testing.missing_tests", files) == FAILS


PRICES = "class PriceService:\n    def price(self, n):\n        return n * (9 if n > 10 else 10)\n"


@pytest.mark.parametrize(
    ("expected", "service"),
    [
        (FAILS, PRICES),
        (FAILS, "def price(n):\n    if n < 0: raise ValueError(n)\n    return n\n"),
        (FAILS, f"{PRICES}\nclass TaxService:\n    def tax(self, n):\n        for m in n: print(m)\n"),
        (NO_SUBJECT, PRICES.replace("PriceService", "PriceService(ABC)")),
        (NO_SUBJECT, PRICES.replace("PriceService", "PriceService(Protocol[T])")),
        (NO_SUBJECT, PRICES.replace("PriceService", "PriceService(ValueError)")),
        (NO_SUBJECT, f"@dataclass\n{PRICES}"),
        (NO_SUBJECT, PRICES.replace("PriceService", "_PriceService")),
        (NO_SUBJECT, PRICES.replace("price(", "_price(")),
        (NO_SUBJECT, "def page(name):\n    return f'/pages/{name}'\n\ndef home():\n    return page('home')\n"),
        (NO_SUBJECT, "class ItemService:\n    def find(self, key):\n        return self.items.find(key)\n"),
    ],
)
def test_a_service_decides_something_for_others(expected: Counts, service: str) -> None:
    files = {
        "app/services.py": "from abc import ABC\nfrom dataclasses import dataclass\nfrom typing import Protocol\n"
        f"from typing import TypeVar\nT = TypeVar('T')\n{service}",
        "app/main.py": "from fastapi import FastAPI\nfrom app import services\n\napp = FastAPI()\n\n"
        "@app.get('/')\ndef read():\n    services.price(1)\n    services.PriceService().price(1)\n",
        "tests/test_it.py": "def test_it(): assert 1\n",
    }

    assert counts_of("testing.untested_service", files) == expected


@pytest.mark.parametrize(
    ("expected", "test"),
    [
        (PASSES, "from app.services import PriceService\n\ndef test_it(): assert PriceService().price(1) == 10\n"),
        (PASSES, "from app.carts import total\n\ndef test_it(): assert total([1]) == 10\n"),
        (PASSES, "from app.main import read\n\ndef test_it(): assert read(1) == 10\n"),
        (UNKNOWN, "from app.services import PriceService\n\ndef test_it(make): assert make(PriceService) == 10\n"),
        (FAILS, "from app.main import app\nfrom fastapi.testclient import TestClient\n\n"
                "def test_it(): assert TestClient(app).get('/1').json() == 10\n"),
        (FAILS, "def test_it(mocker): mocker.patch('app.services.PriceService')\n"),
    ],
)  # fmt: skip
def test_whatever_gets_to_a_service_without_a_request_tests_it(expected: Counts, test: str) -> None:
    files = {
        "app/services.py": PRICES,
        "app/carts.py": "from app.services import PriceService\n\n"
        "def total(items):\n    return sum(PriceService().price(n) for n in items)\n",
        "app/main.py": "from fastapi import FastAPI\nfrom app.carts import total\n\napp = FastAPI()\n\n"
        "@app.get('/{n}')\ndef read(n: int):\n    return total([n])\n",
        "tests/test_it.py": test,
    }

    assert counts_of("testing.untested_service", files) == expected


ACT, TELLS = "    found = client.get('/')\n", "    assert found.text != 'a'\n"


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        (FAILS, (ACT + TELLS * 2) * 6),
        (FAILS, "    assert client.get('/').text != 'a'\n" * 11),
        (FAILS, ACT + "    self.assertEqual(client.get('/').status_code, 200)\n" * 11),
        (PASSES, ACT + TELLS * 30),
        (PASSES, (ACT + TELLS * 5) * 5),
        (PASSES, ACT * 9 + TELLS * 11),
        (PASSES, (ACT + TELLS) * 10),
        (PASSES, (TELLS + "    assert is_good(found)\n") * 9),
        (PASSES, ("    found = UserRepository().all()\n" + TELLS * 2) * 9),
        (PASSES, (ACT + TELLS + "    assert found is not None\n    assert isinstance(found, Found)\n") * 5),
        (NO_SUBJECT, (ACT + "    assert found is not None\n") * 12),
    ],
)
def test_many_things_are_many_acts_with_many_assertions(expected: Counts, body: str) -> None:
    app = f"{APP}\ndef is_good(found): return found\n\nclass UserRepository:\n    def all(self): return []\n"
    head = "from fastapi.testclient import TestClient\nfrom main import *\n\nclient = TestClient(app)\n\n"
    files = {"main.py": app, "tests/test_main.py": f"{head}def test_it(self):\n{body}"}

    assert counts_of("testing.test_of_many_things", files) == expected


@pytest.mark.parametrize(
    ("expected", "way"),
    [
        (FAILS, "services.PriceService().price(1)"),
        (UNKNOWN, "getattr(services, f'{app.title}Service')().price(1)"),
        (UNKNOWN, "start.delay()"),
    ],
)
def test_a_service_to_which_something_unseen_may_lead_is_undecided(expected: Counts, way: str) -> None:
    files = {
        "app/services.py": PRICES,
        "app/tasks.py": "from app import services\n\ndef start():\n    services.PriceService().price(1)\n",
        "app/main.py": "from fastapi import FastAPI\nfrom app import services\nfrom app.tasks import start\n\n"
        f"app = FastAPI()\n\n@app.get('/')\ndef read():\n    {way}\n",
        "tests/test_it.py": "def test_it(): assert 1\n",
    }
    if "start" not in way:
        del files["app/tasks.py"]

    assert counts_of("testing.untested_service", files) == expected


@pytest.mark.parametrize(("called", "findings"), [(0, 1), (1, 1), (2, 2), (3, 1), (4, 0)])
def test_that_most_services_are_not_tested_is_said_once(called: int, findings: int) -> None:
    kinds = ["Cart", "Mail", "Price", "Tax"]
    service = "class {0}Service:\n    def run(self, n):\n        return n if n else 1\n"
    handler = "@app.get('/{0}')\ndef read_{0}():\n    return {0}Service().run(1)\n\n"
    calls = "".join(f"    assert {kind}Service().run(1)\n" for kind in kinds[:called])
    files = {
        **{f"app/{kind}.py": service.format(kind) for kind in kinds},
        "app/main.py": "from fastapi import FastAPI\n"
        + "".join(f"from app.{kind} import {kind}Service\n" for kind in kinds)
        + "\napp = FastAPI()\n\n"
        + "".join(handler.format(kind) for kind in kinds),
        "tests/test_it.py": "".join(f"from app.{kind} import {kind}Service\n" for kind in kinds[:called])
        + f"\ndef test_it():\n    assert 1\n{calls}",
    }

    assert len(result_of("testing.untested_service", files).findings) == findings
