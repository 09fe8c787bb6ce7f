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
        "key = APIKeyHeader(name='k', auto_error=False)\nclass Check:\n    def __init__(self, k):\n        self.k = k\n"
        "    async def __call__(self):\n        if not self.k:\n            raise HTTPException(401)\n"
        "async def guard(k=Security(key)):\n    check: Check = Check(k)\n    return await check()",
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


def test_a_middleware_that_refuses_without_a_look_at_credentials_is_no_guard() -> None:
    project = project_of(
        main=HEAD
        + """
from fastapi.responses import JSONResponse

BLOCKED: set[str] = set()
app = FastAPI()

@app.middleware("http")
async def block(request: Request, call_next):
    if request.client.host in BLOCKED:
        return JSONResponse({}, status_code=403)
    return await call_next(request)

@app.post("/x")
def x(): ...
"""
    )

    assert route_at(project, "/x").authenticated_by is None


def test_a_middleware_that_lets_something_unknown_look_at_the_request_is_a_guard() -> None:
    project = project_of(
        main=HEAD
        + """
from fastapi.responses import JSONResponse
from somewhere import is_allowed

app = FastAPI()

@app.middleware("http")
async def gate(request: Request, call_next):
    if not is_allowed(request):
        return JSONResponse({}, status_code=403)
    return await call_next(request)

@app.post("/x")
def x(): ...
"""
    )

    assert route_at(project, "/x").authenticated_by is not None


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


@pytest.mark.parametrize(
    "guard",
    [
        "class Status(IntEnum):\n    UNAUTHORIZED = 401\n"
        "def guard(key: str = Header()):\n    raise HTTPException(status_code=Status.UNAUTHORIZED)",
        "class Denied(Exception):\n    def __init__(self, text, http_status_code=400):\n"
        "        self.http_status_code = http_status_code\n"
        "def guard(key: str = Header()):\n    raise Denied('no', http_status_code=HTTPStatus.FORBIDDEN)",
        "from fastapi_jwt_auth import AuthJWT\n"
        "def guard(authorize: AuthJWT = Depends()):\n    authorize.jwt_required()",
        "def guard(ticket: str):\n    raise HTTPException(401)",
    ],
)
def test_statuses_and_credentials_are_found_behind_other_names(guard: str) -> None:
    project = project_of(main=f"from enum import IntEnum\nfrom http import HTTPStatus\n{HEAD}\n{guard}\n{TAIL}")

    assert route_at(project, "/x").authenticated_by is not None


LEVELS = """
from functools import wraps
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.authentication import requires

bearer = HTTPBearer()

def user(token=Depends(bearer)): ...

class Gate:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if b"authorization" not in dict(scope["headers"]):
            await JSONResponse({}, status_code=401)(scope, receive, send)
            return
        await self.app(scope, receive, send)

def login_required(handler):
    @wraps(handler)
    def wrapper(request: Request):
        if not request.session.get("user"):
            raise HTTPException(401)
        return handler(request)
    return wrapper

app = FastAPI()
"""


@pytest.mark.parametrize(
    ("code", "level", "name"),
    [
        ("@app.post('/x')\ndef x(user=Depends(user)): ...", "handler", "user"),
        (
            "@app.post('/x')\ndef x(request: Request):\n    if not request.cookies:\n        raise HTTPException(401)",
            "handler",
            "x",
        ),
        ("@app.post('/x', dependencies=[Depends(user)])\ndef x(): ...", "route", "user"),
        (
            "router = APIRouter(dependencies=[Depends(user)])\n@router.post('/x')\ndef x(): ...\n"
            "app.include_router(router)",
            "router",
            "user",
        ),
        (
            "router = APIRouter()\n@router.post('/x')\ndef x(): ...\n"
            "app.include_router(router, dependencies=[Depends(user)])",
            "include",
            "user",
        ),
        ("app = FastAPI(dependencies=[Depends(user)])\n@app.post('/x')\ndef x(): ...", "application", "user"),
        ("app.add_middleware(Gate)\n@app.post('/x')\ndef x(): ...", "middleware", "middleware main.Gate"),
        ("@app.post('/x')\ndef x(): ...\nserved = Gate(app)", "middleware", "middleware main.Gate"),
        ("@app.post('/x')\n@login_required\ndef x(request: Request): ...", "decorator", "login_required"),
        ("@app.post('/x')\n@requires('authenticated')\ndef x(request: Request): ...", "decorator", "requires"),
        (
            "inner = FastAPI()\n@inner.post('/x')\ndef x(): ...\napp.mount('/inner', Gate(inner))",
            "middleware",
            "middleware main.Gate",
        ),
        (
            "app.add_middleware(Gate)\ninner = FastAPI()\n@inner.post('/x')\ndef x(): ...\napp.mount('/inner', inner)",
            "middleware",
            "middleware main.Gate",
        ),
    ],
)
def test_a_guard_says_on_what_it_is_declared(code: str, level: str, name: str) -> None:
    guard = route_at(project_of(main=f"{HEAD}\n{LEVELS}\n{code}\n"), "/x").authenticated_by

    assert guard is not None
    assert (guard.level, guard.name) == (level, name)
    assert guard.place.path == "main.py"


