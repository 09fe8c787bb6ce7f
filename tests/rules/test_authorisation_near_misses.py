"""What the rules about who may do what leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of, result_of

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.rule_api import Confidence


def result(rule: str, files: dict[str, str]) -> RuleResult:
    return result_of(f"security.{rule}", files)


def counts(rule: str, code: str) -> Counts:
    return counts_of(f"security.{rule}", {"app/main.py": code})


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


MODELS = """
from typing import Annotated, Any
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy import insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()
bearer = HTTPBearer()

class Base(DeclarativeBase): ...

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    owner_id: Mapped[int]

class UserIn(BaseModel):
    name: str
    role: str = "reader"

class OwnedIn(BaseModel):
    name: str
    owner_id: int

class Plain(BaseModel):
    role: str

def session() -> Session: ...
Db = Annotated[Session, Depends(session)]

def current_user(token: Annotated[str, Depends(bearer)]) -> User:
    return User(name=token)

class RoleChecker:
    def __init__(self, *roles: str) -> None:
        self.roles = roles

    def __call__(self, user: Annotated[User, Depends(current_user)]) -> None:
        if user.role not in self.roles:
            raise HTTPException(403)
"""
POST = "@app.post('/users')\ndef create(payload: UserIn, db: Db) -> None:\n"


@pytest.mark.parametrize(
    "body",
    [
        "    user = User(**payload.model_dump())\n",
        "    data = payload.model_dump(exclude_unset=True)\n    db.execute(insert(User).values(**data))\n",
        "    db.execute(update(User).where(User.id == 1).values(payload.model_dump()))\n",
        "    db.query(User).filter(User.id == 1).update(payload.model_dump())\n",
        "    user = db.scalars(select(User)).first()\n    data = payload.model_dump()\n"
        "    for field in data:\n        setattr(user, field, data[field])\n",
        "    user = db.get(User, 1)\n    for key in payload.model_fields_set:\n"
        "        setattr(user, key, getattr(payload, key))\n",
        "    user = User(**payload.model_dump(exclude={'name'}))\n",
    ],
)
def test_privileged_fields_are_found_however_they_are_written(body: str) -> None:
    assert counts("mass_assignment", MODELS + POST + body) == (0, 1, 0)


@pytest.mark.parametrize(
    "code",
    [
        POST + "    user = User(**payload.model_dump(exclude={'role'}))\n",
        POST + "    user = User(**payload.model_dump(include={'name'}))\n",
        POST + "    payload.role = 'reader'\n    user = User(**payload.model_dump())\n",
        POST + "    data = payload.model_dump()\n    data.pop('role')\n    user = User(**data)\n",
        POST + "    user = User(**payload.model_dump())\n    user.role = 'reader'\n",
        # nobody is known, so the owner is whoever is given
        "@app.post('/users')\ndef create(payload: OwnedIn) -> None:\n    user = User(**payload.model_dump())\n",
        # permissions are checked by an instance, after all
        "@app.post('/users', dependencies=[Depends(RoleChecker('admin'))])\ndef create(payload: UserIn) -> None:\n"
        "    user = User(**payload.model_dump())\n",
        "@app.post('/users')\ndef create(payload: UserIn, user: Annotated[User, Depends(current_user)]) -> None:\n"
        "    if user.role != 'admin':\n        raise HTTPException(404)\n    User(**payload.model_dump())\n",
    ],
)
def test_fields_that_are_left_out_replaced_or_for_administrators_pass(code: str) -> None:
    assert counts("mass_assignment", MODELS + code) == (1, 0, 0)


@pytest.mark.parametrize(
    "code",
    [
        # no request brings it
        "def create(payload: UserIn) -> None:\n    user = User(**payload.model_dump())\n",
        "@app.post('/users')\ndef create(name: str) -> None:\n    user = User(**Plain(role=name).model_dump())\n",
        # a schema, not a table
        POST + "    plain = Plain(**payload.model_dump())\n",
    ],
)
def test_only_what_a_request_writes_to_a_table_is_judged(code: str) -> None:
    assert counts("mass_assignment", MODELS + code) == (0, 0, 0)


def test_whose_a_row_is_is_for_the_caller_to_say_only_where_nobody_is_known() -> None:
    code = (
        "@app.post('/users')\ndef create(payload: OwnedIn, user: Annotated[User, Depends(current_user)]) -> None:\n"
        "    row = User(**payload.model_dump())\n"
    )
    assert counts("mass_assignment", MODELS + code) == (0, 1, 0)


def test_a_write_in_a_service_is_judged_by_the_routes_that_reach_it() -> None:
    service = (
        "class Users:\n    def __init__(self, db: Session) -> None:\n        self.db = db\n"
        "    def add(self, data: UserIn) -> None:\n        self.db.add(User(**data.model_dump()))\n"
        "def users(db: Db) -> Users:\n    return Users(db)\n"
        "Service = Annotated[Users, Depends(users)]\n"
    )
    protected = (
        "@app.post('/admin/users', dependencies=[Depends(RoleChecker('admin'))])\n"
        "def create(payload: UserIn, users: Service) -> None:\n    users.add(payload)\n"
    )
    opened = "@app.post('/users')\ndef register(payload: UserIn, users: Service) -> None:\n    users.add(payload)\n"

    assert counts("mass_assignment", MODELS + service + protected) == (1, 0, 0)
    assert counts("mass_assignment", MODELS + service + protected + opened) == (0, 1, 0)


ROUTE = (
    "@app.delete('/users/{user_id}')\ndef delete(user_id: int, db: Db, user: Annotated[User, Depends(%s)]) -> None:\n"
)


@pytest.mark.parametrize(
    "code",
    [
        "@app.delete('/x', dependencies=[Depends(RoleChecker('admin'))])\ndef delete() -> None: ...\n",
        ROUTE % "current_user" + "    if user.role != 'admin':\n        raise HTTPException(404)\n",
        ROUTE % "current_user" + "    if user.id != user_id:\n        raise HTTPException(403)\n",
        ROUTE % "current_user" + "    db.scalars(select(User).where(User.owner_id == user.id))\n",
        "class NotPermitted(Exception): ...\n"
        + ROUTE % "current_user"
        + "    may(user)\ndef may(user: User) -> None:\n    raise NotPermitted\n",
        "def get_superuser(user: Annotated[User, Depends(current_user)]) -> User:\n    return user\n"
        + ROUTE % "get_superuser"
        + "    ...\n",
        "from fastapi import Security\n@app.get('/x')\n"
        "def read(user: Annotated[User, Security(current_user, scopes=['a'])]) -> None: ...\n",
    ],
)
def test_permissions_are_checked_in_many_ways(code: str) -> None:
    assert counts("missing_role_checks", MODELS + code) == (1, 0, 0)


@pytest.mark.parametrize(
    "code",
    [
        ROUTE % "current_user" + "    if not db.get(User, user_id):\n        raise HTTPException(404)\n",
        # 403 for a wrong token
        "def token(value: Annotated[str, Depends(bearer)]) -> str:\n    return value\n"
        "def caller(value: Annotated[str, Depends(token)]) -> User:\n    if value != 'a':\n"
        "        raise HTTPException(403)\n    return User()\n" + ROUTE % "caller" + "    ...\n",
    ],
)
def test_knowing_the_caller_is_no_permission(code: str) -> None:
    assert counts("missing_role_checks", MODELS + code) == (0, 1, 0)


@pytest.mark.parametrize(
    "code",
    [
        # nobody is authenticated
        "@app.delete('/x')\ndef delete() -> None: ...\n",
        # another service is
        "from fastapi.security import APIKeyHeader\nkey = APIKeyHeader(name='x-key')\n"
        "@app.delete('/x', dependencies=[Depends(key)])\ndef delete() -> None: ...\n",
    ],
)
def test_without_users_there_are_no_roles(code: str) -> None:
    assert counts("missing_role_checks", MODELS + code) == (0, 0, 0)


def low(code: str) -> tuple[int, int]:
    found = result("object_level_authorization", {"app/main.py": MODELS + code})
    return found.passes, len(found.findings)


OWNED = """
@app.get("/users/{user_id}")
def read(user_id: int, db: Db, user: Annotated[User, Depends(current_user)]) -> None:
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (OWNED + "    row = db.get(User, user_id)\n", (0, 1)),
        (
            OWNED + "    row = find(db, user_id)\ndef find(db: Session, key: int) -> None:\n    db.get(User, key)\n",
            (0, 1),
        ),
        (
            OWNED
            + "    row = db.get(User, user_id)\n    if row.owner_id != user.id:\n        raise HTTPException(404)\n",
            (1, 0),
        ),
        (OWNED + "    row = db.query(User).filter_by(id=user_id, owner_id=user.id).first()\n", (1, 0)),
        (
            OWNED + "    row = find(db, user_id, user)\n"
            "def find(db: Session, key: int, user: User) -> None:\n"
            "    db.scalars(select(User).where(User.id == key, User.owner_id == user.id))\n",
            (1, 0),
        ),
        # another thing than the path speaks of
        (OWNED.replace("user_id", "note_id") + "    row = db.get(User, 1)\n", (0, 0)),
        # a name, and no id
        (OWNED.replace("user_id", "user_name") + "    row = db.get(User, 1)\n", (0, 0)),
        # nobody is known
        ("@app.get('/users/{user_id}')\ndef read(user_id: int, db: Db) -> None:\n    db.get(User, user_id)\n", (0, 0)),
        # administrators may
        (
            "@app.get('/users/{user_id}', dependencies=[Depends(RoleChecker('admin'))])\n"
            "def read(user_id: int, db: Db) -> None:\n    db.get(User, user_id)\n",
            (1, 0),
        ),
    ],
)
def test_whose_a_row_is_has_to_be_asked(code: str, expected: tuple[int, int]) -> None:
    assert low(code) == expected


