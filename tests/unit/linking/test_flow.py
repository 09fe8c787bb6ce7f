"""The call graph: which functions lead to which, and where each of them runs."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.model.flow import Context
from fastapi_audit.model.project import Project

START = """
import asyncio
import functools
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import anyio
import requests
from asgiref.sync import sync_to_async
from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

app = FastAPI()

def wait():
    requests.get("https://example.com")

async def wait_async():
    requests.get("https://example.com")

"""


def runs(project: Project, name: str) -> set[str]:
    """Return where the function of a name runs."""
    (function,) = (function for function in project.functions if function.qualname == name)
    return {context.value for context in project.flow.runs_in(function)}


def held_up(source: str) -> list[str]:
    """Return the async functions with a call that blocks the event loop for requests, each with the chain of calls."""
    project = project_of(main=START + source)
    found = [call for function in project.functions for call in project.flow.held_up_by(function, "blocking")]
    return [
        " -> ".join([str(call.function and call.function.qualname), *(str(step.name) for step in call.chain)])
        for call in found
        if call.function is not None and call.function.name != "wait_async"
    ]


ON_THE_LOOP = {
    "a handler": "@app.get('/')\nasync def handler():\n    wait()\n",
    "a dependency": "async def user():\n    wait()\n\n@app.get('/')\nasync def handler(user=Depends(user)): ...\n",
    "a websocket": "@app.websocket('/')\nasync def handler(socket: WebSocket):\n    wait()\n",
    "a middleware": "@app.middleware('http')\nasync def handler(request, call_next):\n    wait()\n",
    "an exception handler": "@app.exception_handler(ValueError)\nasync def handler(request, error):\n    wait()\n",
    "a partial": "@app.get('/')\nasync def handler():\n    functools.partial(wait)()\n",
    "an alias": "hold = wait\n\n@app.get('/')\nasync def handler():\n    hold()\n",
    "a method": "class Client:\n    def load(self):\n        wait()\n\n@app.get('/')\nasync def handler():\n"
    "    Client().load()\n",
    "a bound method": "class Client:\n    def load(self):\n        wait()\n\n@app.get('/')\nasync def handler():\n"
    "    load = Client().load\n    load()\n",
    "an attribute": "class Client:\n    def load(self):\n        wait()\n\nclass Service:\n    def __init__(self):\n"
    "        self.client = Client()\n\n@app.get('/')\nasync def handler():\n    Service().client.load()\n",
    "a dependency's result": "class Client:\n    def load(self):\n        wait()\n\ndef client() -> Client:\n"
    "    return Client()\n\n@app.get('/')\nasync def handler(client: Client = Depends(client)):\n    client.load()\n",
    "an inherited method": "class Base:\n    def load(self):\n        wait()\n\nclass Client(Base): ...\n\n"
    "@app.get('/')\nasync def handler():\n    Client().load()\n",
    "a constructor": "class Client:\n    def __init__(self):\n        wait()\n\n@app.get('/')\nasync def handler():\n"
    "    Client()\n",
    "a callable instance": "class Client:\n    def __call__(self):\n        wait()\n\nclient = Client()\n\n"
    "@app.get('/')\n"
    "async def handler():\n    client()\n",
    "a nested function": "@app.get('/')\nasync def handler():\n    def inner():\n        wait()\n    inner()\n",
    "a context manager": "@contextmanager\ndef opened():\n    wait()\n    yield\n\n@app.get('/')\n"
    "async def handler():\n"
    "    with opened():\n        pass\n",
    "a lambda": "@app.get('/')\nasync def handler():\n    load = lambda: wait()\n    load()\n",
    "a key function": "@app.get('/')\nasync def handler():\n    sorted([1], key=wait)\n",
    "a decorated function": "def logged(function):\n    @functools.wraps(function)\n    def wrapper(*args):\n"
    "        return function(*args)\n    return wrapper\n\n@logged\ndef load():\n    wait()\n\n@app.get('/')\n"
    "async def handler():\n    load()\n",
    "a cached function with parameters": "@functools.lru_cache\ndef load(key):\n    wait()\n\n@app.get('/')\n"
    "async def handler():\n    load(1)\n",
    "an object that is entered": "class Shelf:\n    def __enter__(self):\n        wait()\n"
    "    def __exit__(self, *error): ...\n"
    "\n@app.get('/')\nasync def handler():\n    with Shelf():\n        pass\n",
    "a property": "class Shelf:\n    @property\n    def full(self):\n        wait()\n\n"
    "@app.get('/')\nasync def handler():\n"
    "    return Shelf().full\n",
    "a callback of the loop": "@app.get('/')\nasync def handler():\n    asyncio.get_running_loop().call_soon(wait)\n",
    "a generator that is gone through": "def rows():\n    wait()\n    yield 1\n\n@app.get('/')\nasync def handler():\n"
    "    for row in rows():\n        pass\n",
    "a generator in a list": "def rows():\n    wait()\n    yield 1\n\n@app.get('/')\nasync def handler():\n"
    "    return list(rows())\n",
    "another coroutine": "async def handler_helper():\n    wait()\n\n@app.get('/')\nasync def handler():\n"
    "    await handler_helper()\n",
    "a task made at startup": "async def poll():\n    wait()\n\n@asynccontextmanager\nasync def lifespan(app):\n"
    "    asyncio.create_task(poll())\n    yield\n\nother = FastAPI(lifespan=lifespan)\n",
    "a background coroutine": "async def later():\n    wait()\n\n@app.get('/')\ndef handler(tasks: BackgroundTasks):\n"
    "    tasks.add_task(later)\n",
    "a loop called from a thread": "async def later():\n    wait()\n\n@app.get('/')\ndef handler():\n"
    "    anyio.from_thread.run(later)\n",
    "a method that subclasses fill in": "class Base:\n    def load(self): ...\n\nclass Client(Base):\n"
    "    def load(self):\n"
    "        wait()\n\n@app.get('/')\nasync def handler(base: Base = Depends(Client)):\n    base.load()\n",
}

OFF_THE_LOOP = {
    "a plain handler": "@app.get('/')\ndef handler():\n    wait()\n",
    "a plain dependency": "def user():\n    wait()\n\n@app.get('/')\nasync def handler(user=Depends(user)): ...\n",
    "a class as a dependency": "class User:\n    def __init__(self):\n        wait()\n\n@app.get('/')\n"
    "async def handler(user: User = Depends()): ...\n",
    "the thread pool": "@app.get('/')\nasync def handler():\n    await run_in_threadpool(wait)\n",
    "a thread of asyncio": "@app.get('/')\nasync def handler():\n    await asyncio.to_thread(wait)\n",
    "a thread of anyio": "@app.get('/')\nasync def handler():\n    await anyio.to_thread.run_sync(wait)\n",
    "an executor": "@app.get('/')\nasync def handler():\n    loop = asyncio.get_running_loop()\n"
    "    await loop.run_in_executor(None, wait)\n",
    "a pool of threads": "pool = ThreadPoolExecutor()\n\n@app.get('/')\nasync def handler():\n    pool.submit(wait)\n",
    "a pool of processes": "pool = ProcessPoolExecutor()\n\n@app.get('/')\nasync def handler():\n"
    "    pool.submit(wait)\n",
    "a thread": "@app.get('/')\nasync def handler():\n    threading.Thread(target=wait).start()\n",
    "a partial in a thread": "@app.get('/')\nasync def handler():\n"
    "    await asyncio.to_thread(functools.partial(wait))\n",
    "a lambda in a thread": "@app.get('/')\nasync def handler():\n    await asyncio.to_thread(lambda: wait())\n",
    "a method in a thread": "class Client:\n    def load(self):\n        wait()\n\n@app.get('/')\n"
    "async def handler():\n"
    "    await asyncio.to_thread(Client().load)\n",
    "a nested function in a thread": "@app.get('/')\nasync def handler():\n    def inner():\n        wait()\n"
    "    await asyncio.to_thread(inner)\n",
    "a decorator that offloads": "@sync_to_async\ndef load():\n    wait()\n\n@app.get('/')\nasync def handler():\n"
    "    await load()\n",
    "a wrapper that offloads": "load = sync_to_async(wait)\n\n@app.get('/')\nasync def handler():\n    await load()\n",
    "a decorator of the project that offloads": "def in_thread(function):\n    @functools.wraps(function)\n"
    "    async def wrapper(*args):\n        return await run_in_threadpool(function, *args)\n    return wrapper\n\n"
    "@in_thread\ndef load():\n    wait()\n\n@app.get('/')\nasync def handler():\n    await load()\n",
    "a background function": "@app.get('/')\nasync def handler(tasks: BackgroundTasks):\n    tasks.add_task(wait)\n",
    "a generator that is streamed": "def rows():\n    wait()\n    yield 'a'\n\n@app.get('/')\nasync def handler():\n"
    "    return StreamingResponse(rows())\n",
    "startup": "@asynccontextmanager\nasync def lifespan(app):\n    wait()\n    yield\n\n"
    "other = FastAPI(lifespan=lifespan)\n",
    "what startup awaits": "async def warm():\n    wait()\n\n@app.on_event('startup')\nasync def start():\n"
    "    await asyncio.gather(warm())\n",
    "a loop of its own": "async def main():\n    wait()\n\nasyncio.run(main())\n",
    "a function cached once": "@functools.lru_cache\ndef settings():\n    wait()\n\n@app.get('/')\n"
    "async def handler():\n"
    "    settings()\n",
    "a result that is kept for all": "kept = None\n\ndef load():\n    wait()\n    return 1\n\n@app.get('/')\n"
    "async def handler():\n    global kept\n    if kept is None:\n        kept = load()\n    return kept\n",
    "import": "wait()\n",
    "an object of another class": "class Store:\n    def get(self, url): ...\n\nrequests = Store()\n\n@app.get('/')\n"
    "async def handler():\n    requests.get('x')\n",
}


@pytest.mark.parametrize("source", ON_THE_LOOP.values(), ids=ON_THE_LOOP.keys())
def test_it_holds_up_requests(source: str) -> None:
    assert len(held_up(source)) == 1


@pytest.mark.parametrize("source", OFF_THE_LOOP.values(), ids=OFF_THE_LOOP.keys())
def test_it_holds_up_nobody(source: str) -> None:
    assert held_up(source) == []


def test_the_chain_goes_from_the_async_function_to_the_cause_across_files() -> None:
    project = project_of(
        app__main="""
        from fastapi import FastAPI
        from app import service as work
        app = FastAPI()
        @app.get("/")
        async def handler():
            work.load()
        """,
        app__service="""
        from .clients import fetch as get
        def load():
            return get("https://example.com")
        """,
        app__clients="""
        from requests import get
        def fetch(url):
            return get(url)
        """,
    )
    (call,) = (call for function in project.functions for call in project.flow.held_up_by(function, "blocking"))

    assert [str(step.place) for step in call.chain] == ["app/main.py:7:5", "app/service.py:4:12", "app/clients.py:4:12"]
    assert call.cause.name == "requests.get"


def test_an_override_that_may_be_meant_lowers_the_confidence() -> None:
    project = project_of(main=START + ON_THE_LOOP["a method that subclasses fill in"])
    (handler,) = (function for function in project.functions if function.name == "handler")

    assert [call.confidence for call in project.flow.held_up_by(handler, "blocking")] == ["medium"]


def test_a_greenlet_may_wait_for_the_database_and_for_nothing_else() -> None:
    project = project_of(
        main=START
        + """
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

