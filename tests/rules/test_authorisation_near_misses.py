"""What the rules about who may do what leave alone, and what they see through."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.testing import check_files


def result(rule: str, files: dict[str, str]) -> RuleResult:
    (only,) = check_files(import_module(f"fastapi_audit_rules.security.{rule}"), files).results
    return only


def counts(rule: str, code: str) -> tuple[int, int, int]:
    found = result(rule, {"app/main.py": code})
    return found.passes, found.fails, found.unknowns


SOCKETS = """
from typing import Annotated
import jwt
from fastapi import Cookie, Depends, FastAPI, HTTPException, Request, WebSocket, WebSocketException
from fastapi.security import HTTPBearer

app = FastAPI()

@app.get("/items", dependencies=[Depends(HTTPBearer())])
def read_items() -> None: ...
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # a function that is called refuses the caller
        (
            "async def admit(websocket: WebSocket) -> None:\n    if 'session' not in websocket.cookies:\n"
            "        raise WebSocketException(1008)\n"
            "@app.websocket('/ws')\nasync def ws(websocket: WebSocket) -> None:\n    await admit(websocket)\n",
            (1, 0, 0),
        ),
        # the first message carries the token
        (
            "@app.websocket('/ws')\nasync def ws(websocket: WebSocket) -> None:\n    await websocket.accept()\n"
            "    jwt.decode(await websocket.receive_text(), 'k', algorithms=['HS256'])\n",
            (1, 0, 0),
        ),
        # it is looked at, nobody is seen to be refused
        (
            "@app.websocket('/ws')\nasync def ws(websocket: WebSocket) -> None:\n"
            "    agent = websocket.headers.get('user-agent')\n    await websocket.accept()\n",
            (0, 0, 1),
        ),
        # a library gets hold of it
        (
            "import acme\n@app.websocket('/ws')\nasync def ws(websocket: WebSocket) -> None:\n"
            "    await acme.serve(websocket)\n",
            (0, 0, 1),
        ),
        # a path that anybody may ask
        ("@app.websocket('/health')\nasync def ws(websocket: WebSocket) -> None: ...\n", (0, 0, 0)),
        # a query parameter that is no credential
        (
            "@app.websocket('/ws/{room}')\nasync def ws(websocket: WebSocket, room: str, last: int = 0) -> None:\n"
            "    await websocket.accept()\n    await websocket.close(code=1000)\n",
            (0, 1, 0),
        ),
        # a dependency that takes a cookie and lets everybody in
        (
            "def session(session: Annotated[str | None, Cookie()] = None) -> str | None:\n    return session\n"
            "@app.websocket('/ws')\nasync def ws(websocket: WebSocket, s: Annotated[str, Depends(session)]) -> None:\n"
            "    await websocket.accept()\n",
            (0, 0, 1),
        ),
    ],
)
def test_a_websocket_may_check_its_callers_in_many_ways(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("websocket_without_auth", SOCKETS + code) == expected


def test_a_class_of_connections_is_followed() -> None:
    files = {
        "app/connections.py": """
from fastapi import WebSocket

class Connections:
    def __init__(self) -> None:
        self.active: list[WebSocket] = []

    async def connect(self, websocket: WebSocket) -> None:
        await websocket.accept()
        self.active.append(websocket)
""",
        "app/main.py": SOCKETS
        + """
from app.connections import Connections

connections = Connections()

@app.websocket("/ws")
async def ws(websocket: WebSocket) -> None:
    await connections.connect(websocket)
""",
    }
    found = result("websocket_without_auth", files)
    assert (found.passes, found.fails, found.unknowns) == (0, 1, 0)


MOUNTS = """
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPBearer

bearer = HTTPBearer()
app = FastAPI(dependencies=[Depends(bearer)])
inner = FastAPI()

@inner.get("/items")
def read_items() -> None: ...
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("app.mount('/inner', inner)\n", (0, 1, 0)),
        ("def build(application: FastAPI) -> None:\n    application.mount('/inner', inner)\nbuild(app)\n", (0, 1, 0)),
        ("app.mount('/inner', FastAPI())\n", (0, 0, 0)),
        ("import acme\napp.mount('/inner', acme.make_app())\n", (0, 0, 1)),
        ("import acme\ninner.add_middleware(acme.Gate)\napp.mount('/inner', inner)\n", (0, 0, 1)),
        ("import acme\nacme.protect(inner)\napp.mount('/inner', inner)\n", (0, 0, 1)),
        ("outer = FastAPI()\nouter.mount('/inner', inner)\n", (0, 0, 0)),
        ("hub = FastAPI()\nhub.mount('/inner', inner)\napp.mount('/hub', hub)\n", (0, 1, 0)),
        (
            "from starlette.staticfiles import StaticFiles\nclass Files(StaticFiles): ...\n"
            "app.mount('/files', Files(directory='x'))\n",
            (0, 0, 0),
        ),
        (
            "router = APIRouter(dependencies=[Depends(bearer)])\n@router.get('/own')\ndef own() -> None: ...\n"
            "inner.include_router(router)\napp.mount('/inner', inner)\n",
            (1, 0, 0),
        ),
        (
            "class Gate:\n    def __init__(self, app):\n        self.app = app\n"
            "    async def __call__(self, scope, receive, send):\n        request = Request(scope)\n"
            "        if 'authorization' not in request.headers:\n            raise HTTPException(401)\n"
            "        await self.app(scope, receive, send)\n"
            "app.mount('/inner', Gate(inner))\n",
            (1, 0, 0),
        ),
    ],
)
def test_a_mount_needs_protection_of_its_own(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("mount_escapes_dependencies", MOUNTS + code) == expected
