"""What the rules of correctness say that FastAPI does, done by FastAPI, at the borders where a version changed it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version
from runtime.interpreter import PYTHON, Interpreter

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def claims() -> dict[str, Any]:
    """What each claim came to, by its name."""
    command = [PYTHON, "-m", "runtime.claims"]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a_model_beside_a_form_field", 422),
        ("a_plain_body_beside_a_form_field", 200),
        ("a_list_on_get_is_the_body", "[1]"),
        ("a_nullable_query_parameter_left_out", 422),
        ("a_nullable_field_left_out", 422),
        ("events_of_an_application_with_a_lifespan", ["lifespan"]),
        ("events_of_a_router_with_a_lifespan_in_an_application_with_one", []),
        ("a_prefix_without_a_leading_slash", "AssertionError"),
        ("a_prefix_with_a_trailing_slash", "AssertionError"),
        ("an_empty_path_without_a_prefix", "FastAPIError"),
        ("a_path_without_a_slash_behind_a_prefix", ["/itemsexport"]),
        ("two_handlers_of_one_exception", "second"),
        ("a_handler_of_500_after_one_of_exception", "500"),
        ("a_handler_of_what_is_no_exception", "AssertionError"),
        ("what_refuses_outside_of_cors", []),
        ("what_refuses_inside_of_cors", ["access-control-allow-origin"]),
        ("what_reads_the_user_outside_of_authentication", 500),
        ("what_reads_the_user_inside_of_authentication", 200),
    ],
)
def test_every_version_does_what_the_rules_say(claims: dict[str, Any], name: str, expected: object) -> None:
    assert claims[name] == expected


def test_events_of_routers_beside_a_lifespan_run_from_0_112_2_on(claims: dict[str, Any], fastapi: Interpreter) -> None:
    also = ["on_event"] if fastapi.fastapi >= Version("0.112.2") else []
    assert claims["events_of_a_router_in_an_application_with_a_lifespan"] == ["lifespan", *also]


def test_a_ring_of_routers_is_refused_from_0_137_on(claims: dict[str, Any], fastapi: Interpreter) -> None:
    assert claims["a_ring_of_routers"] == ("AssertionError" if fastapi.fastapi >= Version("0.137") else "")


def test_a_model_of_form_fields_beside_others_works_from_0_158_on(claims: dict[str, Any], fastapi: Interpreter) -> None:
    is_taken = claims["a_model_of_form_fields_beside_another"] == 200
    assert is_taken == (fastapi.fastapi >= Version("0.158"))
