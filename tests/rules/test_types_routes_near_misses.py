"""What the rules about bodies and responses of routes leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of


def counts(rule: str, code: str) -> Counts:
    return counts_of(f"types.{rule}", {"app/main.py": HEAD + code})


HEAD = """
import hmac, json
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Optional, TypedDict, TypeVar
from fastapi import APIRouter, Body, Depends, FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, ORJSONResponse, RedirectResponse, StreamingResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sse_starlette.sse import EventSourceResponse
import other

app = FastAPI()
T = TypeVar("T")

class Item(BaseModel):
    id: int

class Shape(TypedDict):
    id: int

@dataclass
class Point:
    x: int

class Page(BaseModel, Generic[T]):
    items: list[T]

class Base(DeclarativeBase): ...

class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)

def load() -> Row: ...
def load_all() -> list[Row]: ...
"""


@pytest.mark.parametrize(
    "parameter",
    [
        "item: Item",
        "item: Optional[Item] = None",
        "items: list[Item]",
        "item: Shape",
        "item: Point",
        "counts: dict[str, int]",
        "text: str = Body()",
        "name: Annotated[str, Form()]",
        "data: bytes = File()",
        "files: list[UploadFile]",
    ],
)
def test_a_body_with_a_type_passes(parameter: str) -> None:
    assert counts("untyped_request_body", f'@app.post("/")\ndef f({parameter}): ...') == PASSES


@pytest.mark.parametrize(
    "parameter",
    [
        "item: dict",
        "item: dict[str, Any]",
        "items: list",
        "items: list[dict]",
        "item: Optional[dict] = None",
        "item: Any = Body()",
        "item = Body()",
        "item: Annotated[dict, Body()]",
        "item: Item, extra: dict",
    ],
)
def test_a_body_that_may_be_anything_fails(parameter: str) -> None:
    assert counts("untyped_request_body", f'@app.post("/")\ndef f({parameter}): ...') == FAILS


def test_a_dependency_may_take_the_body_too() -> None:
    reader = "async def body(request: Request): return await request.json()\n"
    code = f'{reader}@app.post("/")\ndef f(data=Depends(body)): ...'

    assert counts("untyped_request_body", code) == FAILS


def test_a_dependency_may_look_into_a_body_that_the_route_declares() -> None:
    code = """
