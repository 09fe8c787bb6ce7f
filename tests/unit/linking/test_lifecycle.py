"""What applications get while they start, beside routes: nothing that comes too late, and at any length of the way."""

from __future__ import annotations

from linking_builders import project_of, served

HEAD = """
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
router = APIRouter()
@router.get("/items")
def read(): ...
"""


def test_middleware_and_exception_handlers_come_too_late() -> None:
    code = """
def refuse(request, error): ...
@asynccontextmanager
async def lifespan(app: FastAPI):
    app.add_middleware(CORSMiddleware)
    app.add_exception_handler(ValueError, refuse)
    app.include_router(router)
    yield
app = FastAPI(lifespan=lifespan)
"""
    project = project_of(main=HEAD + code)
    (application,) = project.applications
    assert served(project) == ["GET /items"]
    assert application.middlewares == ()
    assert application.exception_handlers == ()


def test_startup_may_do_much_before_it_includes_a_router() -> None:
    much = "    work()\n" * 5_000
    code = f"""
def work(): ...
async def migrate():
{much}
@asynccontextmanager
async def lifespan(app: FastAPI):
    await migrate()
{much}
    app.include_router(router)
    yield
app = FastAPI(lifespan=lifespan)
"""
    assert served(project_of(main=HEAD + code)) == ["GET /items"]


def test_what_an_unknown_library_gets_hold_of_at_startup_is_no_doubt() -> None:
    code = """
from somewhere import install
@asynccontextmanager
async def lifespan(app: FastAPI):
    install(app)
    yield
app = FastAPI(lifespan=lifespan)
"""
    (application,) = project_of(main=HEAD + code).applications
    assert application.opaque == ()


def test_instruments_that_are_known_leave_no_doubt() -> None:
    code = """
from prometheus_fastapi_instrumentator import Instrumentator
app = FastAPI()
Instrumentator().instrument(app).expose(app)
"""
    (application,) = project_of(main=HEAD + code).applications
    assert application.opaque == ()


def test_objects_that_startup_makes_do_not_stand_for_all_of_their_class() -> None:
    code = """
from sqlalchemy.orm import Session
class Items:
    def __init__(self, db: Session):
        self.db = db
    def all(self):
        return self.db.query(1).all()
app = FastAPI()
@app.on_event("startup")
def startup(session=None):
    Items(session).all()
"""
    project = project_of(main=HEAD + code)
    assert "sqlalchemy.orm.Session.query" in {call.name for call in project.calls}


def test_what_runs_when_the_application_stops_adds_nothing() -> None:
    code = """
async def leave(app):
    app.include_router(router)
@asynccontextmanager
async def lifespan(app: FastAPI):
    try:
        app.get("/ping")(read)
        yield
    finally:
        await leave(app)
        app.include_router(router)
app = FastAPI(lifespan=lifespan)
"""
    assert served(project_of(main=HEAD + code)) == ["GET /ping"]
