"""What the rules about bodies, forms, defaults, prefixes and inclusions leave alone, and what they see through."""

from __future__ import annotations

from importlib import import_module

import pytest
from rule_builders import Counts, counts_of

from fastapi_audit.testing import Files, check_files


def reported(rule: str, files: Files) -> frozenset[int]:
    """Return the lines that a rule reports in `app/main.py`."""
    found = check_files(import_module(f"fastapi_audit_rules.correctness.{rule}"), files)
    assert found.crashes == ()
    return frozenset(line for path, line in found.lines if path == "app/main.py")


def counts(rule: str, files: Files) -> Counts:
    return counts_of(f"correctness.{rule}", files)


HEAD = """
import json
from contextlib import asynccontextmanager
from typing import Annotated, Any, Generic, Optional, TypeVar, Union
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, File, Form, Header, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field, Json, RootModel, model_validator
T = TypeVar("T")
class Item(BaseModel):
    name: str
class Page(BaseModel, Generic[T]):
    items: list[T]
class Parsed(BaseModel):
    name: str
    @model_validator(mode="before")
    @classmethod
    def parse(cls, value): return json.loads(value)
class Heir(Parsed):
    size: int
class Names(RootModel[list[str]]): ...
def note_of(note: str = Form()): return note
app = FastAPI()
"""
OLD = {"requirements.txt": "fastapi==0.115.14\npydantic==2.10.0\n"}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("item: Item, note: str = Form()", True),
        ("item: Item = Body(embed=True), note: Annotated[str, Form()] = ''", True),
        ("item: Optional[Item] = None, note: str = Form('')", True),
        ("item: Page[Item], note=Depends(note_of)", True),
        ("item: dict[str, int], picture: UploadFile", True),
        ("item: list[Item], pictures: list[UploadFile]", True),
        ("item: Union[Item, Page[Item]], picture: bytes = File()", True),
        ("item: Parsed, picture: UploadFile", False),
        ("item: Heir = Body(), picture: UploadFile = File(None)", False),
        ("item: Json = Body(), picture: UploadFile = File(None)", False),
        ("item: Json[Item] = Form(), picture: UploadFile = File(None)", False),
        ("item: Names, picture: UploadFile", False),
        ("item: Item | str = Body(), picture: UploadFile = File(None)", False),
        ("item: Any = Body(), picture: UploadFile = File(None)", False),
        ("items: list[str] = Body(), picture: UploadFile = File(None)", False),
        ("item: Item = Depends(), picture: UploadFile = File(None)", False),
        ("item: Annotated[Item, Query()], picture: UploadFile", False),
        ("item: Item, other: Item", False),
    ],
)
def test_what_no_form_field_can_hold_is_reported_beside_one(parameters: str, expected: bool) -> None:
    code = HEAD + f"@app.post('/x')\ndef create({parameters}): ...\n"
    assert bool(reported("body_and_form", {"app/main.py": code})) is expected


@pytest.mark.parametrize(
    ("parameters", "old", "new"),
    [
        ("item: Annotated[Item, Form()], picture: UploadFile", True, False),
        ("item: Annotated[Item, Form()], note=Depends(note_of)", True, False),
        ("item: Annotated[Item, Form()]", False, False),
        ("item: Annotated[Parsed, Form()], picture: UploadFile", False, False),
    ],
)
def test_a_model_of_form_fields_has_to_be_alone_in_older_versions(parameters: str, old: bool, new: bool) -> None:
    files = {"app/main.py": HEAD + f"@app.post('/x')\ndef create({parameters}): ...\n"}
    assert bool(reported("body_and_form", {**files, **OLD})) is old
    assert bool(reported("body_and_form", files)) is new


