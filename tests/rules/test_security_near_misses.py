"""What the rules about routes, SQL, origins, tokens and the environment leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of, result_of

from fastapi_audit.audit.finding import RuleResult


def result(rule: str, files: dict[str, str]) -> RuleResult:
    return result_of(f"security.{rule}", files)


def counts(rule: str, code: str) -> Counts:
    return counts_of(f"security.{rule}", {"app/main.py": code})


QUERY = """
import sqlite3
from enum import Enum
from typing import Literal
from uuid import UUID
from fastapi import FastAPI, Request
from pydantic import BaseModel
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    table: str

class Order(Enum):
    UP = "asc"

class Filter(BaseModel):
    name: str = "x"
    size: int

settings = Settings()
app = FastAPI()
connection = sqlite3.connect("app.db")

@app.post("/users")
def find(request: Request, name: str, limit: int, key: UUID, order: Order, way: Literal["a"], filter: Filter) -> None:
    {body}
"""


@pytest.mark.parametrize(
    "body",
    [
        'connection.execute(f"SELECT * FROM users LIMIT {limit}")',
        "connection.execute(f\"SELECT * FROM users WHERE id = '{key}' ORDER BY {order.value} {way} {filter.size}\")",
        'connection.execute(f"SELECT * FROM {settings.table}")',
        'connection.execute("SELECT * FROM users WHERE name = ?" + " AND size = ?", (name, filter.size))',
        "connection.execute(f\"SELECT * FROM users WHERE name IN ({','.join('?' for _ in range(limit))})\")",
        "from zoneinfo import ZoneInfo\n    connection.execute(f\"SET TIME ZONE '{ZoneInfo(name).key}'\")",
        'if name not in ("a", "b"):\n        raise ValueError\n    connection.execute("SELECT " + name)',
    ],
)
def test_constants_numbers_settings_and_checked_names_are_no_injection(body: str) -> None:
    assert counts("sql_injection", QUERY.replace("{body}", body)) == (1, 0, 0)


@pytest.mark.parametrize(
    "body",
    [
        "connection.execute(\"SELECT * FROM users WHERE name = '%s'\" % name)",
        "connection.execute(\"SELECT * FROM users WHERE name = '{}'\".format(name.strip()))",
        "connection.execute(f\"SELECT * FROM users WHERE name = '{filter.name}'\")",
        'connection.execute("SELECT " + request.query_params["column"])',
        'connection.execute("SELECT " + ", ".join([name, "id"]))',
    ],
)
def test_what_a_caller_sends_is_an_injection_however_it_is_written(body: str) -> None:
    assert counts("sql_injection", QUERY.replace("{body}", body)) == (0, 1, 0)


@pytest.mark.parametrize("name", ["OAuth2PasswordRequestForm", "HTTPBasicCredentials"])
def test_what_a_caller_logs_in_with_is_an_injection_over_functions_too(name: str) -> None:
    code = f"""
import sqlite3
from typing import Annotated
from fastapi import Depends, FastAPI
from fastapi.security import {name}
app = FastAPI()
connection = sqlite3.connect("app.db")
def find(user: str): return connection.execute(f"SELECT * FROM users WHERE name = '{{user}}'")
@app.post("/login")
def log_in(given: Annotated[{name}, Depends()]) -> None: find(given.username)
"""
    assert counts("sql_injection", code) == (0, 1, 0)


def test_a_parameter_that_all_callers_fill_with_constants_is_no_injection() -> None:
    code = """
import sqlite3

connection = sqlite3.connect("app.db")

def count(table: str) -> None:
    connection.execute(f"SELECT count(*) FROM {table}")

def report() -> None:
    count("users")
    count(table="items")
"""
    assert counts("sql_injection", code) == (1, 0, 0)
    assert counts("sql_injection", code + "\ndef show(name: str) -> None:\n    count(name)\n") == (0, 1, 0)


APP = """
import hmac
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.security import HTTPBearer, OAuth2PasswordBearer
from passlib.context import CryptContext
from pydantic import BaseModel
import jwt

class User(BaseModel):
    name: str
    password: str

class Chosen(BaseModel):
    password1: str
    password2: str

