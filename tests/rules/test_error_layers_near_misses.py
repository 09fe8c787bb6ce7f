"""What the rules about where errors are raised, logged and reported leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of

from fastapi_audit.testing import Files


def counts(rule: str, files: Files) -> Counts:
    return counts_of(f"errors.{rule}", files)


MAIN = """
from fastapi import Depends, FastAPI, HTTPException
from app.{module} import find
app = FastAPI()
@app.get("/x")
def read(number: int{more}): return find(number)
"""
FIND = "from fastapi import HTTPException\ndef find(number: int):\n    raise HTTPException(404)\n"


@pytest.mark.parametrize(
    ("module", "more", "expected"),
    [
        ("services", "", (0, 1, 0)),
        ("crud", "", (0, 1, 0)),
        ("services", ", found=Depends(find)", (1, 0, 0)),
        ("deps", "", (1, 0, 0)),
        ("common", "", (0, 0, 1)),
        ("serviceability", "", (0, 0, 1)),
    ],
)
def test_the_layer_is_that_of_the_module_unless_fastapi_calls_the_function(
    module: str, more: str, expected: tuple[int, int, int]
) -> None:
    files = {"app/main.py": MAIN.format(module=module, more=more), f"app/{module}.py": FIND}

    assert counts("http_exception_outside_web_layer", files) == expected


def test_a_function_that_asks_the_database_is_no_part_of_the_web_layer() -> None:
    find = """
from fastapi import HTTPException
from sqlalchemy.orm import Session
def find(number: int, session: Session):
    if session.get(int, number) is None:
        raise HTTPException(404)
"""
    files = {"app/main.py": MAIN.format(module="common", more=""), "app/common.py": find}

    assert counts("http_exception_outside_web_layer", files) == (0, 1, 0)


def test_what_is_nested_in_a_dependency_belongs_to_it() -> None:
    services = """
from fastapi import HTTPException
def find(number: int):
    def fail(): raise HTTPException(404)
    return fail()
"""
    files = {
        "app/main.py": MAIN.format(module="services", more=", found=Depends(find)"),
        "app/services.py": services,
    }

    assert counts("http_exception_outside_web_layer", files) == (1, 0, 0)


@pytest.mark.parametrize(
    "parameter",
    ["who: str = Depends(basic)", "who: Annotated[str, Depends(basic)]", "who: Who"],
)
def test_what_takes_a_dependency_is_one_itself_even_where_no_route_reaches_it(parameter: str) -> None:
    auth = f"""
from typing import Annotated
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBasic
from sqlalchemy.orm import Session
basic = HTTPBasic()
Who = Annotated[str, Depends(basic)]
def validate(session: Session, {parameter}):
    if not session.execute("SELECT 1"): raise HTTPException(401)
"""
    main = "from fastapi import FastAPI\nfrom app import auth\napp = FastAPI()"

    assert counts("http_exception_outside_web_layer", {"app/main.py": main, "app/auth.py": auth}) == (1, 0, 0)


CLAUSE = """
import logging
import structlog
import sentry_sdk
from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
logger = structlog.get_logger()
def note(error): tell(error)
def tell(error): logging.getLogger("x").error("failed", exc_info=error)
class Reader:
    def __init__(self): self.log = logging.getLogger("x")
    def read(self, error): self.log.warning("failed")
app = FastAPI()
@app.get("/x")
def read(number: int):
    try:
        return 1 / number
    except Exception as error:
        {line}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("raise HTTPException(500)", (0, 1, 0)),
        ("return JSONResponse({}, status_code=502)", (0, 1, 0)),
        ("number.error(); raise HTTPException(500)", (1, 0, 0)),
        ("logger.exception('failed'); raise HTTPException(500)", (1, 0, 0)),
        ("logger.aerror('failed'); raise HTTPException(500)", (1, 0, 0)),
        ("number.answer(); raise HTTPException(500)", (0, 1, 0)),
        ("note(error); raise HTTPException(500)", (1, 0, 0)),
        ("Reader().read(error); raise HTTPException(500)", (1, 0, 0)),
        ("sentry_sdk.capture_exception(error); raise HTTPException(500)", (1, 0, 0)),
        ("raise HTTPException(404)", (0, 0, 0)),
        ("raise HTTPException(501)", (0, 0, 0)),
        ("raise", (0, 0, 0)),
    ],
)
def test_a_log_on_the_way_to_the_answer_is_found(line: str, expected: tuple[int, int, int]) -> None:
    assert counts("server_error_not_logged", {"app/main.py": CLAUSE.replace("{line}", line)}) == expected


