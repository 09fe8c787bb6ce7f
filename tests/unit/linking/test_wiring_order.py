"""What is registered on applications and routers, in the order in which it counts."""

from __future__ import annotations

from linking_builders import project_of

from fastapi_audit.model.routing import Inclusion
from fastapi_audit.model.values import Known

HEAD = """
from fastapi import APIRouter, FastAPI
from fastapi.middleware import Middleware
class First: ...
class Second: ...
class Third: ...
class Fourth: ...
"""


def test_middlewares_are_the_outermost_first() -> None:
    code = """
app = FastAPI(middleware=[Middleware(First), Middleware(Second)])
app.add_middleware(Third)
app.add_middleware(Fourth)
"""
    (application,) = project_of(main=HEAD + code).applications
    assert [one.cls.name for one in application.middlewares if one.cls] == ["Fourth", "Third", "First", "Second"]


def test_an_inclusion_knows_its_prefix_its_nameless_routes_and_its_ring() -> None:
    code = """
app = FastAPI()
inner, outer = APIRouter(), APIRouter()
@inner.get("")
def read(): ...
outer.include_router(inner)
app.include_router(outer, prefix="/v1")
inner.include_router(outer, prefix="/again")
"""
    found = project_of(main=HEAD + code).subjects(Inclusion)
    assert [one.place.line for one in found] == [13, 14, 15]
    assert [one.prefix for one in found] == [None, Known("/v1"), Known("/again")]
    assert [[place.line for place in one.nameless] for one in found] == [[11], [], []]
    assert [[place.line for place in one.cycle] for one in found] == [[], [], [13, 15]]


def test_an_application_knows_its_own_routers_and_events() -> None:
    code = """
def start(): ...
app = FastAPI(on_startup=[start])
one, two = APIRouter(on_shutdown=[start]), APIRouter()
one.include_router(two)
app.include_router(one)
app.on_event("shutdown")(start)
two.add_event_handler("startup", start)
"""
    project = project_of(main=HEAD + code)
    (application,) = project.applications
    assert [router.name for router in application.included] == ["main:one"]
    assert [place.line for place in application.events] == [10, 14]
    assert [[place.line for place in router.events] for router in project.routers] == [[11], [15]]


def test_a_default_may_stand_in_the_annotation_and_may_say_required() -> None:
    code = """
from typing import Annotated
from pydantic import BaseModel, Field
class Item(BaseModel):
    a: Annotated[int | None, Field(default=None)]
    b: Annotated[int, Field(gt=0)] = 3
    c: Annotated[int, Field(...)]
    d: int = ...
    e: int
"""
    (item,) = project_of(main=code).schemas
    assert [field.default for field in item.fields] == [Known(None), Known(3), None, None, None]
    assert [field.name for field in item.fields if field.is_said_required] == ["c", "d"]
