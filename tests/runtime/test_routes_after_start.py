"""Routes that applications get while they start: the static map is that of FastAPI once it serves."""

from __future__ import annotations

import pytest
from runtime.comparison import compare_files
from runtime.interpreter import Interpreter

HEAD = """
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI
router = APIRouter(prefix="/items")
@router.get("/{number}")
def read(number: int): ...
def ping(): ...
"""
STARTS = {
    "a lifespan includes a router": """
@asynccontextmanager
async def lifespan(app: FastAPI):
    app.include_router(router, tags=["late"])
    yield
app = FastAPI(lifespan=lifespan)
app.get("/early")(ping)
""",
    "functions that it calls do": """
def add_all(app, *routers):
    for one in routers:
        app.include_router(one, prefix="/v1")
async def startup(application):
    add_all(application, router)
@asynccontextmanager
async def lifespan(app):
    await startup(app)
    yield
app = FastAPI(lifespan=lifespan)
""",
    "a function finds the application by itself": """
app = FastAPI()
def add():
    app.add_api_route("/ping", ping, methods=["POST"])
def prepare():
    add()
@app.on_event("startup")
async def startup():
    prepare()
""",
    "a startup function is listed": """
def startup():
    late.include_router(router)
app = late = FastAPI(on_startup=[startup])
""",
    "a startup function is added in a factory": """
def create():
    made = FastAPI()
    @made.on_event("startup")
    async def startup():
        made.get("/ping")(ping)
    return made
app = create()
""",
    "an object holds the application": """
class Wiring:
    def __init__(self, app: FastAPI):
        self.app = app
    def wire(self):
        self.app.include_router(router)
@asynccontextmanager
async def lifespan(app: FastAPI):
    Wiring(app).wire()
    yield
app = FastAPI(lifespan=lifespan)
""",
    "functions for startup beside a lifespan never run": """
@asynccontextmanager
async def lifespan(app: FastAPI):
    yield
app = FastAPI(lifespan=lifespan)
app.get("/early")(ping)
@app.on_event("startup")
def startup():
    app.include_router(router)
""",
    "a mounted application is not started": """
@asynccontextmanager
async def lifespan(app: FastAPI):
    app.include_router(router)
    yield
inner = FastAPI(lifespan=lifespan)
inner.get("/early")(ping)
app = FastAPI()
app.mount("/inner", inner)
""",
    "an application is mounted at startup": """
inner = FastAPI()
inner.include_router(router)
@asynccontextmanager
async def lifespan(app: FastAPI):
    app.mount("/inner", inner)
    yield
app = FastAPI(lifespan=lifespan)
""",
}


@pytest.mark.parametrize("source", STARTS.values(), ids=STARTS)
def test_what_is_served_after_the_start_is_found(fastapi: Interpreter, source: str) -> None:
    comparison = compare_files(fastapi, {"main.py": HEAD + source}, "start main:app")
    assert comparison.is_equal, str(comparison)