@pytest.mark.parametrize(
    ("caught", "status", "expected"),
    [
        ("Full", 503, (0, 0, 0)),
        ("Full", 500, (0, 1, 0)),
        ("(Full, OSError)", 503, (0, 1, 0)),
        ("Exception", 503, (0, 1, 0)),
    ],
)
def test_a_service_that_is_too_busy_need_not_log_it(caught: str, status: int, expected: tuple[int, int, int]) -> None:
    code = f"""
from fastapi import FastAPI, HTTPException
app = FastAPI()
class Full(Exception): ...
@app.post("/")
def f():
    try:
        print(1)
    except {caught}:
        raise HTTPException({status}, "busy")
"""
    assert counts("server_error_not_logged", {"app/main.py": code}) == expected


def test_an_error_tracker_sees_what_nothing_logs() -> None:
    code = CLAUSE.replace("{line}", "raise HTTPException(500)") + "\nsentry_sdk.init(dsn='')\n"

    assert counts("server_error_not_logged", {"app/main.py": code}) == (1, 0, 0)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("raise HTTPException(400)", (0, 1, 0)),
        ("raise HTTPException(400) from error", (1, 0, 0)),
        ("raise HTTPException(400) from None", (1, 0, 0)),
        ("raise error", (0, 0, 0)),
        ("raise error.with_traceback(None)", (0, 0, 0)),
        ("raise error.__cause__", (0, 0, 0)),
        ("raise", (0, 0, 0)),
    ],
)
def test_only_another_exception_needs_a_cause(line: str, expected: tuple[int, int, int]) -> None:
    assert counts("missing_cause", {"app/main.py": CLAUSE.replace("{line}", line)}) == expected


SERVICE = (
    "from fastapi import FastAPI\nimport sentry_sdk as tracker\napp = FastAPI()\n@app.get('/x')\ndef read(): ...\n"
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app/main.py": SERVICE, "requirements.txt": "fastapi\nsentry-sdk\n"}, (0, 1, 0)),
        ({"app/main.py": SERVICE + "tracker.init('dsn')\n"}, (1, 0, 0)),
        ({"app/main.py": SERVICE, "tests/test_x.py": "import sentry_sdk\nsentry_sdk.init('dsn')\n"}, (0, 1, 0)),
        ({"app/main.py": SERVICE, "Dockerfile": "FROM a\nENTRYPOINT newrelic-admin run-program uvicorn\n"}, (1, 0, 0)),
        ({"app/main.py": SERVICE, "Dockerfile": "FROM a\nCMD ddtrace-run x\nCMD uvicorn x\n"}, (0, 1, 0)),
        (
            {
                "app/main.py": SERVICE + "from elasticapm.contrib.starlette import ElasticAPM\n"
                "app.add_middleware(ElasticAPM)\n"
            },
            (1, 0, 0),
        ),
        ({"app/main.py": "import sentry_sdk\n"}, (0, 0, 0)),
    ],
)
def test_monitoring_is_what_is_switched_on(files: Files, expected: tuple[int, int, int]) -> None:
    assert counts("missing_error_monitoring", files) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("raise HTTPException(429)", (0, 1, 0)),
        ("raise HTTPException(429, headers={'X': '1'})", (0, 1, 0)),
        ("raise HTTPException(429, 'slow', {'RETRY-AFTER': '1'})", (1, 0, 0)),
        ("raise HTTPException(429, headers=number)", (0, 0, 1)),
        ("raise HTTPException(429, **number)", (0, 0, 1)),
        ("raise HTTPException(428)", (0, 0, 0)),
    ],
)
def test_headers_are_read_as_far_as_they_are_known(answer: str, expected: tuple[int, int, int]) -> None:
    code = f"from fastapi import HTTPException\ndef slow(number):\n    {answer}\n"

    assert counts("retry_after_missing", {"app/main.py": code}) == expected