async def limit(request: Request): return (await request.json()).get("user")
@app.post("/", dependencies=[Depends(limit)])
def f({parameter}): ...
"""
    assert counts("untyped_request_body", code.format(parameter="item: Item")) == PASSES
    assert counts("untyped_request_body", code.format(parameter="")) == FAILS


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("data = await request.json()\n    return data['id']", FAILS),
        ("data = json.loads(await request.body())\n    return data['id']", FAILS),
        ("form = await request.form()\n    return form['id']", FAILS),
        ("return Item.model_validate(await request.json()).id", PASSES),
        ("data = await request.json()\n    return Item.model_validate(other.row(data)).id", FAILS),
        ("raw = await request.body()\n    verify(raw)\n    return json.loads(raw)", PASSES),
        ("raw = await request.body()\n    return other.Webhook.construct_event(raw, 1, 2)", PASSES),
        ("raw = await request.body()\n    return other.consume(raw)", UNKNOWN),
        ("await request.form()\n    return other.server.create_token_response(request)", NO_SUBJECT),
        ("return other.Thing().json()", NO_SUBJECT),
        ("return request.headers", NO_SUBJECT),
    ],
)
def test_a_body_read_by_hand_is_judged_by_what_becomes_of_it(body: str, expected: tuple[int, int, int]) -> None:
    helper = "def verify(raw):\n    if not hmac.compare_digest(raw, b''): raise ValueError\n"
    code = f'{helper}@app.post("/")\nasync def f(request: Request):\n    {body}\n'

    assert counts("untyped_request_body", code) == expected


def test_reading_routes_take_no_body() -> None:
    assert counts("untyped_request_body", '@app.get("/")\ndef f(filter: dict = Body()): ...') == NO_SUBJECT


@pytest.mark.parametrize(
    ("decorator", "body", "expected"),
    [
        ("", "return {'a': 1}", FAILS),
        ("response_model=None", "return {'a': 1}", FAILS),
        ("response_model=Item", "return {'a': 1}", PASSES),
        ("response_class=ORJSONResponse", "return {'a': 1}", FAILS),
        ("response_class=HTMLResponse", "return '<p>'", NO_SUBJECT),
        ("status_code=204", "return None", NO_SUBJECT),
        ("status_code=303", "return '/'", NO_SUBJECT),
        ("", "pass", NO_SUBJECT),
        ("", "return", NO_SUBJECT),
        ("", "return RedirectResponse('/')", NO_SUBJECT),
        ("", "return Jinja2Templates('x').TemplateResponse(request, 'a.html')", NO_SUBJECT),
        ("", "return EventSourceResponse(events())", NO_SUBJECT),
        ("", "if other.x:\n        return RedirectResponse('/')\n    return {'a': 1}", FAILS),
        ("", "return other.make()", UNKNOWN),
        ("", "return load()", NO_SUBJECT),
    ],
)
def test_a_response_without_model_is_judged_by_what_is_returned(
    decorator: str, body: str, expected: tuple[int, int, int]
) -> None:
    code = f'@app.get("/", {decorator})\ndef f(request: Request):\n    {body}\n'

    assert counts("missing_response_model", code) == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("Item", PASSES),
        ("dict[str, int]", PASSES),
        ("Response", NO_SUBJECT),
        ("StreamingResponse", NO_SUBJECT),
        ("RedirectResponse | HTMLResponse", NO_SUBJECT),
        ("Own", NO_SUBJECT),
        ("None", NO_SUBJECT),
    ],
)
def test_a_return_annotation_counts(annotation: str, expected: tuple[int, int, int]) -> None:
    code = f'class Own(JSONResponse): ...\n@app.get("/")\ndef f() -> {annotation}: ...'

    assert counts("missing_response_model", code) == expected


def test_the_response_class_may_come_from_the_router() -> None:
    code = """
pages = APIRouter(default_response_class=HTMLResponse)
@pages.get("/")
def f(): return "<p>"
app.include_router(pages)
"""
    assert counts("missing_response_model", code) == NO_SUBJECT


@pytest.mark.parametrize(
    ("decorator", "annotation", "body", "expected"),
    [
        ("response_model=Item", "", "return load()", PASSES),
        ("", "-> Item", "return load()", PASSES),
        ("", "-> Row", "return load()", FAILS),
        ("response_model=list[Row]", "", "return 1", FAILS),
        ("response_model=Optional[Row]", "", "return 1", FAILS),
        ("response_model=Page[Row]", "", "return 1", FAILS),
        ("response_model=Page[Item]", "", "return load_all()", PASSES),
        ("", "", "return load_all()", FAILS),
        ("", "", "return {'row': load()}", FAILS),
        ("", "-> Any", "return load()", FAILS),
        ("response_model=None", "", "return {'id': load().id}", UNKNOWN),
        ("response_model=None", "", "return {'count': 1}", PASSES),
        ("", "", "return Response(load())", NO_SUBJECT),
    ],
)
def test_rows_are_found_in_models_and_in_what_is_returned(
    decorator: str, annotation: str, body: str, expected: tuple[int, int, int]
) -> None:
    code = f'@app.get("/", {decorator})\ndef f() {annotation}:\n    {body}\n'

    assert counts("orm_model_returned", code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("async def row() -> Row: ...\n\n@app.get('/')\ndef read():\n    return row()\n", UNKNOWN),
        ("async def row() -> Row: ...\n\n@app.get('/')\nasync def read():\n    return await row()\n", FAILS),
        ("@app.get('/')\ndef read():\n    return load()\n", FAILS),
    ],
)
def test_a_coroutine_that_nothing_awaits_is_no_row(code: str, expected: Counts) -> None:
    assert counts("orm_model_returned", code) == expected