def read(session: Session):
    session.execute("SELECT 1")
    wait()

@app.get("/")
async def handler(session: AsyncSession):
    await session.run_sync(read)
"""
    )
    (handler,) = (function for function in project.functions if function.name == "handler")

    assert [call.kind for call in project.flow.held_up_by(handler, "blocking", "data")] == ["blocking"]


def test_contexts_follow_the_calls() -> None:
    project = project_of(
        main=START
        + """
def shared(): ...
def threaded():
    shared()
async def looped():
    shared()
@app.get("/1")
def plain():
    threaded()
@app.get("/2")
async def handler():
    await looped()
async def job(): ...
def main():
    asyncio.run(job())
main()
"""
    )

    assert runs(project, "shared") == {Context.THREAD.value, Context.LOOP.value}
    assert runs(project, "threaded") == {Context.THREAD.value}
    assert runs(project, "looped") == {Context.LOOP.value}
    assert runs(project, "main") == {Context.IMPORT.value}
    assert runs(project, "job") == {Context.OWN_LOOP.value}


def test_tasks_of_a_queue_run_elsewhere() -> None:
    project = project_of(
        main="""
        import dramatiq
        from celery import shared_task
        @shared_task
        def first(): ...
        @dramatiq.actor(max_retries=3)
        async def second(): ...
        """
    )

    assert runs(project, "first") == runs(project, "second") == {Context.ELSEWHERE.value}


def test_the_routes_that_reach_a_function_are_those_of_its_callers() -> None:
    project = project_of(
        main=START
        + """
