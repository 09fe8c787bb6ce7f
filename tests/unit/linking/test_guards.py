"""What authenticates the callers of a route, and what only looks as if it did."""

from __future__ import annotations

import pytest
from linking_builders import project_of, route_at

HEAD = """
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Security, status
from fastapi.security import APIKeyHeader, HTTPBearer, OAuth2PasswordBearer
"""

TAIL = """
app = FastAPI()

@app.post("/x", dependencies=[Depends(guard)])
def x(): ...
"""


@pytest.mark.parametrize(
    "guard",
    [
        "guard = OAuth2PasswordBearer('token')",
        "bearer = HTTPBearer()\ndef guard(token=Security(bearer)): ...",
        "def guard(request: Request):\n    if 'user' not in request.session:\n        raise HTTPException(401)",
        "def guard(authorization: str = Header()):\n    raise HTTPException(status_code=status.HTTP_403_FORBIDDEN)",
        "key = APIKeyHeader(name='k', auto_error=False)\ndef guard(k=Depends(key)):\n    if not k:\n        deny()\n"
        "def deny():\n    raise HTTPException(401)",
        "class Denied(Exception):\n    def __init__(self, status_code=401):\n        self.status_code = status_code\n"
        "def guard(request: Request):\n    if not request.headers.get('x'):\n        raise Denied()",
        "class Denied(HTTPException):\n    def __init__(self):\n        super().__init__(status_code=403)\n"
        "def guard(request: Request):\n    if not request.user:\n        raise Denied",
        "class Denied(Exception):\n    status_code = 401\n    def __init__(self, message):\n"
        "        super().__init__(message)\n"
        "def guard(request: Request):\n    if not request.headers.get('x'):\n        raise Denied('no')",
        "from enum import IntEnum\nclass Code(IntEnum):\n    NO = 401\n"
        "def guard(token: str = Header()):\n    raise HTTPException(status_code=Code.NO)",
        "from enum import Enum\nclass Code(int, Enum):\n    NO = 401\n"
        "def guard(token: str = Header()):\n    raise HTTPException(Code.NO.value)",
        "class Denied(HTTPException):\n    def __init__(self, detail):\n        super().__init__(401, detail)\n"
        "def guard(request: Request):\n    if not request.user:\n        raise Denied('no')",
        "def roles(*names):\n    def check(token: str = Header()):\n        raise HTTPException(403)\n"
        "    return check\n"
        "guard = roles('admin')",
        "class Guard:\n    def __call__(self, request: Request):\n        if request.cookies.get('a') is None:\n"
        "            raise HTTPException(401)\nguard = Guard()",
        "plugins = load()\ndef guard(request: Request):\n    if not plugins.current(request):\n"
        "        raise HTTPException(401)",
    ],
)
def test_these_dependencies_refuse_strangers(guard: str) -> None:
    project = project_of(main=f"{HEAD}\n{guard}\n{TAIL}")

    assert route_at(project, "/x").authenticated_by is not None


@pytest.mark.parametrize(
    "guard",
    [
        "def guard(): ...",
        "guard = OAuth2PasswordBearer('token', auto_error=False)",
        "def guard(request: Request):\n    return request.headers.get('x-request-id')",
        "def guard(enabled: bool = False):\n    raise HTTPException(403)",
        "def guard(request: Request):\n    if not request.headers.get('x'):\n        raise HTTPException(400)",
    ],
)
def test_these_dependencies_let_everybody_in(guard: str) -> None:
    project = project_of(main=f"{HEAD}\n{guard}\n{TAIL}")

    assert route_at(project, "/x").authenticated_by is None


def test_a_middleware_of_the_project_that_refuses_strangers_is_a_guard() -> None:
    project = project_of(
        main=HEAD
        + """
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware

class Auth(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next):
        if "authorization" not in request.headers:
            return JSONResponse({}, status_code=401)
        return await call_next(request)

app = FastAPI()
app.add_middleware(Auth)

@app.post("/x")
def x(): ...
"""
    )

    guard = route_at(project, "/x").authenticated_by

    assert guard is not None
    assert guard.level == "middleware"


def test_an_unknown_middleware_leaves_a_doubt() -> None:
    project = project_of(
        main=HEAD
        + """
from somewhere import Unknown
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(Unknown)
app.add_middleware(CORSMiddleware)

@app.post("/x")
def x(): ...
"""
    )

    assert len(route_at(project, "/x").doubts) == 1


def test_reading_a_factory_does_not_replace_what_was_carried_out() -> None:
    project = project_of(
        main=f"""{HEAD}
def make(scheme):
    def check(token=Depends(scheme)): ...

    class Guard:
        def __call__(self, checked=Depends(check)): ...

    return Guard()

guard = make(HTTPBearer())
{TAIL}"""
    )

    assert route_at(project, "/x").authenticated_by is not None
