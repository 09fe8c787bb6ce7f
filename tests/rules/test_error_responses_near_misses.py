"""What the rules about error responses leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of, result_of

HEAD = """
import logging
import traceback

import httpx
import jwt
from fastapi import FastAPI, HTTPException, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel, ValidationError

class Own(Exception): ...

class Problem(BaseModel):
    code: str
    message: str

class Note(BaseModel):
    text: str

class Refused(HTTPException):
    def __init__(self, message): super().__init__(status_code=400, detail=message)

def respond(code, message):
    return JSONResponse({"code": code, "message": message}, status_code=code)

logger = logging.getLogger(__name__)
app = FastAPI()
"""


def counts(rule: str, code: str, extra: dict[str, str] | None = None) -> Counts:
    return counts_of(f"errors.{rule}", {"app/main.py": HEAD + code, **(extra or {})})


def in_clause(kind: str, *lines: str) -> str:
    body = "\n        ".join(lines)
    return f"\n@app.get('/x')\ndef read():\n    try:\n        print(1)\n    except {kind} as error:\n        {body}\n"


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("Exception", "raise HTTPException(400, str(error))"),
        ("Exception", "raise HTTPException(status_code=400, detail={'code': 'X', 'message': f'no: {error!r}'})"),
        ("Exception", "raise HTTPException(400, 'no: ' + error.args[0])"),
        ("Exception", "raise HTTPException(400, 'no: {}'.format(error))"),
        ("Exception", "raise HTTPException(400, 'no: %s' % error)"),
        ("Exception", "raise Refused(repr(error))"),
        ("Exception", "return respond(500, str(error))"),
        ("Exception", "return {'problem': str(error)}"),
        ("Exception", "return JSONResponse(Problem(code='X', message=str(error)).model_dump(), status_code=500)"),
        ("OSError", "raise HTTPException(400, str(error))"),
        ("(ValueError, httpx.HTTPError)", "raise HTTPException(400, str(error))"),
        ("jwt.PyJWTError", "raise HTTPException(401, str(error))"),
        ("Own", "raise HTTPException(status.HTTP_502_BAD_GATEWAY, str(error))"),
        ("Own", "raise HTTPException(400, traceback.format_exc())"),
    ],
)
def test_the_text_of_an_exception_is_followed_to_the_body(kind: str, line: str) -> None:
    assert counts("internal_detail_leaked", in_clause(kind, line))[1] == 1


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("Exception", "raise HTTPException(400, type(error).__name__)"),
        ("Exception", "raise HTTPException(500, 'failed') from error"),
        ("Exception", "raise HTTPException(500, str(error) if app.debug else 'failed')"),
        ("Exception", "logger.error(str(error)); raise HTTPException(500, 'failed')"),
        ("httpx.HTTPStatusError", "raise HTTPException(error.response.status_code, 'the service failed')"),
        ("HTTPException", "raise HTTPException(error.status_code, error.detail)"),
        ("ValidationError", "raise HTTPException(422, error.errors())"),
        ("ValueError", "raise HTTPException(400, str(error))"),
        ("Own", "raise HTTPException(404, str(error))"),
        ("(Own, KeyError)", "raise HTTPException(404, str(error))"),
        ("Exception", "return {'failed': True}"),
    ],
)
def test_what_is_written_for_callers_or_kept_from_them_is_no_leak(kind: str, line: str) -> None:
    assert counts("internal_detail_leaked", in_clause(kind, line))[1] == 0


HANDLER = """
async def answer(request: Request, error: Exception):
    return JSONResponse({{"code": "X", "message": str(error)}}, status_code={status})