@pytest.mark.parametrize(
    ("decorator", "parameters", "expected"),
    [
        ("get('/x')", "ids: list[int]", True),
        ("head('/x')", "item: Item", True),
        ("api_route('/x', methods=['GET', 'HEAD'])", "item: Item = None", True),
        ("api_route('/x', methods=['GET', 'POST'])", "item: Item", True),
        ("api_route('/x', methods=['GET', 'POST'])", "item: Item = None", False),
        ("get('/x')", "note=Depends(note_of)", True),
        ("get('/x')", "ids: Annotated[list[int], Query()] = []", False),
        ("get('/x')", "ids: list[int] = Query([])", False),
        ("get('/x')", "item: Item = Depends()", False),
        ("get('/x')", "tag: str, item: Annotated[list[str], Header()]", False),
        ("delete('/x')", "ids: list[int]", False),
    ],
)
def test_bodies_on_get_are_found_wherever_they_are_declared(decorator: str, parameters: str, expected: bool) -> None:
    code = HEAD + f"@app.{decorator}\ndef read({parameters}): ...\n"
    assert bool(reported("body_on_get", {"app/main.py": code})) is expected


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("name: Optional[str]", True),
        ("name: Union[str, None]", True),
        ("name: 'str | None'", True),
        ("name: Optional[str] = Query(max_length=3)", True),
        ("name: Annotated[str | None, Cookie()]", True),
        ("name: Annotated[str | None, Form(min_length=1)]", True),
        ("item: Item | None", True),
        ("name: Optional[str] = None", False),
        ("name: Optional[str] = Query(None)", False),
        ("name: Optional[str] = Query(default='a')", False),
        ("name: Optional[str] = ...", False),
        ("name: Optional[str] = Query(...)", False),
        ("name: Annotated[Optional[str], Query(...)]", False),
        ("name: Any", False),
        ("name", False),
        ("name: str | int", False),
        ("name: list[str | None] = Query()", False),
        ("name: Optional[str] = Depends(note_of)", False),
    ],
)
def test_nullable_parameters_need_a_default(parameter: str, expected: bool) -> None:
    code = HEAD + f"@app.post('/x')\ndef read({parameter}): ...\n"
    assert bool(reported("optional_without_default", {"app/main.py": code})) is expected


FIELDS = """
class Base(BaseModel):
    {field}
class Wanted(Base): ...
class Envelope(BaseModel):
    inner: list[Wanted]
{route}
"""
TAKES, SENDS = "@app.post('/x')\ndef f(body: Envelope): ...", "@app.post('/x')\ndef f() -> Envelope: ..."


@pytest.mark.parametrize(
    ("field", "route", "expected"),
    [
        ("size: int | None", TAKES, True),
        ("size: Optional[int] = Field(gt=0)", TAKES, True),
        ("size: Annotated[int | None, Field(gt=0)]", TAKES, True),
        ("size: int | None", SENDS, False),
        ("size: int | None = None", TAKES, False),
        ("size: Annotated[int | None, Field(gt=0, default=None)]", TAKES, False),
        ("size: Annotated[int | None, Field(default_factory=int)]", TAKES, False),
        ("size: int | None = Field(...)", TAKES, False),
        ("size: int | None = Field(default=...)", TAKES, False),
        ("size: Annotated[int | None, Field(..., gt=0)]", TAKES, False),
        ("size: int | None = ...", TAKES, False),
        ("size: Any", TAKES, False),
    ],
)
def test_nullable_fields_of_inputs_need_a_default(field: str, route: str, expected: bool) -> None:
    code = HEAD + FIELDS.format(field=field, route=route)
    assert bool(reported("optional_without_default", {"app/main.py": code})) is expected
    v1 = {"app/main.py": code, "requirements.txt": "pydantic==1.10.7\n"}
    assert not reported("optional_without_default", v1)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("r = APIRouter(prefix='x')", True),
        ("r = APIRouter(prefix='/x/')", True),
        ("r = APIRouter(prefix='/')", True),
        ("V = 'api/v1'\nr = APIRouter(prefix=V)", True),
        ("import os\nr = APIRouter(prefix=f'{os.environ[\"P\"]}/items/')", True),
        ("r = APIRouter()\napp.include_router(r, prefix='/x/')", True),
        ("r = APIRouter()\n@r.get('')\ndef f(): ...\no = APIRouter(prefix='/o')\no.include_router(r)", True),
        ("@app.get('x')\ndef f(): ...", True),
        ("r = APIRouter(prefix='/a')\n@r.get('{id}')\ndef f(id): ...\napp.include_router(r)", True),
        ("@app.get('//x')\ndef f(): ...", True),
        ("r = APIRouter(prefix='')", False),
        ("import os\nr = APIRouter(prefix=os.environ['P'])", False),
        ("import os\nr = APIRouter(prefix=os.getenv('P', 'api/'))", False),
        ("import os\nr = APIRouter(prefix=f'{os.environ[\"P\"]}/items')", False),
        ("r = APIRouter(prefix='/a')\n@r.get('{rest:path}')\ndef f(rest): ...\napp.include_router(r)", False),
        ("r = APIRouter(prefix='/a')\n@r.get('')\ndef f(): ...\napp.include_router(r)", False),
        ("r = APIRouter()\n@r.get('')\ndef f(): ...\napp.include_router(r, prefix='/a')", False),
        ("r = APIRouter()\napp.include_router(r)\n@r.get('')\ndef f(): ...", False),
        ("@app.get('/proxy/https://{host}')\ndef f(host): ...", False),
        ("@app.get('/')\ndef f(): ...", False),
    ],
)
def test_only_prefixes_and_paths_that_break_are_reported(code: str, expected: bool) -> None:
    assert bool(reported("prefix_malformed", {"app/main.py": HEAD + code + "\n"})) is expected


