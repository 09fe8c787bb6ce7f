"""Applications that one factory makes for several modules: two in the route map, one for rules."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Application, ExceptionHandler, Inclusion, Middleware, Mount, Route

FACTORY = """
from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles

router = APIRouter()

@router.post("/items")
def create(): ...

def make(path="/api", guards=(), docs_url="/docs"):
    app = FastAPI(docs_url=docs_url)
    app.add_middleware(CORSMiddleware, allow_origins=["*"])
    app.add_exception_handler(ValueError, lambda request, error: None)
    app.include_router(router, prefix=path, dependencies=list(guards))
    app.mount("/static", StaticFiles(directory="static"))
    return app
"""
KINDS = (Application, Route, Middleware, ExceptionHandler, Inclusion, Mount)


def made(first: str, second: str) -> Project:
    imports = "from factory import *\n"
    return project_of(factory=FACTORY, asgi=f"{imports}app = {first}", cli=f"{imports}app = {second}")


def test_what_a_factory_makes_twice_is_one_subject_and_stays_two_in_the_route_map() -> None:
    project = made("make()", "make()")

    assert [len(project.subjects(kind)) for kind in KINDS] == [1, 1, 1, 1, 1, 1]
    assert [application.name for application in project.applications] == ["asgi:app", "cli:app"]
    assert len(project.routes) == 2
    assert project.subjects(Route)[0] is project.routes[0]


@pytest.mark.parametrize(
    "second", ["make(path='/other')", "make(guards=[Depends(HTTPBearer())])", "make(docs_url=None)"]
)
def test_what_a_factory_makes_differently_stays_two_subjects(second: str) -> None:
    project = made("make()", second)

    assert len(project.subjects(Application)) == 2
    assert len(project.subjects(Route)) == 2


def test_a_route_that_one_application_has_twice_stays_two_subjects() -> None:
    code = "from factory import router\nfrom fastapi import FastAPI\napp = FastAPI()\n"
    project = project_of(factory=FACTORY, one=f"{code}app.include_router(router)\napp.include_router(router)\n")

    routes = [route for route in project.subjects(Route) if route.application.name == "one:app"]
    assert [route.order for route in routes] == [0, 1]


def test_applications_of_two_places_stay_two_subjects() -> None:
    code = "from fastapi import FastAPI\nfrom factory import router\napp = FastAPI()\napp.include_router(router)\n"
    project = project_of(factory=FACTORY, one=code, two=code)

    names = [application.name for application in project.subjects(Application)]
    assert {"one:app", "two:app"} <= set(names)