app.add_exception_handler({kind}, answer)
"""


@pytest.mark.parametrize(
    ("kind", "status", "fails"),
    [
        ("Exception", 500, 1),
        ("500", 500, 1),
        ("httpx.HTTPError", 502, 1),
        ("httpx.HTTPError", 400, 0),
        ("Own", 400, 0),
        ("ValueError", 400, 0),
        ("404", 404, 0),
        ("RequestValidationError", 422, 0),
    ],
)
def test_a_handler_is_judged_by_what_it_is_registered_for(kind: str, status: int, fails: int) -> None:
    assert counts("internal_detail_leaked", HANDLER.format(kind=kind, status=status))[1] == fails


def test_a_text_made_in_another_module_is_followed_by_the_exception_that_is_caught_here() -> None:
    code = "from app.answers import refuse\n" + in_clause("Exception", "return refuse(str(error))")
    answers = {
        "app/answers.py": "from fastapi.responses import JSONResponse\n"
        "def refuse(message):\n    return JSONResponse({'code': 'X', 'message': message}, status_code=500)\n"
    }

    assert counts("internal_detail_leaked", code, answers)[1] == 1


@pytest.mark.parametrize(("use", "fails"), [("fail(error)", 1), ("print(error)", 0)])
def test_an_exception_that_is_handed_on_is_followed_to_the_function_that_answers(use: str, fails: int) -> None:
    code = "\ndef fail(error: Exception):\n    raise HTTPException(400, str(error))\n" + in_clause("Exception", use)

    assert counts("internal_detail_leaked", code)[1] == fails


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("translate(error)", (0, 1)),
        ("{'code': 'X', 'message': str(error)}", (1, 0)),
    ],
)
def test_a_function_that_takes_an_error_may_tell_its_text_or_not(answer: str, expected: tuple[int, int]) -> None:
    code = f"from translators import translate\ndef told(error: Exception):\n    return {answer}\n" + in_clause(
        "Exception", "return JSONResponse(told(error), status_code=500)"
    )

    assert counts("internal_detail_leaked", code)[1:] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{'code': 'X', 'message': 'no'}", (1, 0, 0)),
        ("{'error': {'code': 'X', 'message': 'no', 'details': {}}}", (1, 0, 0)),
        ("{'error': 'invalid_grant', 'error_description': 'no'}", (1, 0, 0)),
        ("{'detail': [{'type': 'missing', 'msg': 'no', 'loc': []}]}", (1, 0, 0)),
        ("Problem(code='X', message='no').model_dump()", (1, 0, 0)),
        ("{'error': Problem(code='X', message='no').model_dump()}", (1, 0, 0)),
        ("{'error': 'no'}", (0, 1, 0)),
        ("{'error': str(number) or 'no'}", (0, 1, 0)),
        ("{'detail': f'no {number}'}", (0, 1, 0)),
        ("'no'", (0, 1, 0)),
        ("Note(text='no').model_dump()", (0, 1, 0)),
        ("load(number)", (0, 0, 1)),
        ("{**load(number)}", (0, 0, 1)),
    ],
)
def test_a_body_is_structured_by_its_code_and_message(body: str, expected: tuple[int, int, int]) -> None:
    code = f"\n@app.get('/x')\ndef read(number: int):\n    return JSONResponse({body}, status_code=400)\n"

    assert counts("unstructured_error_body", code) == expected


def test_what_a_probe_reports_is_no_error_body() -> None:
    code = "\n@app.get('/ready')\ndef ready():\n    return JSONResponse({'status': 'down'}, status_code=503)\n"

    assert counts("unstructured_error_body", code) == (0, 0, 0)


def answered(*lines: str, path: str = "/x") -> str:
    body = "\n        ".join(lines)
    head = f"\n@app.get('{path}')\ndef read(number: int, response: Response):\n"
    return f"{head}    if number:\n        {body}\n    return 1\n"


@pytest.mark.parametrize(
    "lines",
    [
        ("return {'error': 'no'}",),
        ("return {'error': f'no {number}', 'data': None}",),
        ("return {'success': False, 'data': []}",),
        ("return {'status': 'failed'}",),
        ("body = {'error': 'no'}", "return body"),
        ("return JSONResponse({'error': 'no'}, 200)",),
        ("raise HTTPException(status.HTTP_200_OK, 'no')",),
    ],
)
def test_an_error_under_a_status_of_success_is_reported(lines: tuple[str, ...]) -> None:
    assert counts("error_with_success_status", answered(*lines))[1] == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("return {'error': None}",),
        ("return {'error': ''}",),
        ("return {'errors': ['a']}",),
        ("return {'status': 'ok', 'failed': 3}",),
        ("return JSONResponse({'error': 'no'}, number)",),
        ("return JSONResponse({'error': 'no'}, status_code=400)",),
        ("response.status_code = 404", "return {'error': 'no'}"),
        ("return {'jsonrpc': '2.0', 'error': 'no'}",),
        ("raise HTTPException(304)",),
    ],
)
def test_other_answers_are_no_failures(lines: tuple[str, ...]) -> None:
    assert counts("error_with_success_status", answered(*lines))[1] == 0


@pytest.mark.parametrize("path", ["/health", "/v1/healthz/", "/webhooks/stripe"])
def test_probes_and_webhooks_answer_as_their_callers_want(path: str) -> None:
    assert counts("error_with_success_status", answered("return {'status': 'error'}", path=path))[1] == 0


def test_a_function_that_handles_no_route_may_return_what_it_likes() -> None:
    code = "\ndef find(number):\n    if number:\n        return {'error': 'no'}\n    return {}\n"

    assert counts("error_with_success_status", code) == (0, 0, 0)


@pytest.mark.parametrize(
    ("raised", "fails"),
    [
        ("raise Own('come back later')", 0),
        ("raise Own", 0),
        ("raise Own(f'no {name}')", 1),
        ("raise Own(*name)", 1),
    ],
)
def test_a_text_that_stands_in_the_code_is_no_internal_detail(raised: str, fails: int) -> None:
    code = f"""
def work(name):
    {raised}

@app.get('/x')
def read(name: str):
    try:
        work(name)
    except Own as error:
        raise HTTPException(503, str(error))
"""

    assert counts("internal_detail_leaked", code)[1] == fails


@pytest.mark.parametrize(("status", "fails"), [(422, 0), (500, 0)])
def test_what_a_parser_says_of_its_input_is_for_who_wrote_it(status: int, fails: int) -> None:
    code = "import yaml\n" + in_clause("yaml.YAMLError", f"raise HTTPException({status}, str(error))")

    assert counts("internal_detail_leaked", code)[1] == fails


CONSTANT = """
class ReadOnly(Exception):
    def __init__(self{parameters}):
        {body}

