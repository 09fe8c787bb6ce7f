"""Look-alikes of the rules about errors, logs, probes and pages."""

from __future__ import annotations

from importlib import import_module

from fastapi_audit.testing import Reported, check_files

HEADER = """
import json
from contextlib import suppress
from typing import Annotated

import redis.asyncio
from fastapi import FastAPI, HTTPException, Query
from loguru import logger
from pydantic import Field

app = FastAPI()


"""
LINES = HEADER.count("\n")
APPLICATION = ("main.py", HEADER.split("\n").index("app = FastAPI()") + 1)


def report(rule: str, code: str) -> Reported:
    reported = check_files(import_module(f"fastapi_audit_rules.{rule}"), {"main.py": HEADER + code})
    assert reported.crashes == ()
    return reported


def test_a_redirect_raised_as_an_exception_is_no_bare_error() -> None:
    code = 'def leave() -> None:\n    raise HTTPException(303, headers={"Location": "/"})\n'

    assert report("errors.bare_http_exception", code).lines == frozenset()


def test_an_exception_made_before_it_is_raised_is_judged_by_its_detail() -> None:
    code = 'def leave() -> None:\n    error = HTTPException(404, "gone")\n    raise error\n'

    assert report("errors.bare_http_exception", code).lines == {("main.py", LINES + 3)}


def test_a_detail_handed_on_by_name_is_not_guessed() -> None:
    code = "def leave(options: dict[str, str]) -> None:\n    raise HTTPException(404, **options)\n"

    assert report("errors.bare_http_exception", code).lines == frozenset()


def test_a_broad_suppression_beside_a_narrow_one_counts_as_broad() -> None:
    code = "def leave() -> None:\n    with suppress(KeyError, Exception):\n        print(1)\n"

    assert report("errors.swallowed_exception", code).lines == {("main.py", LINES + 2)}


def test_attempts_that_end_in_a_raise_are_not_swallowed() -> None:
    code = """def parse(texts: list[str]) -> object:
    for text in texts:
        try:
            return json.loads(text)
        except Exception:
            continue
    raise ValueError("none can be read")
"""

    assert report("errors.swallowed_exception", code).lines == frozenset()


def test_closing_alone_is_silence() -> None:
    code = """def save(cache: redis.asyncio.Redis) -> None:
    try:
        print(1)
    except Exception:
        cache.close()
"""

    assert report("errors.swallowed_exception", code).lines == {("main.py", LINES + 4)}


def test_a_middleware_that_raises_again_is_no_handler() -> None:
    code = """@app.middleware("http")
async def watch(request, call_next):
    try:
        return await call_next(request)
    except Exception:
        logger.exception("failed")
        raise


@app.get("/")
def read() -> str:
    return "hello"
"""

    assert report("errors.missing_global_exception_handler", code).lines == {APPLICATION}


def test_loguru_with_serialize_is_structured_and_without_it_is_not() -> None:
    structured = report("observability.unstructured_logging", 'logger.add("log", serialize=True)\n')
    plain = report("observability.unstructured_logging", 'logger.add("log")\n')

    assert structured.passes == 1
    assert plain.project_findings == 1


def test_a_status_of_a_thing_is_no_liveness_endpoint() -> None:
    code = '@app.get("/orders/{order}/status")\ndef read(order: int) -> str:\n    return "sent"\n'

    assert report("observability.missing_liveness_endpoint", code).lines == {APPLICATION}


def test_a_health_endpoint_that_pings_the_cache_is_one_of_readiness() -> None:
    code = """cache = redis.asyncio.from_url("redis://cache")


@app.get("/health-check/")
async def health() -> str:
    await cache.ping()
    return "ok"
"""

    assert report("observability.missing_readiness_endpoint", code).passes == 1


def test_a_page_size_capped_by_a_field_is_capped() -> None:
    code = """@app.get("/items")
def read(limit: Annotated[int, Field(le=100)] = 10, per_page: Annotated[int, Query(ge=1)] = 10) -> list[str]:
    return ["lamp"][:limit]
"""
    reported = report("performance.uncapped_page_size", code)

    assert reported.passes == 1
    assert reported.lines == {("main.py", LINES + 2)}
