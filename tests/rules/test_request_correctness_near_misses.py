"""What the rules about path parameters, dependencies, websockets and times leave alone, and what they see through."""

from __future__ import annotations

from importlib import import_module

import pytest
from rule_builders import Counts, counts_of

from fastapi_audit.testing import Files, check_files


def counts(rule: str, files: Files) -> Counts:
    return counts_of(f"correctness.{rule}", files)


HEAD = """
import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated
import fastapi
from fastapi import APIRouter, Depends, FastAPI, Path, Request, Security, WebSocket, WebSocketDisconnect
from fastapi.requests import Request as Asked
from pydantic import BaseModel
app = FastAPI()
"""


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("/x/{id}", "number: int", (0, 1, 0)),
        ("/x/{id}", "", (0, 1, 0)),
        ("/x/{id}/{slug}", "id: int", (0, 1, 0)),
        ("/x", "number: Annotated[int, Path(ge=1)]", (0, 1, 0)),
        ("/x/{id}", "id", (1, 0, 0)),
        ("/x/{id:int}", "id: int", (1, 0, 0)),
        ("/x/{id}", "number: int = Path(alias='id')", (1, 0, 0)),
        ("/x/{rest:path}", "", (1, 0, 0)),
        ("/x/{id}", "asked: Asked", (1, 0, 0)),
        ("/x/{id}", "request: fastapi.Request", (1, 0, 0)),
        ("/x/{id}", "request: 'Request'", (1, 0, 0)),
        ("/x/{id}", "body=Depends(read_id)", (1, 0, 0)),
        ("/x/{id}", "body=Depends(Reader)", (1, 0, 0)),
    ],
)
def test_parameters_are_matched_by_name(path: str, parameters: str, expected: tuple[int, int, int]) -> None:
    code = f"""
def read_id(id: int): return id
class Reader:
    def __init__(self, id: int): ...
@app.get("{path}")
def read({parameters}): ...
"""
    assert counts("path_parameter_mismatch", {"app/main.py": HEAD + code}) == expected


def test_what_a_prefix_brings_in_may_be_for_others() -> None:
    code = """
router = APIRouter(prefix="/shops/{shop}")
@router.get("/x")
def read(): ...
app.include_router(router, prefix="/{tenant}")
"""
    assert counts("path_parameter_mismatch", {"app/main.py": HEAD + code}) == (1, 0, 0)


@pytest.mark.parametrize(
    ("given", "fails"),
    [
        ("Depends(load())", 1),
        ("Depends(dependency=wait())", 1),
        ("Security(session())", 1),
        ("Depends(Page(size=1))", 1),
        ("Depends(load)", 0),
        ("Depends(Page)", 0),
        ("Depends(factory(1))", 0),
        ("Depends(Limit(1))", 0),
        ("Depends(Child(1))", 0),
        ("Depends(asynccontextmanager(wait))", 0),
        ("Depends()", 0),
    ],
)
def test_only_what_cannot_be_called_is_reported(given: str, fails: int) -> None:
    code = f"""
def load(): return {{"a": 1}}
async def wait(): return load
def session(): yield 1
def factory(size):
    async def inner(): return size
    return inner
class Page(BaseModel):
    size: int
class Limit:
    def __init__(self, most): self.most = most
    def __call__(self): return self.most
class Child(Limit): ...
@app.get("/x")
def read(value=None, other={given}): ...
"""
    assert counts("dependency_called", {"app/main.py": HEAD + code})[1] == fails


SESSION = """
class Session:
    def rollback(self): ...
    def close(self): ...
def refuse(error): raise ValueError from error
def get_session():
    session = Session()
    try:
        yield session
    except {kind}:
        {line}
    finally:
        session.close()
{use}
"""
USE = "@app.get('/x')\ndef read(session=Depends(get_session)): ...\n"


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("Exception", "session.rollback()", (0, 1, 0)),
        ("ValueError as error", "print(error)", (0, 1, 0)),
        ("Exception", "return", (0, 1, 0)),
        ("Exception", "session.rollback(); raise", (1, 0, 0)),
        ("Exception as error", "raise ValueError from error", (1, 0, 0)),
        ("Exception as error", "refuse(error)", (0, 0, 1)),
        ("asyncio.CancelledError", "session.rollback()", (0, 0, 0)),
    ],
)
def test_a_clause_around_the_yield_raises_again(kind: str, line: str, expected: tuple[int, int, int]) -> None:
    files = {"app/main.py": HEAD + SESSION.format(kind=kind, line=line, use=USE)}

    assert counts("dependency_swallows_exception", files) == expected


def test_a_generator_that_is_no_dependency_may_swallow() -> None:
    files = {"app/main.py": HEAD + SESSION.format(kind="Exception", line="pass", use="")}

    assert counts("dependency_swallows_exception", files) == (0, 0, 0)


def test_older_versions_of_fastapi_raise_by_themselves() -> None:
    files = {
        "app/main.py": HEAD + SESSION.format(kind="Exception", line="pass", use=USE),
        "requirements.txt": "fastapi==0.109.2\n",
    }

    assert (
        check_files(import_module("fastapi_audit_rules.correctness.dependency_swallows_exception"), files).passes == 0
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("while True: await socket.receive_json()", (0, 1, 0)),
        ("while True: await listen(socket)", (0, 0, 0)),
        ("await serve(socket)", (0, 1, 0)),
        ("await guarded(socket)", (1, 0, 0)),
        ("while True: await socket.send_text('x')", (0, 0, 0)),
        ("await socket.receive_text()", (0, 0, 0)),
        ("async for text in socket.iter_text(): print(text)", (0, 0, 0)),
    ],
)
def test_a_loop_that_receives_handles_that_the_client_leaves(body: str, expected: tuple[int, int, int]) -> None:
    code = f"""
async def listen(socket: WebSocket): return await socket.receive()
async def serve(socket: WebSocket):
    while True:
        print(await socket.receive_text())
async def guarded(socket: WebSocket):
    try:
        await serve(socket)
    except (WebSocketDisconnect, KeyError):
        print("gone")
@app.websocket("/x")
async def chat(socket: WebSocket):
    {body}
"""
    assert counts("websocket_disconnect_unhandled", {"app/main.py": HEAD + code}) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datetime.utcnow()", (0, 1, 0)),
        ("datetime.now()", (0, 1, 0)),
        ("datetime.now(None)", (0, 1, 0)),
        ("datetime.now().isoformat()", (0, 1, 0)),
        ("datetime.now(zone) - datetime.now()", (1, 1, 0)),
        ("dict(made=datetime.utcnow)", (0, 1, 0)),
        ("datetime.utcnow().timestamp()", (0, 1, 0)),
        ("datetime.now(UTC)", (1, 0, 0)),
        ("datetime.now(tz=zone)", (1, 0, 0)),
        ("datetime.now(*zone)", (1, 0, 0)),
        ("datetime.now(zone if clock else None)", (0, 0, 1)),
        ("datetime.utcnow().replace(tzinfo=UTC)", (1, 0, 0)),
        ("datetime.now().strftime('%Y')", (1, 0, 0)),
        ("dict(made=datetime.now)", (0, 0, 0)),
        ("clock.now()", (0, 0, 0)),
    ],
)
def test_a_time_has_its_zone(expression: str, expected: tuple[int, int, int]) -> None:
    code = f"def take(zone, clock):\n    return {expression}\n"

    assert counts("naive_datetime", {"app/main.py": HEAD + code}) == expected