def write():
    try:
        print(1)
    except OSError as error:
        raise {raised} from error

@app.put("/x")
def change():
    try:
        write()
    except ReadOnly as error:
        logger.critical(error.message)
        raise HTTPException(status_code=500, detail={detail}) from error
"""
KEPT = 'self.message = "read only"; super().__init__(self.message)'


@pytest.mark.parametrize("detail", ["error.message", "str(error)"])
@pytest.mark.parametrize(
    ("parameters", "body", "raised", "fails"),
    [
        ("", KEPT, "ReadOnly", 0),
        ("", KEPT, "ReadOnly()", 0),
        (", path", f"self.path = path; {KEPT}", "ReadOnly(error)", 0),
        (", path", 'super().__init__("read only")', "ReadOnly(error)", 0),
        (", path", "self.message = path; super().__init__(self.message)", "ReadOnly(error)", 1),
        (", path", 'self.message = "read only"; super().__init__(path)', "ReadOnly(error)", 1),
        (", path", 'self.message = path; super().__init__("read only")', "ReadOnly(error)", 1),
        (", path", 'self.message = f"no {path}"; super().__init__(self.message)', "ReadOnly(error)", 1),
        (", path", 'self.message = "read only"', "ReadOnly(error)", 1),
    ],
)
def test_a_text_that_the_constructor_of_an_error_has_is_no_internal_detail(
    parameters: str, body: str, raised: str, fails: int, detail: str
) -> None:
    code = CONSTANT.format(parameters=parameters, body=body, raised=raised, detail=detail)
    assert counts("internal_detail_leaked", code)[1] == fails


def test_an_error_with_a_text_of_its_own_making_is_no_constant() -> None:
    code = CONSTANT.format(parameters=", path", body=KEPT, raised="ReadOnly(error)", detail="str(error)")
    own = "\n    def __str__(self):\n        return self.path\n\ndef write"
    assert counts("internal_detail_leaked", code.replace("\ndef write", own))[1] == 1


@pytest.mark.parametrize("kind", ["Exception", "httpx.HTTPError", "Own"])
def test_an_exception_that_is_the_detail_itself_has_no_text(kind: str) -> None:
    assert counts("internal_detail_leaked", in_clause(kind, "raise HTTPException(500, detail=error)"))[1] == 0
    assert counts("internal_detail_leaked", in_clause(kind, "raise HTTPException(500, detail=error.args[0])"))[1] == 1


OWN_RESPONSE = """
class Said(JSONResponse):
    def __init__(self, message: str, error: str = "", status_code: int = 200):
        super().__init__({"message": message, "error": error}, status_code=status_code)

class Failed(JSONResponse):
    def __init__(self, message: str, error: str = "no"):
        super().__init__({"message": message, "error": error}, status_code=500)
"""


@pytest.mark.parametrize(
    ("line", "answered", "leaked"),
    [
        ("return Said('no', error='it failed', status_code=status.HTTP_500_INTERNAL_SERVER_ERROR)", 0, 0),
        ("return Said('no', 'it failed', 404)", 0, 0),
        ("return Said('no', error='it failed', status_code=error.code)", 0, 0),
        ("return Said('no', error='it failed', **error.given)", 0, 0),
        ("return Failed('no', error='it failed')", 0, 0),
        ("return Said('no', error='it failed')", 1, 0),
        ("return Said('no', error='it failed', status_code=200)", 1, 0),
        ("return Said('no', error=str(error), status_code=500)", 0, 1),
        ("return Failed(str(error))", 0, 1),
    ],
)
def test_a_response_class_of_the_project_has_the_status_that_it_sets(line: str, answered: int, leaked: int) -> None:
    code = OWN_RESPONSE + in_clause("Exception", "logger.exception('x')", line)
    assert counts("error_with_success_status", code)[1] == answered
    assert counts("internal_detail_leaked", code)[1] == leaked


UNREACHED = """
def load(number):
    try:
        return int(number)
    except Exception as error:
        raise HTTPException(500, str(error))

def outer(number):
    return load(number)

class Loader:
    def load_all(self):
        try:
            return 1
        except Exception as error:
            raise HTTPException(500, str(error))

@app.get("/")
def read(one):
    {call}
"""


@pytest.mark.parametrize(
    ("call", "confidences"),
    [
        ("return 1", ["LOW", "LOW"]),
        ("return load(1)", ["HIGH", "LOW"]),
        ("return outer(1)", ["HIGH", "LOW"]),
        ("return Loader().load_all()", ["LOW", "HIGH"]),
        ("return one.load_all()", ["LOW", "HIGH"]),
        ("return one(lambda: load(1))", ["HIGH", "LOW"]),
    ],
)
def test_what_nothing_leads_to_reaches_a_client_with_low_confidence(call: str, confidences: list[str]) -> None:
    found = result_of("errors.internal_detail_leaked", {"app/main.py": HEAD + UNREACHED.replace("{call}", call)})
    assert [finding.confidence.name for finding in found.findings] == confidences