def test_a_finding_about_objects_is_of_low_confidence() -> None:
    found = result("object_level_authorization", {"app/main.py": MODELS + OWNED + "    row = db.get(User, user_id)\n"})

    assert found.fails == 0
    assert [finding.confidence for finding in found.findings] == [Confidence.LOW]


CALLBACK = """
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request
from fastapi_sso.sso.google import GoogleSSO
from httpx_oauth.clients.github import GitHubOAuth2

oauth = OAuth()
google = GoogleSSO("id", "secret")
github = GitHubOAuth2("id", "secret")
app = FastAPI()

@app.post("/from/provider")
async def come_back(request: Request) -> None:
"""


@pytest.mark.parametrize(
    "body",
    [
        "    await oauth.google.authorize_access_token(request)\n",
        "    await oauth.create_client('google').authorize_access_token(request)\n",
        "    async with google:\n        await google.verify_and_process(request)\n",
        "    await github.get_access_token('code', 'uri')\n",
    ],
)
def test_who_comes_back_from_a_provider_cannot_show_a_token_yet(body: str) -> None:
    assert counts("unauthenticated_write_route", CALLBACK + body) == (0, 0, 0)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/health-check", "/ready"])
def test_documentation_and_health_are_public_under_a_protected_application(path: str) -> None:
    code = MOUNTS.replace('"/items"', f'"{path}"') + "app.mount('/inner', inner)\n"

    assert counts("mount_escapes_dependencies", code) == (0, 0, 0)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("post", "/accounts", (0, 0, 0)), ("patch", "/accounts/{id}", (0, 1, 0)), ("delete", "/accounts", (0, 1, 0))],
)
def test_a_token_that_comes_with_a_change_says_nothing_about_its_caller(
    method: str, path: str, expected: tuple[int, int, int]
) -> None:
    parameter = "id: int" if "{id}" in path else "name: str"
    code = f"""
import jwt
from fastapi import FastAPI
app = FastAPI()
@app.{method}("{path}")
def change({parameter}) -> str:
    return jwt.encode({{"sub": "x"}}, KEY)
"""

    assert counts("unauthenticated_write_route", code) == expected
