"""Which routes the requests of tests get to, in the forms in which tests write them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from fastapi_audit.model.project import Project
from fastapi_audit.testing import understand_files

MAIN = """
from fastapi import APIRouter, FastAPI, WebSocket
from app.config import settings

users = APIRouter(prefix="/users")

@users.get("/me", name="users:me")
def read_me(): ...

@users.get("/{user_id}")
def read_user(user_id: int): ...

@users.get("/{user_id}/posts/{post_id:int}")
def read_post(user_id: int, post_id: int): ...

@users.get("")
def read_users(): ...

@users.post("")
def create_user(): ...

@users.delete("/{user_id}")
def delete_user(user_id: int): ...

app = FastAPI()
app.include_router(users, prefix=settings.PREFIX)

@app.get("/files/{path:path}")
def read_file(path: str): ...

@app.websocket("/feed/{topic}")
async def feed(websocket: WebSocket, topic: str): ...

admin = FastAPI()

@admin.get("/logs")
def read_logs(): ...

app.mount("/admin", admin)
"""
CONFIG = """
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    PREFIX: str = "/api"

settings = Settings()
"""
CONFTEST = """
import pytest
from fastapi.testclient import TestClient
from httpx import ASGITransport, AsyncClient
from app.main import app

@pytest.fixture
def client():
    with TestClient(app) as one:
        yield one

@pytest.fixture
async def api() -> AsyncClient:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test/api/") as one:
        yield one

@pytest.fixture
def users_url() -> str:
    return "/api/users"
