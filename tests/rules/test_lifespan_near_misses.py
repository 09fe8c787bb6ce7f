"""Startup and shutdown: their old form, what they open, what closes it; and what only looks like that."""

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


STREAM = "@app.get('/')\ndef read():\n    return StreamingResponse(iter(()))\n\n\n"
MORE = "@app.get('/more')\ndef more(): ...\n\n\n"
HEALTH = "@app.get('/health')\ndef health(): ...\n\n\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("app.add_middleware(BaseHTTPMiddleware, dispatch=handle)", PASSES),
        ("app.middleware('http')(handle)", PASSES),
        ("class Base(BaseHTTPMiddleware): ...\n\n\nclass Own(Base): ...\n\n\napp.add_middleware(Own)", PASSES),
        (f"{STREAM}{MORE}app.add_middleware(BaseHTTPMiddleware, dispatch=handle)", FAILS),
        (f"{STREAM}{MORE}app.middleware('http')(handle)", FAILS),
        (f"{STREAM}{HEALTH}app.middleware('http')(handle)", PASSES),
        (f"{STREAM}{MORE}if debug:\n    app.middleware('http')(handle)", PASSES),
        (f"{STREAM}{MORE}if environ['ENV'] != 'production':\n    app.middleware('http')(handle)", PASSES),
        (f"{STREAM}{MORE}if environ['ENV'] == 'prod':\n    ...\nelse:\n    app.middleware('http')(handle)", PASSES),
        (f"{STREAM}{MORE}if environ['ENV'] in ('dev', 'test'):\n    app.middleware('http')(handle)", PASSES),
        (f"{STREAM}{MORE}if not debug:\n    app.middleware('http')(handle)", FAILS),
        (f"{STREAM}{MORE}if debug or environ['AUDIT']:\n    app.middleware('http')(handle)", FAILS),
        (f"{STREAM}{MORE}if environ['TRACING'] and not debug:\n    app.middleware('http')(handle)", FAILS),
        (f"{STREAM}{MORE}def add():\n    app.middleware('http')(handle)\n\n\nif debug:\n    add()", PASSES),
        (
            f"{STREAM}{MORE}class Base(BaseHTTPMiddleware): ...\n\n\nclass Own(Base): ...\n\n\napp.add_middleware(Own)",
            FAILS,
        ),
        (f"{STREAM}{MORE}app.middleware('http')(lambda request, call_next: call_next(request))", NO_SUBJECT),
        ("app.middleware('http')(handle)\napp.middleware('http')(other)", (0, 2, 0)),
        ("if debug:\n    app.middleware('http')(handle)\nelse:\n    app.middleware('http')(other)", (2, 0, 0)),
        ("if debug:\n    app.middleware('http')(handle)\napp.middleware('http')(other)", (2, 0, 0)),
        ("app.middleware('http')(read_body)", FAILS),
        ("app.middleware('http')(read_untyped)", FAILS),
        ("app.middleware('http')(read_answer)", PASSES),
        ("app.middleware('http')(set_user)", PASSES),
        ("def who():\n    return user.get()\n\n\napp.middleware('http')(set_user)", FAILS),
        ("app.add_middleware(GZipMiddleware)", NO_SUBJECT),
        ("class Own:\n    async def __call__(self, scope, receive, send): ...\n\n\napp.add_middleware(Own)", PASSES),
        (
            "def own(app):\n    return lambda *message: app(*message)\n\n\napp.add_middleware(own)",
            PASSES,
        ),
    ],
)
def test_middleware_is_told_by_its_class_and_counts_where_it_is_felt(code: str, expected: tuple[int, int, int]) -> None:
    start = """
from contextvars import ContextVar
from os import environ

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import StreamingResponse
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request

app = FastAPI()
debug = environ["DEBUG"]
user: ContextVar[str] = ContextVar("user")


async def handle(request, call_next):
    return await call_next(request)


async def other(request, call_next):
    return await call_next(request)


async def read_body(request: Request, call_next):
    await request.json()
    return await call_next(request)


async def read_untyped(request, call_next):
    await request.body()
    return await call_next(request)


async def read_answer(request, call_next):
    answer = await call_next(request)
    answer.json()
    return answer


async def set_user(request, call_next):
    user.set(request.headers["X-User"])
    return await call_next(request)


"""
    assert counts_of("performance.base_http_middleware", {"main.py": start + code}) == expected


