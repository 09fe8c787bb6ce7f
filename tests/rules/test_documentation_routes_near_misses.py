"""What the rules about what routes say of themselves leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

HEAD = """
import os
from enum import Enum, IntEnum
from http import HTTPStatus
from typing import Annotated
from fastapi import APIRouter, BackgroundTasks, Body, Depends, FastAPI, Form, HTTPException, Request, Response, status
from fastapi.openapi.utils import get_openapi as make_document
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
import other

app = FastAPI()
router = APIRouter()

class Item(BaseModel):
    id: int
"""


def counts(rule: str, code: str) -> Counts:
    return counts_of(f"documentation.{rule}", {"app/main.py": HEAD + code})


ROUTE = "def read(): ...\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('@app.get("/", tags=["a"])', PASSES),
        ('@app.get("/", tags=[])', FAILS),
        ('@app.get("/", tags=None)', FAILS),
        ('@app.get("/", tags=other.TAGS)', UNKNOWN),
        ('@app.get("/", include_in_schema=False)', NO_SUBJECT),
        ('@app.websocket("/")', NO_SUBJECT),
        ('@app.route("/")', NO_SUBJECT),
        ('app = FastAPI(openapi_url=None)\n@app.get("/")', NO_SUBJECT),
        ('app = FastAPI(openapi_url=os.getenv("DOCS"))\n@app.get("/")', FAILS),
        (
            'app = FastAPI(openapi_url=None)\ndocument = make_document(title="A", version="1")\n@app.get("/")',
            FAILS,
        ),
        ('class Tag(str, Enum):\n    A = "a"\n@app.get("/", tags=[Tag.A])', PASSES),
    ],
)
def test_a_route_has_the_tags_of_all_that_it_went_through(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("route_without_tags", f"{code}\n{ROUTE}") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('@app.get("/")\ndef f():\n    "Read it."', PASSES),
        ('@app.get("/")\ndef f():\n    f"Read {1}."', FAILS),
        ('@app.get("/")\ndef f():\n    "  "', FAILS),
        ('@app.get("/", summary=other.TEXT)\ndef f(): ...', PASSES),
        ('@app.get("/", description=None)\ndef f(): ...', FAILS),
        ('@app.get("/", name="read")\ndef f(): ...', FAILS),
        ('app.get("/")(other.f)', NO_SUBJECT),
        ('app.add_api_route("/", lambda: 1)', UNKNOWN),
        ('app.add_api_route("/", lambda: 1, summary="One")', PASSES),
    ],
)
def test_a_route_is_described_by_its_docstring_or_its_decorator(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("route_without_summary", code) == expected


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ("HTTPException(404)", FAILS),
        ("HTTPException(status.HTTP_404_NOT_FOUND)", FAILS),
        ("HTTPException(HTTPStatus.NOT_FOUND)", FAILS),
        ("HTTPException(Own.NOT_FOUND)", FAILS),
        ("HTTPException(status_code=other.STATUS)", UNKNOWN),
        ("HTTPException(409)", PASSES),
        ("HTTPException(422)", NO_SUBJECT),
        ("HTTPException(500)", NO_SUBJECT),
        ("HTTPException(307)", NO_SUBJECT),
        ("ValueError()", NO_SUBJECT),
        ("Missing()", FAILS),
        ("Missing", FAILS),
        ("Refused(409)", PASSES),
        ("Refused(410)", FAILS),
        ("Answered('x')", FAILS),
        ("Fixed('x')", PASSES),
        ("Unheard('x')", NO_SUBJECT),
    ],
)
def test_an_error_counts_with_the_status_that_reaches_the_caller(raised: str, expected: tuple[int, int, int]) -> None:
    code = f"""
class Own(IntEnum):
    NOT_FOUND = 404
class Missing(HTTPException):
    def __init__(self):
        super().__init__(404, "missing")
class Refused(HTTPException): ...
class Answered(Exception):
    status_code = 404
    def __init__(self, message):
        super().__init__(message)