RING = """
one, two, three = APIRouter(), APIRouter(), APIRouter()
one.include_router(two, prefix="/two")
two.include_router(three, prefix="/three")
three.include_router(one, prefix="/one")
app.include_router(one)
"""


def test_a_ring_is_reported_for_versions_that_refuse_it() -> None:
    assert len(reported("include_cycle", {"app/main.py": HEAD + RING})) == 1
    assert not reported("include_cycle", {"app/main.py": HEAD + RING, **OLD})


def test_a_router_in_itself_is_reported_for_every_version() -> None:
    code = HEAD + "app.include_router(app.router)\n"
    assert reported("include_cycle", {"app/main.py": code, **OLD})
    assert not reported(
        "include_cycle", {"app/main.py": HEAD + "other = FastAPI()\napp.include_router(other.router)\n"}
    )


LIFESPAN = """
import os
def connect(): ...
@asynccontextmanager
async def lifespan(app):
    {body}
    yield
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("app = FastAPI(lifespan=lifespan)\napp.on_event('startup')(connect)", (0, 1, 0)),
        ("app = FastAPI(lifespan=lifespan)\napp.router.add_event_handler('startup', connect)", (0, 1, 0)),
        ("app = FastAPI(lifespan=lifespan, on_shutdown=[connect])", (0, 1, 0)),
        ("app = FastAPI(lifespan=None)\napp.on_event('startup')(connect)", (1, 0, 0)),
        ("app = FastAPI(lifespan=lifespan if os.getenv('X') else None)\napp.on_event('startup')(connect)", (0, 0, 1)),
        ("from lib import made\napp = FastAPI(**made)\napp.on_event('startup')(connect)", (0, 0, 1)),
        ("app = FastAPI(lifespan=lifespan)\ninner = FastAPI()\ninner.on_event('startup')(connect)", (2, 0, 0)),
        ("r = APIRouter(lifespan=lifespan)\nr.add_event_handler('startup', connect)\napp = FastAPI()\n"
         "app.include_router(r)", (0, 0, 0)),
        ("r = APIRouter(lifespan=lifespan)\nr.add_event_handler('startup', connect)\n"
         "app = FastAPI(lifespan=lifespan)\napp.include_router(r)", (0, 1, 0)),
    ],
)  # fmt: skip
def test_events_are_lost_beside_a_lifespan_only(code: str, expected: tuple[int, int, int]) -> None:
    head = HEAD.replace("app = FastAPI()\n", "") + LIFESPAN.format(body="...")
    assert counts("events_ignored", {"app/main.py": head + code + "\n"}) == expected


def test_a_lifespan_may_run_the_events_itself() -> None:
    head = HEAD.replace("app = FastAPI()\n", "") + LIFESPAN.format(body="await app.router.startup()")
    code = "app = FastAPI(lifespan=lifespan)\napp.on_event('startup')(connect)\n"
    assert counts("events_ignored", {"app/main.py": head + code}) == (0, 0, 1)


def test_what_only_sounds_like_running_the_events_is_none_of_it() -> None:
    head = HEAD.replace("app = FastAPI()\n", "") + LIFESPAN.format(body="app.state.tracer.shutdown()")
    code = "app = FastAPI(lifespan=lifespan)\napp.on_event('startup')(connect)\n"
    assert counts("events_ignored", {"app/main.py": head + code}) == (0, 1, 0)


def test_events_of_routers_are_lost_in_older_versions() -> None:
    head = HEAD.replace("app = FastAPI()\n", "") + LIFESPAN.format(body="...")
    code = "r = APIRouter()\nr.on_event('startup')(connect)\napp = FastAPI(lifespan=lifespan)\napp.include_router(r)\n"
    assert counts("events_ignored", {"app/main.py": head + code}) == (1, 0, 0)
    old = {"requirements.txt": "fastapi==0.111.0\n"}
    assert counts("events_ignored", {"app/main.py": head + code, **old}) == (0, 1, 0)
