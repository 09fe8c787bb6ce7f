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
