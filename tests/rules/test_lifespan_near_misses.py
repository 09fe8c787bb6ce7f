"""Functions for startup and shutdown in their old form, beside things that look like them."""

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, counts_of

START = """
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI


async def connect(): ...


@asynccontextmanager
async def lifespan(app):
    yield


router = APIRouter()
"""


@pytest.mark.parametrize(
    "code",
    [
        "app = FastAPI()\napp.on_event('startup')(connect)",
        "app = FastAPI()\napp.router.add_event_handler('startup', connect)",
        "app = FastAPI(lifespan=None)\napp.on_event('shutdown')(connect)",
        "app = FastAPI(on_startup=[connect], on_shutdown=[connect])",
        "app = FastAPI()\nrouter.on_event('startup')(connect)\napp.include_router(router)",
        "def make():\n    app = FastAPI()\n    app.on_event('startup')(connect)\n    return app\n\n\nmade = make()",
        "class Service(FastAPI):\n    pass\n\n\napp = Service()\napp.on_event('startup')(connect)",
    ],
)
def test_functions_that_are_registered_for_startup_or_shutdown_are_deprecated(code: str) -> None:
    assert counts_of("deployment.deprecated_startup_event", {"main.py": START + code}) == FAILS


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("app = FastAPI()", NO_SUBJECT),
        ("app = FastAPI(on_startup=[])", NO_SUBJECT),
        ("app = FastAPI(lifespan=lifespan)", PASSES),
        ("app = FastAPI(lifespan=lifespan)\napp.on_event('startup')(connect)", PASSES),  # it never runs: COR015
        ("from lib import made\napp = FastAPI(**made)\napp.on_event('startup')(connect)", NO_SUBJECT),
        ("app = FastAPI()\nrouter.on_event('startup')(connect)", NO_SUBJECT),  # the router is never included
        ("from lib import bus\napp = FastAPI()\n\n\n@bus.on_event('startup')\ndef begin(): ...", NO_SUBJECT),
    ],
)
def test_only_what_runs_and_is_fastapis_own_is_deprecated(code: str, expected: tuple[int, int, int]) -> None:
    assert counts_of("deployment.deprecated_startup_event", {"main.py": START + code}) == expected


def test_before_there_was_a_lifespan_nothing_is_deprecated() -> None:
    code = START + "app = FastAPI()\napp.on_event('startup')(connect)"
    files = {"requirements.txt": "fastapi==0.92.0\n", "main.py": code}

    assert counts_of("deployment.deprecated_startup_event", files) == NO_SUBJECT


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("app.add_middleware(BaseHTTPMiddleware, dispatch=handle)", FAILS),
        ("app.middleware('http')(handle)", FAILS),
        ("class Base(BaseHTTPMiddleware): ...\n\n\nclass Own(Base): ...\n\n\napp.add_middleware(Own)", FAILS),
        ("app.add_middleware(GZipMiddleware)", NO_SUBJECT),
        ("class Own:\n    async def __call__(self, scope, receive, send): ...\n\n\napp.add_middleware(Own)", PASSES),
        (
            "def own(app):\n    return lambda *message: app(*message)\n\n\napp.add_middleware(own)",
            PASSES,
        ),
    ],
)
def test_middleware_is_told_by_its_class(code: str, expected: tuple[int, int, int]) -> None:
    start = """
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from starlette.middleware.base import BaseHTTPMiddleware

app = FastAPI()


async def handle(request, call_next):
    return await call_next(request)


"""
    assert counts_of("performance.base_http_middleware", {"main.py": start + code}) == expected
