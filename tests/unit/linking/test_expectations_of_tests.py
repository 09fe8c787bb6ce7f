"""What tests expect: an error, a success, or what cannot be told."""

from __future__ import annotations

from textwrap import dedent

import pytest

from fastapi_audit.model.tests import Run
from fastapi_audit.testing import understand_files

MAIN = """
from fastapi import FastAPI

app = FastAPI()

@app.get("/")
def read(): ...

def compute(): ...
"""
HEAD = """
import unittest
from contextlib import nullcontext
from http import HTTPStatus
import httpx
import pytest
from fastapi import HTTPException, status
from fastapi.testclient import TestClient
from app.main import app, compute
client = TestClient(app)
"""


def runs_of(test: str) -> tuple[Run, ...]:
    (project,) = understand_files({"app/__init__.py": "", "app/main.py": MAIN, "tests/test_it.py": HEAD + dedent(test)})
    return tuple(project.exercise.runs)


def outcomes(test: str) -> list[bool | None]:
    return [run.expects_error if run.is_seen else None for run in runs_of(test)]


@pytest.mark.parametrize(
    ("expected", "assertion"),
    [
        (True, "assert r.status_code == 404"),
        (True, "assert 404 == r.status_code"),
        (True, "assert r.status_code == status.HTTP_404_NOT_FOUND, r.text"),
        (True, "assert r.status_code == HTTPStatus.NOT_FOUND.value"),
        (True, "assert r.status_code == httpx.codes.NOT_FOUND"),
        (True, "assert r.status_code in (400, 422)"),
        (True, "assert r.status_code in {status.HTTP_400_BAD_REQUEST}"),
        (True, "assert 400 <= r.status_code < 500"),
        (True, "assert r.status_code >= 400"),
        (True, "assert r.status_code != 200"),
        (True, "assert not r.is_success"),
        (True, "assert r.is_client_error and r.text"),
        (True, "assert r.text and r.status_code == 404"),
        (True, "assert r.status_code == 401 or r.status_code == 403"),
        (True, "assert (r.status_code, r.text) == (404, '')"),
        (True, "assert all(one.status_code == 404 for one in [r])"),
        (True, "assert_status(r, 403)"),
        (True, "with pytest.raises(HTTPException): compute()"),
        (True, "pytest.raises((ValueError, KeyError), compute)"),
        (True, "assert result.exit_code == 1"),
        (True, "assert result.returncode != 0"),
        (True, "assert r.status_code == 200; assert r.status_code == 404"),
        (True, "assert r.status_code == 302; assert 'error=' in r.headers['Location']"),
        (True, "assert r.status_code == 303; assert r.headers['location'].endswith('/login?error=expired')"),
        (True, "assert r.status_code == 307; assert f'error={expected}' in str(r.url)"),
        (True, "assert r.status_code == 302; assert result['error'] == ['access_denied']"),
        (True, "assert r.status_code == 302; assert 'error' in result"),
        (False, "assert r.status_code == 302; assert 'error=' not in r.headers['Location']"),
        (False, "assert r.status_code == 302; assert not r.headers['location'].endswith('error=expired')"),
        (False, "assert r.status_code == 302; assert result['error'] == ''"),
        (False, "assert r.status_code == 302; assert 'error' not in result"),
        (False, "assert r.status_code == 302; assert 'code=' in r.headers['Location']"),
        (False, "assert r.status_code == 200; assert 'error=' in r.text"),
        (False, "assert r.status_code == 200"),
        (False, "assert 200 <= r.status_code < 300"),
        (False, "assert r.status_code < 400"),
        (False, "assert r.status_code != 404"),
        (False, "assert r.status_code in (200, 404)"),
        (False, "assert r.is_success"),
        (False, "assert not r.is_error"),
        (False, "r.raise_for_status()"),
        (False, "assert result.exit_code == 0"),
        (False, "assert r.json() == {'items': []}"),
        (False, "assert compute() == 1"),
        (False, "assert compute() is not None"),
        (False, "assert compute() is None; assert r.json() == []"),
        (None, "assert compute() is None"),
        (None, "assert not compute()"),
        (None, "assert compute() is False"),
        (False, "mocked.assert_called_once()"),
        (None, "compute()"),
        (None, "assert r.status_code == expected"),
        (None, "assert r.json() == snapshot"),
        (None, "assert r.json()['detail'] == 'gone'"),
        (None, "assert r.json() == {'detail': 'gone'}"),
    ],
)
def test_an_assertion_says_what_is_expected(expected: bool | None, assertion: str) -> None:
    test = f"""
        def assert_status(response, expected):
            assert response.status_code == expected

        def test_it(result, mocked, snapshot, expected):
            r = client.get("/")
            {assertion}
    """

    assert outcomes(test) == [expected]


@pytest.mark.parametrize(
    ("expected", "assertion"),
    [
        (True, "self.assertEqual(r.status_code, 404)"),
        (True, "self.assertEqual(r.status_code, 302); self.assertIn('error=denied', r.headers['location'])"),
        (False, "self.assertEqual(r.status_code, 302); self.assertNotIn('error=denied', r.headers['location'])"),
        (True, "self.assertEqual(404, r.status_code)"),
        (True, "self.assertIn(r.status_code, [401, 403])"),
        (True, "self.assertFalse(r.is_success)"),
        (True, "with self.assertRaises(ValueError): compute()"),
        (True, "with self.assertRaisesRegex(ValueError, 'no'): compute()"),
        (False, "self.assertEqual(r.status_code, 200)"),
        (False, "self.assertEqual(r.json(), {'code': 404})"),
        (False, "self.assertTrue(r.is_success)"),
        (None, "self.assertIsNone(compute())"),
        (None, "self.assertFalse(compute())"),
    ],
)
def test_unittest_has_its_own_assertions(expected: bool | None, assertion: str) -> None:
    test = f"""
        class TestIt(unittest.TestCase):
            def test_it(self):
                r = client.get("/")
                {assertion}
    """

    assert outcomes(test) == [expected]


def test_each_run_of_a_parametrised_test_counts() -> None:
    found = outcomes("""
        @pytest.mark.parametrize("page, expected", [(1, 200), (0, 422), ("x", status.HTTP_422_UNPROCESSABLE_ENTITY)])
        def test_pages(page, expected):
            assert client.get("/", params={"page": page}).status_code == expected
    """)

    assert found == [False, True, True]


def test_a_parameter_may_be_the_expectation() -> None:
    found = outcomes("""
        @pytest.mark.parametrize("expectation", [nullcontext(), pytest.raises(ValueError)])
        def test_it(expectation):
            with expectation:
                assert compute() == 1
    """)

    assert found == [False, True]


def test_a_name_is_no_evidence_and_an_expected_failure_no_error() -> None:
    found = outcomes("""
        @pytest.mark.xfail
        def test_invalid_item_not_found():
            assert client.get("/").status_code == 200
    """)

    assert found == [False]


def test_a_condition_is_no_assertion() -> None:
    found = outcomes("""
        def test_it():
            response = client.get("/")
            if response.status_code == 404:
                return
            assert response.json() == []
    """)

    assert found == [False]


def test_the_exceptions_that_are_expected_are_named() -> None:
    (run,) = runs_of("def test_it():\n    with pytest.raises(HTTPException): compute()\n")

    assert run.raised == ("fastapi.HTTPException",)