class Fixed(Exception): ...
class Unheard(Exception):
    status_code = 404
@app.exception_handler(Answered)
def answer(request: Request, error: Answered): return JSONResponse(dict(), error.status_code)
@app.exception_handler(Fixed)
def answer_fixed(request: Request, error: Fixed): return JSONResponse(dict(), status_code=409)
@app.get("/", responses={{status.HTTP_409_CONFLICT: dict()}})
def f():
    raise {raised}
"""
    assert counts("undocumented_error_response", code) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("find()", FAILS),
        ("try:\n        find()\n    except HTTPException:\n        pass", NO_SUBJECT),
        ("try:\n        find()\n    except Exception:\n        print(1)", NO_SUBJECT),
        ("try:\n        find()\n    except ValueError:\n        pass", FAILS),
        ("try:\n        find()\n    except HTTPException:\n        print(1)\n        raise", FAILS),
        ("try:\n        find()\n    except HTTPException as error:\n        raise error", FAILS),
        ("try:\n        find()\n    except HTTPException:\n        raise\n    except Exception:\n        pass", FAILS),
        ("try:\n        print(1)\n    except Exception:\n        find()", FAILS),
        ("try:\n        find()\n    finally:\n        print(1)", FAILS),
        ("tasks.add_task(find)", NO_SUBJECT),
        ("other.find()", NO_SUBJECT),
        ("return find", NO_SUBJECT),
    ],
)
def test_an_error_counts_where_nothing_catches_it_on_the_way(body: str, expected: tuple[int, int, int]) -> None:
    code = f"""
def find():
    raise HTTPException(404)
@app.get("/")
def f(tasks: BackgroundTasks):
    {body}
"""
    assert counts("undocumented_error_response", code) == expected


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ("{404: {}}", PASSES),
        ('{"404": {}}', PASSES),
        ('{"4XX": {}}', PASSES),
        ('{"default": {}}', PASSES),
        ('{"5XX": {}}', FAILS),
        ("{403: {}} | {404: {}}", PASSES),
        ("{**NOT_FOUND, 403: {}}", PASSES),
        ("dict(NOT_FOUND)", PASSES),
        ("{HTTPStatus.NOT_FOUND: {}}", PASSES),
        ("other.RESPONSES", UNKNOWN),
        ("{**other.RESPONSES}", UNKNOWN),
        ("None", FAILS),
    ],
)
def test_responses_are_read_in_all_their_forms(responses: str, expected: tuple[int, int, int]) -> None:
    code = f"""
NOT_FOUND = {{404: {{"description": "missing"}}}}
class Guard:
    def __call__(self, key: str):
        raise HTTPException(404)