def test_dependencies_of_an_application_do_not_hold_for_its_mounts() -> None:
    code = "outer = FastAPI(dependencies=[Depends(user)])\n@app.post('/x')\ndef x(): ...\nouter.mount('/inner', app)"
    route = route_at(project_of(main=f"{HEAD}\n{LEVELS}\n{code}\n"), "/x")

    assert route.authenticated_by is None
    assert [guard.name for outer in route.application.around for guard in outer.guards] == ["user"]
    assert route.full_path == "/inner/x"


SOCKET = """
from fastapi import WebSocket, WebSocketException
from fastapi.responses import JSONResponse

app = FastAPI()
"""


@pytest.mark.parametrize(
    "code",
    [
        "def user(token: str | None = None):\n    if not token:\n        raise WebSocketException(code=1008)\n"
        "@app.websocket('/x')\nasync def x(websocket: WebSocket, user=Depends(user)): ...",
        "@app.websocket('/x')\nasync def x(websocket: WebSocket, token: str):\n"
        "    if token != 'a':\n        await websocket.close(status.WS_1008_POLICY_VIOLATION)",
        "@app.websocket('/x')\nasync def x(websocket: WebSocket):\n"
        "    if 'key' not in websocket.query_params:\n        await websocket.close(code=4401)",
    ],
)
def test_a_websocket_that_closes_for_strangers_is_guarded(code: str) -> None:
    assert route_at(project_of(main=f"{HEAD}\n{SOCKET}\n{code}\n"), "/x").authenticated_by is not None


@pytest.mark.parametrize(
    "code",
    [
        "@app.websocket('/x')\nasync def x(websocket: WebSocket, page: str):\n    await websocket.close()",
        "@app.middleware('http')\nasync def gate(request: Request, call_next):\n"
        "    if not request.headers.get('k'):\n        return JSONResponse({}, status_code=401)\n"
        "    return await call_next(request)\n@app.websocket('/x')\nasync def x(websocket: WebSocket): ...",
    ],
)
def test_neither_a_farewell_nor_http_middleware_guards_a_websocket(code: str) -> None:
    route = route_at(project_of(main=f"{HEAD}\n{SOCKET}\n{code}\n"), "/x")

    assert route.authenticated_by is None
    assert route.doubts == ()


def test_a_websocket_that_a_library_gets_hold_of_leaves_a_doubt() -> None:
    code = "import acme\n@app.websocket('/x')\nasync def x(websocket: WebSocket):\n    await acme.serve(websocket)"

    assert len(route_at(project_of(main=f"{HEAD}\n{SOCKET}\n{code}\n"), "/x").doubts) == 1


def test_keeping_a_websocket_in_a_list_is_not_looking_at_it() -> None:
    code = (
        "class Manager:\n    def __init__(self):\n        self.rooms = {}\n"
        "    async def connect(self, websocket: WebSocket, room: str):\n        await websocket.accept()\n"
        "        self.rooms.setdefault(room, []).append(websocket)\n"
        "manager = Manager()\n@app.websocket('/x')\nasync def x(websocket: WebSocket):\n"
        "    await manager.connect(websocket, 'a')"
    )

    assert route_at(project_of(main=f"{HEAD}\n{SOCKET}\n{code}\n"), "/x").doubts == ()


