"""The code of the tests: fixtures and who gets them, marks, nested functions, configurations."""

from __future__ import annotations

from linking_builders import project_of

from fastapi_audit.model.module import Function
from fastapi_audit.model.project import Project
from fastapi_audit.testing import understand_files

TESTS = """
    import pytest

    pytestmark = pytest.mark.anyio

    @pytest.fixture(scope="module")
    def client(client):
        return client

    class TestIt:
        @pytest.fixture(autouse=True)
        def own(self): ...

        @pytest.mark.usefixtures("clean")
        async def test_it(self, client):
            def inner():
                print(client)
            inner()

    def test_other(): ...
"""
CONFTEST = """
    from pytest import fixture

    @fixture(scope="session")
    def client(settings): ...

    @fixture(name="settings")
    def make_settings(): ...

    @fixture
    def clean(): ...
"""


def function(project: Project, qualname: str) -> Function:
    return next(one for one in project.suite.functions if one.qualname == qualname)


def suite_project() -> Project:
    return project_of(main="from fastapi import FastAPI\n", tests__test_it=TESTS, tests__conftest=CONFTEST)


def test_a_test_gets_the_fixtures_that_it_names_what_these_need_and_the_automatic_ones() -> None:
    project = suite_project()
    found = project.suite.fixtures_of(function(project, "TestIt.test_it"))

    assert [(one.name, one.scope) for one in found] == [
        ("client", "module"),
        ("clean", "function"),
        ("own", "function"),
        ("client", "session"),
        ("settings", "function"),
    ]


def test_an_automatic_fixture_of_a_class_is_for_its_tests_only() -> None:
    project = suite_project()

    assert project.suite.fixtures_of(function(project, "test_other")) == ()


def test_marks_of_a_module_hold_for_its_tests() -> None:
    project = suite_project()

    assert "pytest.mark.anyio" in project.suite.marks[function(project, "TestIt.test_it")]


def test_functions_inside_of_tests_are_known_with_their_calls() -> None:
    project = suite_project()
    test = function(project, "TestIt.test_it")
    _, inner = project.suite.inside(test)

    assert [call.name for call in project.suite.calls_in(inner)] == ["print"]
    assert [call.function for call in project.suite.callers(inner)] == [test]


def test_configurations_are_in_the_order_in_which_pytest_looks_for_them() -> None:
    files = {
        "main.py": "from fastapi import FastAPI\n",
        "setup.cfg": "[tool:pytest]\naddopts = -ra\n",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-q'\n",
        "tox.ini": "[tox]\nenvlist = py\n",
        "tests/pytest.ini": "[pytest]\n",
    }
    (project,) = understand_files(files)

    paths = [one.path for one in project.suite.configurations_of("tests/test_main.py")]
    assert paths == ["tests/pytest.ini", "pyproject.toml", "setup.cfg"]