contexts = CryptContext(schemes=["bcrypt"])
app = FastAPI()
"""


@pytest.mark.parametrize(
    "code",
    [
        '@app.post("/auth/login")\ndef log_in() -> None: ...',
        '@app.post("/users")\ndef sign_up(user: User) -> None:\n    contexts.hash(user.password)',
        '@app.post("/users")\ndef choose(user: Chosen) -> None: ...',
        '@app.post("/enter")\ndef enter(user: User) -> str:\n    return jwt.encode({"sub": user.name}, KEY)',
        '@app.post("/hooks/shop")\nasync def shop(request: Request) -> None:\n'
        '    hmac.compare_digest(await request.body(), b"")',
        '@app.post("/verify")\ndef verify(token: str) -> None: ...',
        '@app.get("/items")\ndef read_items() -> None: ...',
    ],
)
def test_entrances_and_reads_are_no_subjects(code: str) -> None:
    assert counts("unauthenticated_write_route", APP + code + "\n") == (0, 0, 0)


def test_opening_a_session_below_a_gate_is_an_entrance_and_elsewhere_none() -> None:
    code = (
        APP
        + """
from fastapi import Response

@app.post("/{path}/start")
def start(response: Response) -> None:
    response.set_cookie("session", "x", httponly=True)
"""
    )
    assert counts("unauthenticated_write_route", code.replace("{path}", "auth")) == (0, 0, 0)
    assert counts("unauthenticated_write_route", code.replace("{path}", "theme")) == (0, 1, 0)


@pytest.mark.parametrize(
    "code",
    [
        '@app.post("/items")\ndef create() -> None: ...',
        '@app.put("/users/{key}")\ndef replace(key: int, user: User) -> None:\n    contexts.hash(user.password)',
        '@app.post("/items/{key}/verify")\ndef verify(key: int) -> None: ...',
        '@app.post("/webhooks/shop")\nasync def shop(request: Request) -> None: ...',
    ],
)
def test_everything_else_without_authentication_fails(code: str) -> None:
    assert counts("unauthenticated_write_route", APP + code + "\n") == (0, 1, 0)


OPTIONAL_USER = """
scheme = OAuth2PasswordBearer("token", auto_error=False)

def optional_user(token: str | None = Depends(scheme)) -> str | None:
    if token is None:
        return None
    if token != KEY:
        raise HTTPException(401)
    return token

def active_user(user: str | None = Depends(optional_user)) -> str:
    if user is None:
        raise HTTPException(401)
    return user
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def create(user: str | None = Depends(optional_user)) -> None: ...", (0, 1, 0)),
        ("def create(user: str = Depends(active_user)) -> None: ...", (1, 0, 0)),
        (
            "def create(a: str | None = Depends(optional_user), b: str = Depends(active_user)) -> None: ...",
            (1, 0, 0),
        ),
        (
            "def create(user: str | None = Depends(optional_user)) -> None:\n"
            "    if user is None:\n        raise HTTPException(403)",
            (1, 0, 0),
        ),
        (
            "def create(user: str | None = Depends(optional_user)) -> str:\n"
            "    if not user:\n        return 'log in first'\n    return 'done'",
            (0, 0, 1),
        ),
    ],
)
def test_a_dependency_that_lets_callers_without_credentials_pass_guards_nothing(
    code: str, expected: tuple[int, int, int]
) -> None:
    code = f'{APP}{OPTIONAL_USER}\n@app.post("/items")\n{code}\n'

    assert counts("unauthenticated_write_route", code) == expected


def test_a_finding_names_the_dependency_that_lets_callers_pass() -> None:
    route = '@app.post("/items", dependencies=[Depends(optional_user)])\ndef create() -> None: ...'
    found = result("unauthenticated_write_route", {"app/main.py": f"{APP}{OPTIONAL_USER}\n{route}\n"})

    assert [place.message for finding in found.findings for place in finding.related] == [
        "optional_user lets callers without credentials pass"
    ]


def test_the_middleware_of_an_outer_application_guards_what_it_mounts() -> None:
    code = (
        APP
        + """
@app.middleware("http")
async def authenticate(request: Request, call_next):
    if "authorization" not in request.headers:
        raise HTTPException(401)
    return await call_next(request)

inner = FastAPI()

@inner.post("/items")
def create() -> None: ...

app.mount("/inner", inner)
"""
    )
    assert counts("unauthenticated_write_route", code) == (1, 0, 0)