SCHEME = "scheme = OAuth2PasswordBearer('token', auto_error=False)\n"
USER = (
    SCHEME + "def user_of(token):\n    if token != 'secret':\n        raise HTTPException(401)\n    return token\n"
    "def optional_user(token=Depends(scheme)):\n    if token is None:\n        return None\n    return user_of(token)\n"
)
ERRORS = "class Missing(Exception): ...\nclass Denied(HTTPException): ...\n"


@pytest.mark.parametrize(
    "guard",
    [
        f"{USER}guard = optional_user",
        f"{USER}class Nobody: ...\ndef guard(token=Depends(scheme)):\n    if not token:\n        return Nobody()\n"
        "    return user_of(token)",
        f"{USER}def guard(token=Depends(scheme)):\n    return user_of(token) if token else None",
        f"{USER}async def guard(token=Depends(scheme)):\n    try:\n        return user_of(token)\n"
        "    except HTTPException:\n        return None",
        f"{USER}def guard(token=Depends(scheme)):\n    user = None\n    try:\n        user = user_of(token)\n"
        "    except Exception:\n        pass\n    return user",
        f"{USER}{ERRORS}def found(token):\n    if token is None:\n        raise Missing()\n    return user_of(token)\n"
        "def guard(token=Depends(scheme)):\n    try:\n        return found(token)\n    except Missing:\n"
        "        return None",
        f"{USER}def guard(authorization: str | None = Header(default=None)):\n    if authorization:\n"
        "        user_of(authorization)",
        f"{USER}def guard(request: Request):\n    token = request.headers.get('Authorization')\n"
        "    if not token:\n        return None\n    return user_of(token)",
        f"{USER}def guard(request: Request, k=Depends(APIKeyHeader(name='k', auto_error=False))):\n"
        "    if not (k or request.cookies.get('session', '')):\n        return None\n    raise HTTPException(403)",
        f"{USER}def token_or_none(request: Request):\n    return request.cookies.get('token')\n"
        "def guard(token=Depends(token_or_none)):\n    if token is None:\n        return None\n"
        "    return user_of(token)",
        f"{USER}def guard(user=Depends(optional_user)):\n    return user and user_of(user)",
        f"{USER}def required(token=Depends(OAuth2PasswordBearer('token'))):\n    return user_of(token)\n"
        "def authorizer(is_required=True):\n    return required if is_required else optional_user\n"
        "guard = authorizer(is_required=False)",
        f"{USER}def authorizer(is_required=True):\n    def check(token=Depends(scheme)):\n        if token is None:\n"
        "            if is_required:\n                raise HTTPException(401)\n            return None\n"
        "        return user_of(token)\n    return check\nguard = authorizer(is_required=False)",
        f"{USER}class Check:\n    def __call__(self, token=Depends(scheme)):\n        if token:\n"
        "            user_of(token)\nguard = Check()",
        f"{USER}class Header2(APIKeyHeader):\n    async def __call__(self, request: Request):\n        try:\n"
        "            return await super().__call__(request)\n        except HTTPException as error:\n"
        "            raise HTTPException(error.status_code)\n"
        "def guard(token=Depends(Header2(name='k', auto_error=False))):\n    return user_of(token) if token else ''",
        f"{USER}def guard(user=Depends(optional_user), item_id: int = 0):\n    if item_id > 9:\n"
        "        raise HTTPException(404)",
        f"{USER}async def guard(request: Request):\n    token = await scheme(request)\n    if token is None:\n"
        "        return None\n    return user_of(token)",
    ],
)
def test_these_dependencies_refuse_wrong_credentials_only(guard: str) -> None:
    route = route_at(project_of(main=f"{HEAD}\n{guard}\n{TAIL}"), "/x")

    assert route.authenticated_by is None
    assert len(route.lenient) == 1