def inner(): ...
def user():
    inner()
@app.get("/1")
def one(user=Depends(user)): ...
@app.get("/2")
async def two():
    await asyncio.to_thread(inner)
@app.get("/3")
async def three(): ...
"""
    )
    (inner,) = (function for function in project.functions if function.name == "inner")

    assert [str(route) for route in project.flow.routes(inner)] == ["GET /1", "GET /2"]


def test_routes_are_handed_down_through_functions_that_call_each_other() -> None:
    project = project_of(
        main=START
        + """
def first(number):
    second(number)
def second(number):
    first(number - 1)
    last()
def last(): ...
def unused():
    last()
@app.get("/2")
def two():
    second(2)
@app.get("/1")
def one():
    first(1)
"""
    )
    routes = {one.name: [str(route) for route in project.flow.routes(one)] for one in project.functions}

    assert routes["first"] == routes["second"] == routes["last"] == ["GET /2", "GET /1"]
    assert routes["unused"] == []


def test_what_runs_apart_also_does_so_behind_what_is_started_apart() -> None:
    project = project_of(
        main=START
        + """
def inner(): ...
def outer():
    inner()
def waited_for(): ...
@app.get("/")
def handler(tasks: BackgroundTasks):
    tasks.add_task(outer)
    waited_for()
"""
    )
    apart = {one.name for one in project.functions if project.flow.runs_apart(one)}

    assert apart == {"inner", "outer"}