CORS = """
import json
import os
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware as Cors

class CORSMiddleware: ...

app = FastAPI()
"""
KEPT = """def kept(given):
    found = []
    for one in given:
        one = one.strip()
        {test}
    return found
app.add_middleware(Cors, allow_origins=kept(os.getenv("ORIGINS", "*").split(",")))"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('app.add_middleware(Cors, allow_origins=os.environ["ORIGINS"].split(","))', (1, 0, 0)),
        ('app.add_middleware(Cors, allow_origins=os.getenv("ORIGINS", "*").split(","))', (0, 1, 0)),
        ('app.add_middleware(Cors, allow_origins=["https://shop.com"])', (0, 1, 0)),
        (
            'given = os.getenv("ORIGINS", "http://a,http://b")\n'
            'app.add_middleware(Cors, allow_origins=given.split(","))',
            (1, 0, 0),
        ),
        (r'app.add_middleware(Cors, allow_origin_regex=r".*")', (0, 1, 0)),
        ("app.add_middleware(Cors, allow_origins=load())", (0, 0, 1)),
        ('if os.environ["STAGE"] == "dev":\n    app.add_middleware(Cors, allow_origins=["*"])', (0, 0, 1)),
        ('app.add_middleware(CORSMiddleware, allow_origins=["*"])', (0, 0, 0)),
        ("app.add_middleware(Cors, allow_origins=json.loads(os.environ['ORIGINS']))", (1, 0, 0)),
        ("app.add_middleware(Cors, allow_origins=json.loads(read()))", (0, 0, 1)),
        (KEPT.format(test='if "*" in one:\n            continue\n        found.append(one)'), (0, 0, 1)),
        (KEPT.format(test='if one != "*":\n            found.append(one)'), (0, 0, 1)),
        (KEPT.format(test="if not one:\n            continue\n        found.append(one)"), (0, 1, 0)),
        (KEPT.format(test='if one == "*":\n            print(one)\n        found.append(one)'), (0, 1, 0)),
    ],
)
def test_origins_are_followed_to_where_they_come_from(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("cors_wildcard", CORS + code + "\n") == expected


def test_a_scheme_of_ones_own_may_read_the_header() -> None:
    code = """
from fastapi import Depends, FastAPI, Request
from fastapi.security import OAuth2

class Cookies(OAuth2):
    async def __call__(self, request: Request) -> str:
        return request.headers["Authorization"].split(" ")[1]

app = FastAPI()

@app.get("/me")
def read_me(token: str = Depends(Cookies())) -> str:
    return token
"""
    assert counts("hand_parsed_token", code)[1:] == (0, 0)


def test_the_header_is_followed_into_the_function_that_takes_it_apart() -> None:
    code = """
from fastapi import FastAPI, Request

def token_of(header: str) -> str:
    return header[7:] if header.startswith("Bearer ") else ""

app = FastAPI()

@app.get("/me")
def read_me(request: Request) -> str:
    return token_of(request.headers["authorization"])
"""
    assert counts("hand_parsed_token", code) == (0, 1, 0)


def test_commands_and_main_blocks_may_read_the_environment() -> None:
    files = {
        "app/cli.py": "import os\n\ndef run() -> None:\n    os.getenv('A')\n",
        "app/main.py": "import os\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n"
        "if __name__ == '__main__':\n    print(os.environ['PORT'])\n",
    }
    found = result("environment_read_outside_settings", files)

    assert (found.passes, found.fails, found.unknowns) == (0, 0, 0)


def test_what_the_system_or_a_launcher_sets_is_no_configuration() -> None:
    code = "import os\n\ndef run() -> None:\n    os.getenv('HOME')\n    os.environ['WORLD_SIZE']\n"
    code += "    os.getenv('HOME_URL')\n"
    found = result("environment_read_outside_settings", {"app/store.py": code})

    assert [(finding.place.line if finding.place else 0) for finding in found.findings] == [6]


def test_only_one_module_of_constants_counts_as_the_settings() -> None:
    files = {
        "app/config.py": "import os\n\nA = os.getenv('A')\nB = os.environ['B']\n",
        "app/mail.py": "import os\n\nHOST = os.getenv('MAIL_HOST')\n",
        "app/main.py": "import os\nfrom fastapi import FastAPI\n\nDEBUG = os.getenv('DEBUG')\napp = FastAPI()\n",
    }
    found = result("environment_read_outside_settings", files)

    assert (found.passes, found.fails, found.unknowns) == (2, 2, 0)


RECOVERY = """
from fastapi import APIRouter, FastAPI