"""
HEAD = """
import asyncio
import unittest
import httpx
import pytest
import requests
from urllib.parse import urljoin
from fastapi import FastAPI
from fastapi.testclient import TestClient
from app.config import settings
from app.main import admin, app, users
"""


def project_of(test: str) -> Project:
    files = {"app/__init__.py": "", "app/main.py": MAIN, "app/config.py": CONFIG, "tests/conftest.py": CONFTEST}
    (project,) = understand_files({**files, "tests/test_app.py": HEAD + dedent(test)})
    return project


def asked(test: str) -> list[str]:
    requests = project_of(test).exercise.requests
    return sorted({route.handler.name for request in requests for route in request.routes if route.handler})


@pytest.mark.parametrize(
    ("handler", "call"),
    [
        ("read_me", "client.get('/api/users/me')"),
        ("read_me", "client.get('/api/users/me/?full=yes#top')"),
        ("read_me", "client.get('http://testserver/api/users/me')"),
        ("read_me", "client.get(app.url_path_for('users:me'))"),
        ("read_me", "client.get(url=f'{settings.PREFIX}/users/me')"),
        ("read_me", "client.request('GET', '/api/users/me')"),
        ("read_me", "client.stream('get', '/api/users/me')"),
        ("read_me", "getattr(client, 'get')('/api/users/me')"),
        ("read_me", "client.get(urljoin('http://test/', '/api/users/me'))"),
        ("read_me", "client.get(users_url + '/me')"),
        ("read_me", "client.get('api/users/me')"),
        ("read_user", "client.get('/api/users/7')"),
        ("read_user", "client.get(f'/api/users/{user.id}')"),
        ("read_user", "client.get('/api/users/' + str(user.id))"),
        ("read_user", "client.get('/api/users/%s' % user.id)"),
        ("read_user", "client.get('/api/users/{}'.format(user.id))"),
        ("read_user", "client.get(app.url_path_for('read_user', user_id=7))"),
        ("read_user", "client.get('/api/{}/{}'.format('users', user.id))"),
        ("read_post", "client.get(f'/api/users/{user.id}/posts/{post}')"),
        ("read_post", "client.get('/api/users/7/posts/9')"),
        ("read_users", "client.get('/api/users')"),
        ("read_users", "client.get('/api/users/')"),
        ("read_users", "client.get(f'/api/users{query}')"),
        ("read_users", "requests.get('http://localhost:8000/api/users')"),
        ("read_users", "httpx.get(f'{base}/api/users')"),
        ("read_me", "httpx.get(f'{base}/users/me')"),
        ("create_user", "client.post('/api/users', json={})"),
        ("delete_user", "(client.delete)('/api/users/7')"),
        ("read_file", "client.get('/files/a/b.txt')"),
        ("read_logs", "client.get('/admin/logs')"),
        ("read_logs", "TestClient(admin).get('/logs')"),
        ("feed", "client.websocket_connect('/feed/news')"),
        ("read_user", "asyncio.run(api.get('users/7'))"),
        ("read_users", "asyncio.run(api.get('/users'))"),
    ],
)
def test_a_request_is_known_in_this_form(handler: str, call: str) -> None:
    test = f"def test_it(client, api, users_url, user, post, query, base):\n    {call}\n"

    assert asked(test) == [handler]


@pytest.mark.parametrize(
    "call",
    [
        "client.post('/api/users/7')",
        "client.get('/users/7')",
        "client.get('/api/users/7/posts/nine')",
        "requests.get('https://api.example.com/api/users')",
        "{'/api/users': 1}.get('/api/users')",
        "mocker.patch('app.main.read_users')",
        "app.get('/api/users')",
    ],
)
def test_nothing_is_asked_for_by(call: str) -> None:
    assert asked(f"def test_it(client, mocker):\n    {call}\n") == []


def test_parameters_of_a_test_are_put_in_together() -> None:
    found = asked("""
        @pytest.mark.parametrize("number", [7])
        @pytest.mark.parametrize("method, path", [("DELETE", "/users/{}"), pytest.param("POST", "/users", id="add")])
        def test_it(client, method, path, number):
            client.request(method, "/api" + path.format(number))
    """)

    assert found == ["create_user", "delete_user"]


def test_parameters_may_stand_on_the_class() -> None:
    found = asked("""
        PATHS = ["/me", "/7"]

        @pytest.mark.parametrize("path", PATHS)
        class TestUsers:
            base = "/api/users"

            def test_it(self, client, path):
                client.get(f"{self.base}{path}")
    """)

    assert found == ["read_me", "read_user"]


def test_fixtures_have_parameters_too() -> None:
    found = asked("""
        @pytest.fixture(params=["/api/users", pytest.param("/files")])
        def prefix(request: pytest.FixtureRequest) -> str: return request.param

        def test_it(client, prefix):
            client.get(f"{prefix}/me")
    """)

    assert found == ["read_file", "read_me"]


def test_functions_of_the_tests_send_what_they_are_given() -> None:
    found = asked("""
        def url(path): return f"/api{path}"
        def send(client, method, path): return getattr(client, method.lower())(url(path))
        def fetch(client, path="/users"): return send(client, "GET", path)

        def test_it(client):
            fetch(client)
            fetch(client, path="/users/7")
    """)

    assert found == ["read_user", "read_users"]


def test_a_client_may_be_an_object_of_the_tests() -> None:
    found = asked("""
        class Api:
            def __init__(self, client): self.client = client
            def fetch(self, path): return self.client.get(f"/api/{path}")

        @pytest.fixture
        def caller(client): return Api(client)

        def test_it(caller):
            caller.fetch("users/7")
    """)

    assert found == ["read_user"]


def test_a_fixture_may_give_the_function_that_sends() -> None:
    found = asked("""
        @pytest.fixture
        def fetch(client):
            def inner(path): return client.get(path)
            return inner

        def test_it(fetch):
            assert fetch("/api/users/7").status_code == 200
    """)

    assert found == ["read_user"]


def test_requests_of_fixtures_count_and_those_made_at_import() -> None:
    found = asked("""
        client = TestClient(app)
        client.get("/api/users")

        @pytest.fixture
        def me(client): return client.get("/api/users/me").json()
    """)

    assert found == ["read_me", "read_users"]


def test_unittest_keeps_its_client_on_the_test() -> None:
    found = asked("""
        class TestUsers(unittest.TestCase):
            def setUp(self): self.client = TestClient(app)
            def test_it(self): self.assertEqual(self.client.get("/api/users/7").status_code, 404)
    """)

    assert found == ["read_user"]


def test_a_loop_asks_for_each_path() -> None:
    found = asked("""
        def test_it(client):
            for path in ("/api/users", "/api/users/me"):
                assert client.get(path).status_code == 200
    """)

    assert found == ["read_me", "read_users"]


def test_tests_may_serve_a_router_themselves() -> None:
    found = asked("""
        @pytest.fixture
        def own():
            app = FastAPI()
            app.include_router(users, prefix="/v9")
            return TestClient(app)

        def test_it(own):
            own.get("/v9/users/7")
            TestClient(users).delete("/users/7")
    """)

    assert found == ["delete_user", "read_user"]


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(client):\n    for route in app.routes: client.get(route.path)",
        "def test_it(client):\n    assert [client.get(route.path) for route in app.routes]",
        "@pytest.mark.parametrize('route', app.routes)\ndef test_it(client, route): client.get(route.path)",
    ],
)
def test_a_path_that_is_not_known_may_be_any_of_its_method(test: str) -> None:
    (request,) = project_of(test).exercise.requests

    assert (str(request), request.routes, len(request.candidates)) == ("GET {?}", (), 6)


def test_a_path_that_an_answer_names_is_only_one() -> None:
    assert (
        project_of("""
        def test_it(client):
            client.get(client.post("/login").headers["location"])
    """).exercise.requests[1:]
        == ()
    )


def test_one_that_nothing_calls_says_nothing() -> None:
    found = project_of("def send(client: TestClient, path): return client.get(path)\n").exercise.requests

    assert [candidate for request in found for candidate in request.candidates] == []


def test_handlers_are_called_or_handed_on() -> None:
    project = project_of("""
        from app.main import read_me, read_users

        async def test_it():
            assert read_me() is None
            await asyncio.to_thread(read_users)
    """)

    assert {function.name for function in project.exercise.handlers} == {"read_me", "read_users"}