@pytest.mark.parametrize(
    "guard",
    [
        f"{SCHEME}def guard(token=Depends(scheme)):\n    if token is None:\n        raise HTTPException(401)",
        f"{SCHEME}def guard(token=Depends(scheme)):\n    user = find(token) if token else None\n"
        "    if user is None:\n        raise HTTPException(401)\n    return user",
        f"{USER}def guard(token=Depends(scheme)):\n    return user_of(token)",
        f"{USER}def guard(user=Depends(optional_user)):\n    if user is None:\n        raise HTTPException(401)",
        f"{USER}def guard(user=Depends(optional_user)):\n    if user.is_admin:\n        return user\n"
        "    raise HTTPException(403)",
        f"{USER}class Anonymous:\n    role = 'none'\ndef who(token=Depends(scheme)):\n    if token is None:\n"
        "        return Anonymous()\n    return user_of(token)\n"
        "def guard(user=Depends(who)):\n    if user.role != 'admin':\n        raise HTTPException(403)",
        f"{USER}def guard(token=Depends(scheme)):\n    try:\n        return user_of(token)\n    except HTTPException:\n"
        "        raise",
        f"{USER}def guard(token=Depends(scheme)):\n    try:\n        return user_of(token)\n    except ValueError:\n"
        "        return None",
        f"{USER}def guard(token=Depends(scheme)):\n    try:\n        return user_of(token)\n"
        "    except HTTPException as error:\n        log(error)\n        raise error\n    except Exception:\n"
        "        return None",
        f"{USER}{ERRORS}def guard(token=Depends(scheme)):\n    if not token:\n        raise Missing()\n"
        "    return user_of(token)",
        f"{USER}def guard(token: str = Header(), other: str | None = Header(None)):\n    if other:\n"
        "        user_of(other)",
        f"{USER}def guard(token=Depends(scheme)):\n    if token is None and settings.is_open:\n        return None\n"
        "    return user_of(token)",
        f"{USER}from somewhere import check\ndef guard(request: Request):\n    if request.headers.get('a'):\n"
        "        raise HTTPException(401)\n    return check(request)",
        f"{USER}def guard(token=Depends(scheme)):\n    if token:\n        return user_of(token)\n"
        "    return policy.admit()",
        f"{USER}def authorizer(is_required=True):\n    def check(token=Depends(scheme)):\n        if token is None:\n"
        "            if is_required:\n                raise HTTPException(401)\n            return None\n"
        "        return user_of(token)\n    return check\nguard = authorizer()",
        f"{USER}async def guard(request: Request):\n    token = await OAuth2PasswordBearer('t')(request)\n"
        "    if token == 'x':\n        raise HTTPException(401)",
        f"{USER}def guard(request: Request):\n    try:\n        token = request.headers['a']\n    except KeyError:\n"
        "        raise HTTPException(401)\n    return token",
        f"{USER}class Bearer(HTTPBearer):\n    async def __call__(self, request: Request):\n"
        "        found = await super().__call__(request)\n        if found is None:\n"
        "            raise HTTPException(403)\n        return found\nguard = Bearer(auto_error=False)",
    ],
)
def test_these_dependencies_refuse_who_shows_nothing(guard: str) -> None:
    route = route_at(project_of(main=f"{HEAD}\n{guard}\n{TAIL}"), "/x")

    assert route.authenticated_by is not None
    assert not route.lenient


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (  # the handler refuses by itself
            "@app.post('/x')\ndef x(user=Depends(optional_user)):\n    if user is None:\n"
            "        raise HTTPException(401)",
            "x",
        ),
        (  # another dependency does, whatever it looks at
            "from contextvars import ContextVar\nuser = ContextVar('user')\ndef login():\n    if user.get() is None:\n"
            "        raise HTTPException(401)\n"
            "@app.post('/x', dependencies=[Depends(optional_user), Depends(login)])\ndef x(): ...",
            "login",
        ),
        (
            "@app.post('/x', dependencies=[Depends(OAuth2PasswordBearer('t'))])\n"
            "def x(user=Depends(optional_user)): ...",
            "OAuth2PasswordBearer",
        ),
    ],
)
def test_something_else_refuses_whom_a_dependency_lets_pass(code: str, name: str) -> None:
    route = route_at(project_of(main=f"{HEAD}\n{USER}\napp = FastAPI()\n{code}"), "/x")

    assert [guard.name for guard in route.guards] == [name]
    assert [guard.name for guard in route.lenient] == ["optional_user"]


@pytest.mark.parametrize(
    "body",
    [
        "def x(user=Depends(optional_user)):\n    if not user:\n        return RedirectResponse('/login')",
        "def x(user=Depends(optional_user)):\n    if user is None:\n        raise Missing()",
        "def x(request: Request, user=Depends(optional_user)):\n    return request.state.user",
    ],
)
def test_a_handler_that_tells_strangers_apart_leaves_a_doubt(body: str) -> None:
    imports = f"{HEAD}from fastapi.responses import RedirectResponse\n"

    route = route_at(project_of(main=f"{imports}{USER}{ERRORS}\napp = FastAPI()\n@app.post('/x')\n{body}"), "/x")

    assert route.authenticated_by is None
    assert len(route.doubts) == 1


