"""Routes, sad paths and refusals: what only looks tested, what is tested in an unusual way, and what cannot be told."""

from importlib import import_module

import pytest
from rule_builders import PASSES, counts_of, result_of

from fastapi_audit.testing import Reported, check_files

UNTESTED_ROUTE = import_module("fastapi_audit_rules.testing.untested_route")
FEW_SAD_PATHS = import_module("fastapi_audit_rules.testing.few_sad_paths")
MISSING_NEGATIVE_AUTH_TEST = import_module("fastapi_audit_rules.testing.missing_negative_auth_test")

APP = """
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()

@app.get("/items/{item_id}", dependencies=[Depends(HTTPBearer())])
def read_item(item_id: int): ...
"""
HEAD = """
import pytest
import schemathesis
from fastapi import HTTPException
from fastapi.testclient import TestClient
from main import app, read_item

client = TestClient(app)
"""


def counts(rule: object, test: str, app: str = APP) -> tuple[int, int, int]:
    files = {"main.py": app, "tests/test_main.py": HEAD + test}
    reported: Reported = check_files(rule, files)  # type: ignore[arg-type]  # a module of a rule
    (result,) = reported.results
    return result.passes, result.fails, result.unknowns


@pytest.mark.parametrize(
    ("expected", "test"),
    [
        ((1, 0, 0), "def test_it(): client.get('/items/1')"),
        ((1, 0, 0), "def test_it(): read_item(1)"),
        ((1, 0, 0), "def test_it(): client.portal.call(read_item, 1)"),
        ((1, 0, 0), "schema = schemathesis.openapi.from_asgi('/openapi.json', app)\n\n@schema.parametrize()\n"
                    "def test_api(case): case.call_and_validate()"),
        ((0, 1, 0), "def test_it(): assert app.title"),
        ((0, 1, 0), "def test_it(): client.delete('/items/1')"),
        ((0, 1, 0), "def test_it(): client.get('/items')"),
        ((0, 1, 0), "def test_it(mocker): mocker.patch('main.read_item')"),
        ((0, 1, 0), "# client.get('/items/1')\ndef test_it(): assert '/items/1'"),
        ((0, 1, 0), "def test_it(): client.get(client.get('/').headers['location'])"),
        ((0, 0, 0), "def check_it(): assert app"),
    ],
)  # fmt: skip
def test_a_route_is_tested_by_what_gets_to_it(expected: tuple[int, int, int], test: str) -> None:
    assert counts(UNTESTED_ROUTE, test) == expected


TWO = APP + "\n@app.get('/')\ndef read_items(page: int): ...\n"


@pytest.mark.parametrize(
    ("expected", "test"),
    [
        ((0, 1, 0), "def test_it(): assert app.title"),
        ((0, 1, 0), "def test_it(): assert client.get('/nothing').status_code == 404"),
        ((1, 1, 0), "def test_it(): client.get('/')"),
        ((1, 1, 0), "def test_it(): read_item(1)"),
    ],
)
def test_that_nothing_is_asked_for_is_said_once(expected: tuple[int, int, int], test: str) -> None:
    assert counts(UNTESTED_ROUTE, test, TWO) == expected


@pytest.mark.parametrize(("others", "expected"), [(9, (1, 9, 0)), (10, (0, 1, 0))])
def test_that_hardly_anything_is_asked_for_is_said_once(others: int, expected: tuple[int, int, int]) -> None:
    app = APP + "".join(f"\n@app.get('/other/{n}')\ndef read_{n}(page: int): ...\n" for n in range(others))

    assert counts(UNTESTED_ROUTE, "def test_it(): client.get('/items/1')", app) == expected


def test_whatever_is_asked_for_in_a_loop_may_be_any_route() -> None:
    app = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/a')\ndef read_item(): ...\n"
    more = "@app.get('/b')\ndef read_more(): ...\n"
    test = "def test_it():\n    for route in app.routes: client.get(route.path)\n"

    assert counts(UNTESTED_ROUTE, test, app + more) == (0, 0, 2)


def test_routes_of_one_handler_count_as_one() -> None:
    app = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/a')\n@app.get('/b')\ndef read_item(): ...\n"

    assert counts(UNTESTED_ROUTE, "def test_it(): client.get('/b')", app) == (2, 0, 0)


def test_routes_that_serve_the_documentation_are_left_out() -> None:
    app = (
        "from fastapi import FastAPI\nfrom fastapi.openapi.docs import get_swagger_ui_html\n\napp = FastAPI()\n\n"
        "@app.get('/docs')\ndef read_item(): return get_swagger_ui_html(openapi_url='/o', title='')\n"
    )

    assert counts(UNTESTED_ROUTE, "def test_it(): assert app", app) == (0, 0, 0)


def test_routes_that_the_documentation_hides_are_routes() -> None:
    app = (
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n"
        "@app.get('/ping', include_in_schema=False)\ndef read_item(page: int): ...\n"
    )

    assert counts(UNTESTED_ROUTE, "def test_it(): assert app", app) == (0, 1, 0)


