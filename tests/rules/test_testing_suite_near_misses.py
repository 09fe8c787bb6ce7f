"""Tests that run, assert and clean up in ways that are easily overlooked, and those that only seem to."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

APP = "from fastapi import FastAPI\n\napp = FastAPI()\n\ndef get_user():\n    return 1\n"
ASYNC_TEST = "async def test_it():\n    assert True\n"
AUTO = "asyncio_mode = auto\n"


def said_of_running(test: str, **files: str) -> Counts:
    return counts_of("testing.async_test_not_run", {"main.py": APP, "tests/test_main.py": test, **files})


def said_of_asserting(test: str, **files: str) -> Counts:
    return counts_of("testing.test_without_assertion", {"main.py": APP, "tests/test_main.py": test, **files})


def said_of_resetting(test: str, **files: str) -> Counts:
    return counts_of("testing.override_not_reset", {"main.py": APP, "tests/test_main.py": test, **files})


@pytest.mark.parametrize(
    ("expected", "rest"),
    [
        (NO_SUBJECT, "asyncio.run(test_it())\n"),
        (NO_SUBJECT, "if __name__ == '__main__':\n    asyncio.run(test_it())\n"),
        (NO_SUBJECT, "anyio.run(test_it)\n"),
        (NO_SUBJECT, "async def main():\n    await test_it()\n\nif __name__ == '__main__':\n    asyncio.run(main())\n"),
        (FAILS, "def main():\n    asyncio.run(test_it())\n"),
        (FAILS, "asyncio.run(other())\n"),
        (FAILS, "class Others:\n    def test_it(self): ...\n\nOthers().test_it()\n"),
    ],
)
def test_a_script_runs_its_tests_itself(expected: Counts, rest: str) -> None:
    assert said_of_running(f"import asyncio\nimport anyio\n\n{ASYNC_TEST}\n{rest}") == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pytest.ini", f"[pytest]\n{AUTO}"),
        ("tests/pytest.ini", f"[pytest]\n{AUTO}"),
        ("setup.cfg", f"[tool:pytest]\n{AUTO}"),
        ("tox.ini", f"[pytest]\n{AUTO}"),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = "-ra --asyncio-mode=auto"\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["-o", "asyncio_mode=auto"]\n'),
        ("pyproject.toml", '[tool.pytest.ini_options]\nanyio_mode = "auto"\n'),
        ("Makefile", "test:\n\tpoetry run pytest --asyncio-mode=auto tests\n"),
        (".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: pytest -o asyncio_mode=auto\n"),
    ],
)
def test_a_mode_may_stand_in_many_places(path: str, text: str) -> None:
    assert said_of_running(ASYNC_TEST, **{path: text}) == PASSES


def test_the_first_file_of_a_directory_is_in_force() -> None:
    files = {"pytest.ini": "[pytest]\n", "setup.cfg": f"[tool:pytest]\n{AUTO}"}

    assert said_of_running(ASYNC_TEST, **files) == UNKNOWN


def test_a_mode_further_up_may_be_in_force() -> None:
    files = {"pytest.ini": f"[pytest]\n{AUTO}", "tests/pytest.ini": "[pytest]\naddopts = -ra\n"}

    assert said_of_running(ASYNC_TEST, **files) == UNKNOWN


def test_the_configuration_of_another_directory_says_nothing() -> None:
    assert said_of_running(ASYNC_TEST, **{"other/pytest.ini": f"[pytest]\n{AUTO}"}) == FAILS


@pytest.mark.parametrize(
    "test",
    [
        f"import pytest\n\nrun = pytest.mark.asyncio\n\n@run\n{ASYNC_TEST}",
        f"import pytest as p\n\npytestmark = p.mark.anyio\n\n{ASYNC_TEST}",
        "import pytest\n\nclass Base:\n    pytestmark = [pytest.mark.trio]\n\nclass TestIt(Base):\n"
        "    async def test_it(self):\n        assert True\n",
        "async def test_it(anyio_backend):\n    assert True\n",
        "import asyncio, functools\n\ndef run(test):\n    @functools.wraps(test)\n    def inner():\n"
        f"        asyncio.run(test())\n    return inner\n\n@run\n{ASYNC_TEST}",
        "from aiohttp.test_utils import AioHTTPTestCase\n\nclass ItTests(AioHTTPTestCase):\n"
        "    async def test_it(self):\n        assert True\n",
    ],
)
def test_these_are_run(test: str) -> None:
    assert said_of_running(test) == PASSES


@pytest.mark.parametrize(
    "test",
    [
        f"import pytest\n\n@pytest.mark.parametrize('n', [1])\n@pytest.mark.slow\n{ASYNC_TEST}",
        f"from unittest.mock import patch\n\n@patch('main.app')\n{ASYNC_TEST}",
        "class TestIt:\n    async def test_it(self):\n        assert True\n",
    ],
)
def test_these_are_not(test: str) -> None:
    assert said_of_running(test) == FAILS


@pytest.mark.parametrize(
    "test",
    [
        f"from somewhere import run\n\n@run\n{ASYNC_TEST}",
        "from somewhere import Case\n\nclass ItTestCase(Case): ...\n\nclass ItTests(ItTestCase):\n"
        "    async def test_it(self):\n        assert True\n",
    ],
)
def test_what_somebody_else_may_run_is_undecided(test: str) -> None:
    assert said_of_running(test) in (UNKNOWN, NO_SUBJECT)


def test_a_hook_may_mark_all_tests() -> None:
    hook = "import pytest\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n        mark(item)\n"

    assert said_of_running(ASYNC_TEST, **{"tests/conftest.py": hook}) == UNKNOWN
    assert said_of_running(ASYNC_TEST, **{"others/conftest.py": hook}) == FAILS


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("tests/helpers.py", ASYNC_TEST),
        ("tests/test_more.py", f"import pytest\n\n@pytest.mark.skip(reason='later')\n{ASYNC_TEST}"),
        ("tests/test_more.py", "class Helper:\n    async def test_it(self):\n        assert True\n"),
    ],
)
def test_what_is_not_collected_or_not_to_run_is_left_out(path: str, test: str) -> None:
    assert counts_of("testing.async_test_not_run", {"main.py": APP, path: test}) == NO_SUBJECT


def test_files_may_be_named_otherwise() -> None:
    files = {"main.py": APP, "tests/unit/main_test_suite.py": ASYNC_TEST}
    patterns = "[pytest]\npython_files = tests/*.py tests/*/*.py\n"

    assert counts_of("testing.async_test_not_run", files) == NO_SUBJECT
    assert counts_of("testing.async_test_not_run", {**files, "pytest.ini": patterns}) == FAILS


@pytest.mark.parametrize(
    "test",
    [
        "from unittest import TestCase\n\nclass ItTests(TestCase):\n    def test_it(self):\n"
        "        self.assertEqual(1, 1)\n",
        "def test_it(mocker):\n    sent = mocker.patch('main.app')\n    sent.assert_called_once()\n",
        "def test_it(snapshot):\n    len(snapshot)\n",
        "def test_it(client):\n    client.get('/').raise_for_status()\n",
        "def test_it(schema):\n    schema.call_and_validate()\n",
        "def test_it(client):\n    def inner():\n        assert client.get('/')\n    inner()\n",
        "from tests.checks import fine\n\ndef test_it(client):\n    fine(client.get('/'))\n",
        "import pytest\n\n@pytest.fixture\ndef fine():\n    def see(answer):\n        assert answer\n    return see\n\n"
        "def test_it(client, fine):\n    fine(client.get('/'))\n",
        "import pytest\n\n@pytest.fixture(autouse=True)\ndef clean():\n    yield\n    assert True\n\n"
        "def test_it(client):\n    client.get('/')\n",
        "def test_it(client):\n    if client.get('/').status_code != 200:\n        raise AssertionError\n",
    ],
)
def test_these_assert(test: str) -> None:
    checks = "def fine(answer):\n    look(answer)\n\ndef look(answer):\n    assert answer.status_code == 200\n"

    assert said_of_asserting(test, **{"tests/checks.py": checks}) == PASSES


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(client):\n    data = client.get('/').json()\n    print(len(data))\n",
        "async def test_it(client):\n    await client.post('/', json={'a': 1})\n",
        "def test_it():\n    pass\n",
        "class TestIt:\n    def test_it(self, client):\n        client.delete('/1')\n",
        "def test_it(client):\n    answer = client.get('/')\n    answer.status_code == 200\n",
        "from main import get_user\n\ndef test_it(client):\n    client.post('/', json=dict(user=get_user()))\n",
    ],
)
def test_these_do_not(test: str) -> None:
    assert said_of_asserting(test) == FAILS


@pytest.mark.parametrize(
    "test",
    [
        "from main import get_user\n\ndef test_it():\n    get_user()\n",
        "def test_it(service):\n    service.create()\n",
        "from fastapi.testclient import TestClient\nfrom main import app\n\ndef test_it():\n    with TestClient(app):\n"
        "        pass\n",
        "def test_it(client):\n    with client.websocket_connect('/ws') as socket:\n        print(socket)\n",
    ],
)
def test_what_may_raise_by_itself_is_undecided(test: str) -> None:
    assert said_of_asserting(test) == UNKNOWN


def test_a_test_that_switches_an_inherited_one_off_is_left_out() -> None:
    test = (
        "class Base:\n    def test_it(self):\n        assert True\n\n"
        "class TestIt(Base):\n    def test_it(self):\n        pass\n"
    )

    assert said_of_asserting(test) == NO_SUBJECT


SET = "app.dependency_overrides[get_user] = lambda: 2\n"
HEAD = "import pytest\nfrom main import app, get_user\n\n"


@pytest.mark.parametrize(
    "test",
    [
        f"def test_it():\n    {SET}    assert True\n    app.dependency_overrides = {{}}\n",
        f"def test_it():\n    kept = app.dependency_overrides.copy()\n    {SET}    app.dependency_overrides = kept\n",
        f"def replace():\n    {SET}\ndef test_it():\n    replace()\n    app.dependency_overrides.clear()\n",
        f"@pytest.fixture(autouse=True)\ndef clean():\n    yield\n    app.dependency_overrides.clear()\n\n"
        f"def test_it():\n    {SET}",
        f"def test_it(request):\n    request.addfinalizer(app.dependency_overrides.clear)\n    {SET}",
        f"class TestIt:\n    def setup_method(self):\n        {SET}\n    def teardown_method(self):\n"
        f"        app.dependency_overrides.pop(get_user)\n",
        f"class Replaced:\n    def __enter__(self):\n        {SET}\n    def __exit__(self, *_):\n"
        f"        del app.dependency_overrides[get_user]\n",
        f"@pytest.fixture\ndef user():\n    {SET}\n@pytest.fixture\ndef client(user):\n    yield 1\n"
        f"    app.dependency_overrides.clear()\n\ndef test_it(client):\n    assert client\n",
    ],
)
def test_these_take_back_what_they_replaced(test: str) -> None:
    assert said_of_resetting(HEAD + test) == PASSES


@pytest.mark.parametrize(
    "test",
    [
        f"def test_it():\n    {SET}",
        f"@pytest.fixture\ndef user():\n    {SET}    yield 2\n\ndef test_it(user):\n    assert user\n",
        "def test_it():\n    app.dependency_overrides.update({get_user: lambda: 2})\n",
        "def test_it():\n    app.dependency_overrides = {get_user: lambda: 2}\n",
        f"def replace():\n    {SET}\ndef test_it():\n    replace()\n",
        f"@pytest.fixture\ndef clean():\n    yield\n    app.dependency_overrides.clear()\n\ndef test_it():\n    {SET}",
    ],
)
def test_these_do_not_take_it_back(test: str) -> None:
    assert said_of_resetting(HEAD + test) == FAILS


@pytest.mark.parametrize(
    "test",
    [
        SET,
        f"@pytest.fixture(scope='session')\ndef user():\n    {SET}",
        f"@pytest.fixture(autouse=True)\ndef user():\n    {SET}",
        f"def pytest_configure():\n    {SET}",
        "def test_it(monkeypatch):\n    monkeypatch.setitem(app.dependency_overrides, get_user, lambda: 2)\n",
    ],
)
def test_what_is_meant_for_the_whole_run_is_left_out(test: str) -> None:
    assert said_of_resetting(HEAD + test) == NO_SUBJECT


MAKES = (
    "from main import create_app, get_user\nimport pytest\n\n"
    "@pytest.fixture{scope}\ndef app():\n    yield create_app()\n\n"
)


@pytest.mark.parametrize(("scope", "counts"), [("", PASSES), ("(scope='session')", FAILS)])
def test_an_application_made_for_each_test_keeps_nothing(scope: str, counts: Counts) -> None:
    main = APP + "\ndef create_app():\n    return FastAPI()\n"

    assert said_of_resetting(MAKES.format(scope=scope) + f"def test_it(app):\n    {SET}", **{"main.py": main}) == counts


@pytest.mark.parametrize("test", [f"def replace():\n    {SET}", f"def test_it(client):\n    client.{SET}"])
def test_what_is_not_seen_is_undecided(test: str) -> None:
    assert said_of_resetting(HEAD + test) == UNKNOWN


ENGINE = "from sqlalchemy import create_engine\n\nengine = create_engine({url})\n"


def said_of_database(test: str, **files: str) -> Counts:
    return counts_of("testing.test_uses_production_database", {"main.py": APP, "tests/test_main.py": test, **files})


@pytest.mark.parametrize(
    "url",
    [
        "'sqlite://'",
        "'sqlite+aiosqlite:///:memory:'",
        "'sqlite:///./test.db'",
        "'postgresql://postgres:postgres@db:5432/shop_test'",
        "'postgresql+asyncpg://u:p@test-db.company.com/shop'",
        "f'{settings.url}_test'",
        "settings.TEST_DATABASE_URL",
        "container_for_tests()",
    ],
)
def test_these_databases_are_for_tests(url: str) -> None:
    assert said_of_database(f"from app import settings\n{ENGINE.format(url=url)}{TEST}") == PASSES


@pytest.mark.parametrize(
    ("url", "counts"),
    [
        ("'postgresql://u:p@db.company.com/shop'", FAILS),
        ("'mysql://u:p@8.8.8.8:3306/shop'", FAILS),
        ("'postgresql://u:p@localhost/shop'", UNKNOWN),
        ("'postgresql://u:p@postgres/shop'", UNKNOWN),
        ("'postgresql://u:p@10.0.0.7/shop'", UNKNOWN),
        ("'postgresql://u:p@db.example/shop'", UNKNOWN),
        ("os.environ['DATABASE_URL']", UNKNOWN),
        ("f'postgresql://u:p@{os.getenv(\"HOST\")}/shop'", UNKNOWN),
    ],
)
def test_only_a_database_elsewhere_is_another_ones_for_certain(url: str, counts: Counts) -> None:
    assert said_of_database(f"import os\n{ENGINE.format(url=url)}{TEST}") == counts


TEST = "\ndef test_it(client):\n    assert client.get('/')\n"
CLIENT = "from fastapi.testclient import TestClient\nfrom main import app\n\nclient = TestClient(app)\n"
STORE = (
    "from fastapi import Depends, FastAPI\nfrom pydantic_settings import BaseSettings\n"
    "from sqlalchemy import create_engine\n"
    "from sqlalchemy.orm import Session\n\nclass Settings(BaseSettings):\n    url: str = {default}\n\n"
    "engine = create_engine({url})\napp = FastAPI()\n\ndef get_session():\n    with Session(engine) as session:\n"
    "        yield session\n\n@app.get('/')\ndef read(session: Session = Depends(get_session)):\n    return 1\n"
)


@pytest.mark.parametrize(
    ("url", "counts"),
    [
        ("'postgresql://localhost/shop'", FAILS),
        ("'sqlite:///shop.db'", FAILS),
        ("'sqlite://'", PASSES),
        ("Settings().url", UNKNOWN),
    ],
)
def test_the_database_of_the_application_is_what_undisturbed_tests_reach(url: str, counts: Counts) -> None:
    main = STORE.format(url=url, default="'postgresql://db.company.com/shop'")

    assert said_of_database(CLIENT + TEST, **{"main.py": main}) == counts


REPLACING = [
    "import os\nos.environ['DATABASE_URL'] = url()\n",
    "import os\nos.environ.setdefault('APP_ENV', 'testing')\n",
    "import pytest\n\n@pytest.fixture(autouse=True)\ndef set(monkeypatch):\n    monkeypatch.setenv('DB_NAME', 'x')\n",
    "from main import app, get_session\napp.dependency_overrides[get_session] = lambda: 1\n",
    "import pytest\nfrom main import app, get_session\n\n@pytest.fixture\ndef replaced(monkeypatch):\n"
    "    monkeypatch.setitem(app.dependency_overrides, get_session, lambda: 1)\n",
    "from testcontainers.postgres import PostgresContainer\n\npostgres = PostgresContainer('postgres:17')\n",
    "from main import Settings\n\nsettings = Settings(url='sqlite://')\n",
    "import main\nmain.engine = connect()\n",
]


@pytest.mark.parametrize("conftest", REPLACING)
@pytest.mark.parametrize("rule", ["missing_dependency_overrides", "test_uses_production_database"])
def test_a_session_may_be_replaced_in_many_ways(rule: str, conftest: str) -> None:
    main = STORE.format(url="'sqlite:///shop.db'", default="''")
    files = {"main.py": main, "tests/conftest.py": conftest, "tests/test_main.py": CLIENT + TEST}

    assert counts_of(f"testing.{rule}", files) == PASSES


def said_of_overrides(conftest: str, **files: str) -> Counts:
    main = STORE.format(url="Settings().url", default="''")
    written = {"main.py": main, "tests/conftest.py": conftest, "tests/test_main.py": CLIENT + TEST, **files}
    return counts_of("testing.missing_dependency_overrides", written)


def test_a_transaction_that_a_fixture_takes_back_is_enough() -> None:
    fixture = "import pytest\n\n@pytest.fixture\ndef session(made):\n    yield made\n    made.rollback()\n"

    assert said_of_overrides(fixture) == PASSES


@pytest.mark.parametrize(
    "conftest",
    [
        "",
        "import os\nos.environ['TZ'] = 'UTC'\n",
        "from main import app\n\ndef clean():\n    app.dependency_overrides.clear()\n",
        "from unittest.mock import patch\n\nsend = patch('main.send')\n",
        "from dotenv import load_dotenv\n\nload_dotenv('.env')\n",
    ],
)
def test_these_replace_no_session(conftest: str) -> None:
    assert said_of_overrides(conftest) == FAILS


def test_what_is_patched_or_set_by_a_pipeline_is_undecided() -> None:
    patched = "from unittest.mock import patch\n\nsession = patch('main.get_session')\n"
    pipeline = "on: push\njobs:\n  a:\n    steps:\n      - run: pytest\n"

    assert said_of_overrides(patched) == UNKNOWN
    assert said_of_overrides("", **{".github/workflows/ci.yml": pipeline}) == UNKNOWN


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pytest.ini", "[pytest]\nenv =\n    DATABASE_URL=sqlite://\n"),
        ("Makefile", "test:\n\tDATABASE_URL=sqlite:// pytest\n"),
    ],
)
def test_configuration_may_set_the_environment(path: str, text: str) -> None:
    assert said_of_overrides("", **{path: text}) == PASSES


def test_without_sessions_there_is_nothing_to_replace() -> None:
    files = {"main.py": APP, "tests/test_main.py": CLIENT + TEST}

    assert counts_of("testing.missing_dependency_overrides", files) == NO_SUBJECT


SERVED = APP + "\n@app.get('/')\ndef read() -> int:\n    return 1\n"


def said_of_contract(test: str, **files: str) -> Counts:
    return counts_of("testing.missing_contract_tests", {"main.py": SERVED, "tests/test_main.py": test, **files})


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(client):\n    assert client.get('/openapi.json').json()['paths'] == {}\n",
        "from main import app\n\ndef test_it():\n    assert app.openapi()['paths'] == {}\n",
        "import schemathesis as s\n\nschema = s.from_path('openapi.json')\n\n@schema.parametrize()\n"
        "def test_it(case):\n    case.call_and_validate()\n",
    ],
)
def test_these_test_the_contract(test: str) -> None:
    assert said_of_contract(test) == PASSES


@pytest.mark.parametrize(
    "test",
    [
        "import schemathesis\n\ndef test_it():\n    assert True\n",
        "def test_it(client):\n    assert client.get('/openapi.json').status_code == 200\n",
        "from main import app\n\ndef test_it():\n    app.openapi()\n",
    ],
)
def test_these_do_not_test_it(test: str) -> None:
    assert said_of_contract(test) == FAILS


@pytest.mark.parametrize(
    ("step", "counts"),
    [
        ("run: uvx schemathesis run http://localhost/openapi.json", PASSES),
        ("run: st run openapi.json --base-url http://localhost", PASSES),
        ("run: docker run schemathesis/schemathesis:stable run http://localhost/openapi.json", PASSES),
        ("run: git diff --exit-code docs/openapi.json", PASSES),
        ("uses: schemathesis/action@v2", PASSES),
        ("run: pip install schemathesis", FAILS),
        ("run: git diff --exit-code uv.lock", FAILS),
    ],
)
def test_a_pipeline_may_test_the_contract(step: str, counts: Counts) -> None:
    pipeline = f"on: push\njobs:\n  a:\n    steps:\n      - {step}\n"

    assert said_of_contract("def test_it():\n    assert True\n", **{".github/workflows/ci.yml": pipeline}) == counts


MODELS = (
    "from fastapi import FastAPI\nfrom pydantic import BaseModel\n\napp = FastAPI()\n\n"
    "class Item(BaseModel):\n    name: str\n    price: int = 1\n"
)
IMPORTS = "from main import Item\n\n"


def said_of_data(test: str, **files: str) -> Counts:
    tests = IMPORTS + "".join(f"def test_{number}(client):\n    {test}\n\n" for number in range(5))
    return counts_of("testing.hand_built_test_data", {"main.py": MODELS, "tests/test_main.py": tests, **files})


@pytest.mark.parametrize(
    "test",
    [
        "assert Item(name='a', price=1)",
        "assert client.post('/', json={'name': 'a', 'price': 1, 'colour': 'red'})",
    ],
)
def test_the_same_data_in_many_tests_is_built_by_hand(test: str) -> None:
    assert said_of_data(test) == FAILS


def test_four_tests_are_not_many() -> None:
    tests = IMPORTS + "".join(f"def test_{number}():\n    Item(name='a', price=1)\n\n" for number in range(4))

    assert counts_of("testing.hand_built_test_data", {"main.py": MODELS, "tests/test_main.py": tests}) == NO_SUBJECT


@pytest.mark.parametrize(
    "test",
    [
        "assert Item(**client.get('/').json())",
        "assert Item(name='a')",
        "assert client.post('/', json={'name': 'a', 'price': 1})",
        "assert client.post('/', json={**item, 'price': 1, 'name': 'a'})",
    ],
)
def test_what_is_read_or_small_is_not_built_by_hand(test: str) -> None:
    assert said_of_data(test) == NO_SUBJECT


@pytest.mark.parametrize(
    "helper",
    [
        "from polyfactory.factories.pydantic_factory import ModelFactory\nfrom main import Item\n\n"
        "class Items(ModelFactory[Item]):\n    __model__ = Item\n",
        "import pytest\nfrom main import Item\n\n@pytest.fixture\ndef item():\n    return Item(name='a')\n",
        "import pytest\n\n@pytest.fixture\ndef payload():\n    return {'name': 'a', 'price': 1}\n",
        "def describe(item):\n    return {'name': item.name, 'kind': 'thing'}\n",
        "from faker import Faker\n\nfake = Faker()\n",
    ],
)
def test_whoever_has_a_factory_knows_how(helper: str) -> None:
    assert said_of_data("assert Item(name='a', price=1)", **{"tests/conftest.py": helper}) == PASSES