def test_what_strangers_do_not_reach_stays_resolved() -> None:
    guard = "def guard(token=Depends(scheme)):\n    if token:\n        user = user_of(token)\n    return user"
    project = project_of(main=f"{HEAD}{USER}{guard}\n{TAIL}")

    assert route_at(project, "/x").lenient
    assert not project.unresolved


def test_a_path_parameter_is_never_left_out() -> None:
    project = project_of(
        main=f"{HEAD}{USER}\n"
        """
def team(request: Request, team_id: int | None = None, user=Depends(optional_user)):
    if not team_id:
        return None
    if request.state.team != team_id:
        raise HTTPException(403)

app = FastAPI()

@app.delete("/teams/{team_id}", dependencies=[Depends(team)])
def remove(): ...
"""
    )

    assert route_at(project, "/teams/{team_id}").authenticated_by is not None


REDEFINED = """
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    provider: str = "own"

settings = Settings()
scheme = OAuth2PasswordBearer("token")

def guard(token=Depends(scheme)): ...

def current(user=Depends(guard)): ...
"""


@pytest.mark.parametrize(
    ("redefined", "is_guarded", "doubts"),
    [
        ("def guard(key=Security(APIKeyHeader(name='k'))): ...", True, 0),
        ("def guard(name: str = ''): ...", False, 1),
        ("from elsewhere import guard", False, 1),
    ],
)
@pytest.mark.parametrize("test", ["settings.provider == 'sso'", "settings.provider == 'own'"])
@pytest.mark.parametrize("between", ["", "def view(user=Depends(guard)): ...\nguard = view"])
def test_what_branches_define_again_guards_only_if_every_definition_does(
    redefined: str, is_guarded: bool, doubts: int, test: str, between: str
) -> None:
    code = f"{REDEFINED}\nif {test}:\n    {redefined}\n{between}\n"

    route = route_at(project_of(main=f"{HEAD}{code}{TAIL}"), "/x")

    assert (route.authenticated_by is not None) is is_guarded
    assert len(route.doubts) == doubts


def test_a_factory_that_gives_a_lenient_dependency_in_one_branch_leaves_a_doubt() -> None:
    code = (
        f"{USER}import os\n"
        "def strict(user=Depends(optional_user)):\n    if not user:\n        raise HTTPException(401)\n"
        "def authorizer():\n    if os.environ['STRICT']:\n        return strict\n    return optional_user\n"
        "guard = authorizer()\n"
    )

    route = route_at(project_of(main=f"{HEAD}{code}{TAIL}"), "/x")

    assert (route.guards, len(route.doubts)) == ((), 1)


def test_what_no_branch_defines_with_authentication_guards_nothing() -> None:
    code = f"{REDEFINED}\ndef guard(): ...\nif settings.provider == 'sso':\n    def guard(name: str = ''): ...\n"

    route = route_at(project_of(main=f"{HEAD}{code}{TAIL}"), "/x")

    assert (route.guards, route.doubts) == ((), ())


@pytest.mark.parametrize(
    ("imported", "parameter", "doubts"),
    [
        ("from sso_client import CurrentUser", "user: CurrentUser", 1),
        ("from sso_client import CurrentUser", "user: CurrentUser = None", 1),
        ("from sso_client import Status", "status: Status | None = None", 0),
        ("from sso_client import Status", "statuses: list[Status]", 0),
        ("from datetime import datetime", "day: datetime", 0),
        ("from pydantic import EmailStr", "email: EmailStr", 0),
        ("from bson import ObjectId", "key: ObjectId", 0),
    ],
)
@pytest.mark.parametrize("is_below", [True, False])
def test_a_type_of_an_unknown_package_may_stand_for_a_dependency(
    imported: str, parameter: str, doubts: int, is_below: bool
) -> None:
    handler = f"@app.post('/x')\ndef x({parameter}): ..."
    below = f"def guard({parameter}): ...\n{TAIL}"

    route = route_at(project_of(main=f"{HEAD}{imported}\napp = FastAPI()\n{below if is_below else handler}"), "/x")

    assert route.authenticated_by is None
    assert len(route.doubts) == doubts