router = APIRouter()

{code}

app = FastAPI()
app.include_router(router)
app.include_router(router, prefix="/{tenant}")
"""


@pytest.mark.parametrize(
    ("rule", "expected"), [("unauthenticated_write_route", (0, 0, 0)), ("auth_route_not_rate_limited", (0, 2, 0))]
)
@pytest.mark.parametrize(
    "code",
    [
        '@router.api_route("/forgot", methods=["GET", "POST"])\ndef forgot_password() -> None: ...',
        '@router.post("/reset")\nasync def reset_password() -> None: ...',
        '@router.post("/account/recover")\ndef recoverPassword() -> None: ...',
        '@router.post("/forgot-password")\ndef ask() -> None: ...',
    ],
)
def test_the_recovery_of_a_password_is_an_entrance_by_path_or_handler(rule: str, expected: Counts, code: str) -> None:
    assert counts(rule, RECOVERY.replace("{code}", code)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"), [("unauthenticated_write_route", (0, 2, 0)), ("auth_route_not_rate_limited", (0, 0, 0))]
)
@pytest.mark.parametrize(
    "code",
    [
        '@router.post("/reset")\ndef reset_counters() -> None: ...',
        '@router.post("/users/{user_id}/reset")\ndef reset_password(user_id: int) -> None: ...',
        '@router.post("/passwords")\ndef reset_password() -> None: ...',
    ],
)
def test_what_resets_something_else_or_for_somebody_is_no_entrance(rule: str, expected: Counts, code: str) -> None:
    assert counts(rule, RECOVERY.replace("{code}", code)) == expected


KNOWN_CALLERS = """
from typing import Annotated

import bcrypt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials, OAuth2PasswordBearer
from pydantic import BaseModel

class Account(BaseModel):
    email: str
    password: str

class Provider(BaseModel):
    id_token: str

class Both(BaseModel):
    id_token: str
    password: str

class Users:
    def admin(self, token: str = Depends(OAuth2PasswordBearer(tokenUrl="token"))) -> str:
        if token != "admin":
            raise HTTPException(403)
        return token

def basic(sent: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> str:
    if not sent.password:
        raise HTTPException(401)
    return sent.username

users = Users()
app = FastAPI()

def keep(account: Account) -> None:
    bcrypt.hashpw(account.password.encode(), bcrypt.gensalt())

{code}
"""


@pytest.mark.parametrize(
    ("code", "fails"),
    [
        ('@app.post("/users")\ndef add(new: Account):\n    keep(new)', 1),
        ('@app.post("/users")\ndef add(new: Account, by: str = Depends(users.admin)):\n    keep(new)', 0),
        ('@app.post("/users")\ndef add(new: Account, by: Annotated[str, Depends(users.admin)]):\n    keep(new)', 0),
        ('@app.post("/login")\ndef enter(who: Annotated[str, Depends(basic)]): ...', 1),
        ('@app.post("/auth/google")\ndef enter(sent: Provider): ...', 0),
        ('@app.post("/google/login")\ndef enter(sent: Provider): ...', 0),
        ('@app.post("/auth/google")\ndef enter(sent: Both): ...', 1),
        ('@app.post("/login")\ndef enter(): ...', 1),
    ],
)
def test_attempts_are_made_by_callers_that_nobody_knows_and_with_what_can_be_guessed(code: str, fails: int) -> None:
    assert counts("auth_route_not_rate_limited", KNOWN_CALLERS.replace("{code}", code)) == (0, fails, 0)


@pytest.mark.parametrize(
    ("path", "fails"),
    [
        ("/auth/request-token", 0),
        ("/login/send_code", 0),
        ("/auth/magic-link", 0),
        ("/request-token", 1),
        ("/orders/send-code", 1),
        ("/auth/tokens/{user_id}", 1),
    ],
)
def test_where_a_code_to_log_in_is_sent_nobody_can_be_known_yet(path: str, fails: int) -> None:
    code = f'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.post("{path}")\ndef ask(email: str): ...\n'
    assert counts("unauthenticated_write_route", code) == (0, fails, 0)