@pytest.mark.parametrize(
    ("expected", "handler"),
    [
        ((0, 0, 0), "def read_item(): return {'status': 'ok'}"),
        ((0, 0, 0), "async def read_item(): return FileResponse('static/icon.png')"),
        ((0, 0, 0), "def read_item():\n    'Say that it lives.'\n    return True"),
        ((0, 1, 0), "def read_item(name: str): return {'status': 'ok'}"),
        ((0, 1, 0), "def read_item(): return {'status': state()}"),
        ((0, 1, 0), "async def read_item(): return await asked()"),
        ((0, 1, 0), "def read_item(): return asked.count()"),
        ((0, 1, 0), "def read_item(): return [one for one in KNOWN]"),
        ((0, 1, 0), "def read_item():\n    KNOWN.clear()\n    return True"),
    ],
)
def test_what_gives_always_the_same_needs_no_test(expected: tuple[int, int, int], handler: str) -> None:
    app = (
        "from fastapi import FastAPI\nfrom fastapi.responses import FileResponse\nfrom others import asked\n\n"
        f"app = FastAPI()\nKNOWN = ['a']\n\ndef state(): return KNOWN[0]\n\n@app.get('/state')\n{handler}\n"
    )

    assert counts(UNTESTED_ROUTE, "def test_it(): assert app", app) == expected


def test_a_route_that_another_function_registers_is_reported_where_it_is_defined() -> None:
    files = {
        "routing.py": "def serve(router, path):\n    return router.get(path)\n",
        "main.py": "from fastapi import APIRouter, FastAPI\nfrom routing import serve\n\nrouter = APIRouter()\n\n"
        "@serve(router, '/a')\ndef read_a(n: int): ...\n\n@serve(router, '/b')\ndef read_b(n: int): ...\n\n"
        "app = FastAPI()\napp.include_router(router)\n",
        "tests/test_main.py": "def test_it(client): client.get('/b')\n",
    }

    (finding,) = result_of("testing.untested_route", files).findings
    assert str(finding.place) == "main.py:7:1"


@pytest.mark.parametrize(
    ("expected", "test"),
    [
        ((1, 0, 0), "def test_a(): assert client.get('/x').status_code == 404\ndef test_b(): assert app.title"),
        ((0, 0, 1), "def test_item_not_found(): assert client.get('/items/1').status_code == 200"),
        ((0, 1, 0), "@pytest.mark.parametrize('n', [1, 2, 3, 4, 5])\n"
                    "def test_item_not_found(n): assert client.get(f'/items/{n}').status_code == 200"),
        ((1, 0, 0), "@pytest.mark.parametrize('n', [1, 2])\ndef test_a(n): assert client.get('/').status_code == 404\n"
                    "@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_b(n): assert read_item(n) == n"),
        ((0, 0, 1), "def test_a(snapshot): assert client.get('/items/1').json() == snapshot"),
        ((0, 0, 0), "def check_a(): assert client.get('/items/1').status_code == 404"),
    ],
)  # fmt: skip
def test_two_runs_in_five_expect_an_error(expected: tuple[int, int, int], test: str) -> None:
    assert counts(FEW_SAD_PATHS, test) == expected


def test_runs_of_tests_of_a_package_beside_the_service_are_not_counted() -> None:
    manifest = "[project]\nname = 'it'\n"
    files = {
        "orders/pyproject.toml": manifest,
        "orders/main.py": "from fastapi import FastAPI\nfrom texts import hello\n\napp = FastAPI()\n",
        "orders/tests/test_main.py": "import pytest\n\ndef test_it():\n    with pytest.raises(ValueError): int('a')\n",
        "texts/pyproject.toml": manifest,
        "texts/texts.py": "def hello(): return 'hello'\n",
        "texts/tests/test_texts.py": "from texts import hello\n\n"
        "def test_a(): assert hello()\n\ndef test_b(): assert hello()\n",
    }

    assert counts_of("testing.few_sad_paths", files) == PASSES


@pytest.mark.parametrize(("errors", "expected"), [(20, (1, 0, 0)), (19, (0, 0, 1)), (18, (0, 1, 0))])
def test_a_share_just_below_two_in_five_is_undecided(errors: int, expected: tuple[int, int, int]) -> None:
    test = (
        f"@pytest.mark.parametrize('n', {list(range(errors))})\n"
        "def test_a(n): assert client.get('/').status_code == 404\n"
        f"@pytest.mark.parametrize('n', {list(range(50 - errors))})\n"
        "def test_b(n): assert read_item(n) == n"
    )

    assert counts(FEW_SAD_PATHS, test) == expected


@pytest.mark.parametrize(
    ("expected", "test"),
    [
        ((1, 0, 0), "def test_it(): assert client.get('/items/1').status_code == 401"),
        ((1, 0, 0), "@pytest.mark.parametrize('code', [200, 403])\n"
                    "def test_it(code): assert client.get('/').status_code == code"),
        ((0, 1, 0), "def test_it(): assert client.get('/items/1').status_code == 404"),
        ((0, 1, 0), "def test_it(): assert client.get('/items/1').status_code != 401"),
        ((0, 1, 0), "def test_it():\n    client.get('/items/1')\n    with pytest.raises(ValueError): read_item(1)"),
        ((0, 0, 1), "def test_it():\n    with pytest.raises(HTTPException): read_item(1)"),
        ((0, 0, 1), "def test_it(): assert client.get('/items/1').is_client_error"),
        ((0, 0, 1), "def test_it(): assert client.get('/items/1').status_code == 302"),
        ((0, 0, 1), "def test_it(code): assert client.get('/items/1').status_code == code"),
        ((0, 0, 0), "def test_it(): assert app.title"),
    ],
)  # fmt: skip
def test_a_refusal_is_expected(expected: tuple[int, int, int], test: str) -> None:
    assert counts(MISSING_NEGATIVE_AUTH_TEST, test) == expected


def test_without_authentication_nobody_is_refused() -> None:
    app = "from fastapi import FastAPI\n\napp = FastAPI()\n\n@app.get('/')\ndef read_item(): ...\n"

    assert counts(MISSING_NEGATIVE_AUTH_TEST, "def test_it(): client.get('/')", app) == (0, 0, 0)