OPENING = """
import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import create_async_engine

scheduler = AsyncIOScheduler()


async def forever():
    while True:
        await asyncio.sleep(1)


async def once():
    await asyncio.sleep(1)


async def make_pool():
    return await asyncpg.create_pool('postgresql://db')


class Clients:
    async def start(self):
        self.client = httpx.AsyncClient()

    async def stop(self):
        await self.client.aclose()


clients = Clients()


"""
LIFESPAN = "@asynccontextmanager\nasync def lifespan(app):\n{body}\n\n\napp = FastAPI(lifespan=lifespan)\n"


def shutdown_of(*body: str, outside: str = "") -> tuple[int, int, int]:
    lines = "\n".join(f"    {line}" for line in body)
    code = f"{OPENING}{outside}\n{LIFESPAN.format(body=lines)}"
    return counts_of("deployment.missing_graceful_shutdown", {"main.py": code})


@pytest.mark.parametrize(
    "body",
    [
        ("app.state.client = httpx.AsyncClient()", "yield"),
        ("app.state.pool = await make_pool()", "yield"),
        ("scheduler.start()", "yield"),
        ("task = asyncio.create_task(forever())", "yield"),
        ("engine = create_async_engine('postgresql+asyncpg://db')", "yield"),
        ("app.state.redis = Redis()", "yield"),
        ("await clients.start()", "yield"),
        ("app.state.pool = await make_pool()", "client = httpx.AsyncClient()", "yield", "await client.aclose()"),
    ],
)
def test_nothing_closes_what_startup_opens(body: tuple[str, ...]) -> None:
    assert shutdown_of(*body) == FAILS


@pytest.mark.parametrize(
    "body",
    [
        ("client = httpx.AsyncClient()", "yield", "await client.aclose()"),
        ("app.state.pool = await make_pool()", "yield", "await app.state.pool.close()"),
        (
            "async with AsyncExitStack() as stack:",
            "    await stack.enter_async_context(httpx.AsyncClient())",
            "    yield",
        ),
        ("scheduler.start()", "yield", "scheduler.shutdown()"),
        ("task = asyncio.create_task(forever())", "yield", "task.cancel()"),
        ("await clients.start()", "yield", "await clients.stop()"),
        ("app.state.redis = Redis()", "try:", "    yield", "finally:", "    await app.state.redis.aclose()"),
    ],
)
def test_something_closes_what_startup_opens(body: tuple[str, ...]) -> None:
    assert shutdown_of(*body) == PASSES


@pytest.mark.parametrize(
    "body",
    [
        ("yield",),
        ("asyncio.create_task(once())", "yield"),
        ("async with await make_pool() as pool:", "    yield {'pool': pool}"),
        ("async with httpx.AsyncClient() as client:", "    await client.get('https://a.b')", "yield"),
    ],
)
def test_what_closes_by_itself_is_not_reported(body: tuple[str, ...]) -> None:
    assert shutdown_of(*body)[1] == 0


MAKING = "def make():\n    client = httpx.AsyncClient()\n    client.headers['a'] = 'b'\n    {}\n"


@pytest.mark.parametrize(
    ("body", "end", "expected"),
    [
        (("async with make() as client:", "    yield {'client': client}"), "return client", NO_SUBJECT),
        (("app.state.client = make()", "yield"), "return client", FAILS),
        (("async with make():", "    yield"), "return make_pool()", FAILS),
    ],
)
def test_what_a_factory_keeps_in_a_local_is_closed_where_it_is_entered(
    body: tuple[str, ...], end: str, expected: tuple[int, int, int]
) -> None:
    assert shutdown_of(*body, outside=MAKING.format(end)) == expected


@pytest.mark.parametrize(
    ("outside", "expected"),
    [
        ("client = httpx.AsyncClient()", FAILS),
        ("engine = create_async_engine('postgresql+asyncpg://db')", NO_SUBJECT),
        ("redis = Redis()", NO_SUBJECT),
        ("def client():\n    return httpx.AsyncClient()", NO_SUBJECT),
    ],
)
def test_what_a_module_makes_counts_where_it_warns_when_left_open(outside: str, expected: tuple[int, int, int]) -> None:
    assert shutdown_of("yield", outside=outside) == expected


@pytest.mark.parametrize(
    "code",
    [
        "from lib import lifespan\n\nclient = httpx.AsyncClient()\napp = FastAPI(lifespan=lifespan)",
        "client = httpx.AsyncClient()\napp = FastAPI(on_shutdown=[client.aclose])\napp.get('/')(once)",
        "client = httpx.AsyncClient()\napp = FastAPI()\napp.get('/')(once)\n"
        "app.add_event_handler('shutdown', client.aclose)",
    ],
)
def test_what_others_may_close_is_not_reported(code: str) -> None:
    assert counts_of("deployment.missing_graceful_shutdown", {"main.py": f"{OPENING}{code}\n"})[1] == 0