@app.get("/", responses={responses}, dependencies=[Depends(Guard())])
def f(): ...
"""
    assert counts("undocumented_error_response", code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('@app.delete("/", status_code=204)\ndef f() -> None: ...', PASSES),
        ('@app.delete("/", status_code=204)\ndef f(): return None', PASSES),
        ('@app.delete("/", status_code=204)\ndef f(): return other.f()', UNKNOWN),
        ('@app.delete("/", status_code=204)\ndef f(): return {"a": 1}', FAILS),
        ('@app.delete("/", status_code=204)\ndef f(item: Item): return item', FAILS),
        ('@app.delete("/", status_code=204)\ndef f() -> Item: ...', FAILS),
        ('@app.delete("/", status_code=204, response_model=None)\ndef f() -> None: ...', PASSES),
        ('@app.delete("/", status_code=204)\ndef f() -> Response: return Response(status_code=204)', PASSES),
        ('@app.delete("/", status_code=204, response_class=Response)\ndef f() -> None: ...', PASSES),
        ('@app.get("/", status_code=205)\ndef f(): return 1', FAILS),
        ('@app.get("/", status_code=HTTPStatus.NOT_MODIFIED)\ndef f(): return 1', FAILS),
        ('@app.get("/", status_code=202)\ndef f(): return 1', NO_SUBJECT),
        ('@app.get("/")\ndef f(): return Response(status_code=304)', PASSES),
        ('@app.get("/")\ndef f(): return Response("", status_code=304)', PASSES),
        ('@app.get("/")\ndef f(): return Response("changed", status_code=304)', FAILS),
        ('@app.get("/")\ndef f(): return JSONResponse({}, 204)', FAILS),
        ('@app.get("/")\ndef f(): return RedirectResponse("/")', NO_SUBJECT),
        ('@app.get("/", responses={204: {"description": "None"}})\ndef f(): return 1', NO_SUBJECT),
        ('@app.get("/", responses={204: {"model": Item}})\ndef f(): return 1', FAILS),
        ('@app.get("/", responses={204: {"model": None}})\ndef f(): return 1', NO_SUBJECT),
        ('@app.websocket("/")\ndef f(): return 1', NO_SUBJECT),
    ],
)
def test_a_body_is_seen_where_the_status_allows_none(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("body_with_no_content", code) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("    a: int", FAILS),
        ("    a: int = Field(examples=[1])", PASSES),
        ("    a: int = Field(example=1)", PASSES),
        ("    a: Annotated[int, Field(examples=[1])]", PASSES),
        ("    a: Annotated[int | None, Field(description='A')] = None", FAILS),
        ("    a: int = Field(json_schema_extra={'example': 1})", PASSES),
        ("    a: int = Field(json_schema_extra={'x-order': 1})", FAILS),
        ("    a: int\n    model_config = ConfigDict(json_schema_extra={'examples': [{'a': 1}]})", PASSES),
        ("    a: int\n    model_config = {'json_schema_extra': {'example': {'a': 1}}}", PASSES),
        ("    a: int\n    model_config = ConfigDict(json_schema_extra=other.extra)", UNKNOWN),
        ("    a: int\n    class Config:\n        schema_extra = {'example': {'a': 1}}", PASSES),
        ("    a: int\n    @classmethod\n    def __get_pydantic_json_schema__(cls, a, b): ...", UNKNOWN),
        ("    pass", NO_SUBJECT),
    ],
)
def test_examples_are_seen_wherever_pydantic_takes_them(schema: str, expected: tuple[int, int, int]) -> None:
    code = f'class Own(BaseModel):\n{schema}\n@app.post("/")\ndef f(own: Own): ...'
    assert counts("schema_without_examples", code) == expected


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ('@app.post("/")\ndef f(item: Item): ...', FAILS),
        ('@app.post("/")\ndef f(items: list[Item]): ...', FAILS),
        ('@app.post("/")\ndef f(item: Annotated[Item, Body(openapi_examples={"a": {}})]): ...', PASSES),
        ('@app.post("/", include_in_schema=False)\ndef f(item: Item): ...', NO_SUBJECT),
        ('@app.get("/")\ndef f() -> Item: ...', NO_SUBJECT),
        (
            'class Outer(BaseModel):\n    item: Item = Field(examples=[1])\n@app.post("/")\ndef f(outer: Outer): ...',
            PASSES,
        ),
    ],
)
def test_only_what_clients_send_needs_examples(route: str, expected: tuple[int, int, int]) -> None:
    assert counts("schema_without_examples", route) == expected


TWO = '@app.get("/a"{0})\ndef read(): ...\n@app.get("/b"{1})\ndef read(): ...\n'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (TWO.format("", ""), (2, 0, 0)),
        (TWO.format(', operation_id="x"', ', operation_id="x"'), (1, 1, 0)),
        (TWO.format(', operation_id="x"', ', operation_id="y"'), (2, 0, 0)),
        (TWO.format(', operation_id="x"', ', operation_id="x", include_in_schema=False'), (1, 0, 0)),
        (TWO.format(", operation_id=other.ID", ""), (1, 0, 1)),
        ("app = FastAPI(generate_unique_id_function=lambda r: r.name)\n" + TWO.format("", ""), (1, 1, 0)),
        ("app = FastAPI(generate_unique_id_function=lambda r: r.name)\n" + TWO.format("", ', name="b"'), (2, 0, 0)),
        ("app = FastAPI(generate_unique_id_function=lambda r: r.name + r.path)\n" + TWO.format("", ""), (2, 0, 0)),
        ("app = FastAPI(generate_unique_id_function=other.make)\n" + TWO.format("", ""), (0, 0, 2)),
        (
            "def fallback(route): return route.name\napp = FastAPI(generate_unique_id_function=fallback)\n"
            + TWO.format("", ", generate_unique_id_function=lambda r: 'b'"),
            (2, 0, 0),
        ),
        (
            TWO.format("", "")
            + "def rename():\n    for route in app.routes:\n        route.operation_id = route.name\n",
            (0, 0, 2),
        ),
        ('@app.api_route("/a", methods=["GET", "POST"])\ndef f(): ...', FAILS),
        ('@app.api_route("/a", methods=["POST"])\ndef f(): ...', PASSES),
        ('@app.get("/a")\ndef f(): ...\n@app.get("/a")\ndef f(): ...', PASSES),
        ('@app.get("/a-b")\ndef f(): ...\n@app.get("/a_b")\ndef f(): ...', (1, 1, 0)),
        ('@app.get("/{a:path}")\ndef f(a): ...\n@app.get("/{a}/b")\ndef f(a): ...', (2, 0, 0)),
        (
            '@router.get("/a", operation_id="x")\ndef f(): ...\n'
            'app.include_router(router, prefix="/v1")\napp.include_router(router, prefix="/v2")',
            (1, 1, 0),
        ),
        (
            '@router.get("/a")\ndef f(): ...\napp.include_router(router)\napp.include_router(router, prefix="/2")',
            (2, 0, 0),
        ),
    ],
)
def test_ids_are_made_as_fastapi_makes_them(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("duplicate_operation_id", code) == expected


GET = "def read(): ...\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('@app.get("/v1/items")', PASSES),
        ('@app.get("/api/V2/items")', PASSES),
        ('@app.get("/api/v1.1/items")', PASSES),
        ('@app.get("/2024-05-01/items")', PASSES),
        ('@app.get("/items/v1x")', FAILS),
        ('@app.get("/video1/items")', FAILS),
        ('@app.get("/items")', FAILS),
        ('@app.get("/")', NO_SUBJECT),
        ('@app.get("/health/live")', NO_SUBJECT),
        ('@app.get("/items", include_in_schema=False)', NO_SUBJECT),
        ('app = FastAPI(root_path="/api/v1")\n@app.get("/items")', PASSES),
        ('app = FastAPI(servers=[{"url": "https://api.example/v3"}])\n@app.get("/items")', PASSES),
        ('PREFIX = os.environ["PREFIX"]\n@app.get(PREFIX + "/items")', UNKNOWN),
        ('@app.get("/v1/a")\ndef a(): ...\n@app.get("/b")\ndef b(): ...\n@app.get("/c")', UNKNOWN),
        ('@app.get("/v1/a")\ndef a(): ...\n@app.get("/b")', PASSES),
        ('MEDIA_TYPE = "application/vnd.shop.v1+json"\n@app.get("/items")', PASSES),
        ('from fastapi_versioning import version\n@app.get("/items")\n@version(1)', PASSES),
        ('outer = FastAPI()\nouter.mount("/v1", app)\n@app.get("/items")', PASSES),
        ('a, b = FastAPI(), FastAPI()\na.mount("/v1", b)\nb.mount("/shop", app)\n@app.get("/items")', PASSES),
    ],
)
def test_a_version_is_a_whole_part_of_a_path_or_stands_elsewhere(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("missing_api_versioning", f"{code}\n{GET}") == expected


def test_a_header_may_carry_the_version() -> None:
    head = "from fastapi import Header\ndef asked(x_api_version: str = Header('1')): ...\n"
    route = '@app.get("/items", dependencies=[Depends(asked)])\ndef f(): ...'

    assert counts("missing_api_versioning", head + route) == PASSES
