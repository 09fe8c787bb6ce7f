"""What the rules about registration leave alone, and what they see through."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.testing import check_files


def result(rule: str, files: dict[str, str]) -> RuleResult:
    (only,) = check_files(import_module(f"fastapi_audit_rules.correctness.{rule}"), files).results
    return only


def reported(rule: str, code: str) -> list[str]:
    return [finding.subject for finding in result(rule, {"app/main.py": HEAD + code}).findings]


HEAD = """
from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles
app = FastAPI()
def handler(): ...
def get(path, **options):
    app.get(path, **options)(handler)
"""


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("/users/{id}", "/users/me"),
        ("/users/{id}", "/users/{id:int}"),
        ("/files/{path:path}", "/files/a/b"),
        ("/files/{path:path}", "/files/{name}"),
        ("/{a}/{b}", "/users/{id}"),
        ("/{x:float}", "/{x:int}"),
        ("/{name}.json", "/report.json"),
    ],
)
def test_a_path_that_takes_all_of_a_later_one_shadows_it(earlier: str, later: str) -> None:
    assert reported("shadowed_route", f"get({earlier!r})\nget({later!r})") == [f"GET {later}"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("/users/{id:int}", "/users/me"),
        ("/users/{id:uuid}", "/users/{name}"),
        ("/users/{id}", "/users/{id}/posts"),
        ("/users/{id}", "/users/"),
        ("/{a}/settings", "/users/{b}"),
        ("/files/{name}", "/files/{path:path}"),
        ("/{x:int}", "/{x:float}"),
        ("/{name}.json", "/{name}"),
        ("/{x:slug}", "/{x:slug}/y"),
        ("/items", "/items/"),
    ],
)
def test_a_path_that_leaves_some_requests_to_a_later_one_does_not(earlier: str, later: str) -> None:
    assert reported("shadowed_route", f"get({earlier!r})\nget({later!r})") == []


def test_methods_and_websockets_are_apart() -> None:
    code = """
@app.post("/users/{id}")
def a(id): ...
@app.websocket("/users/{id}")
async def b(socket: WebSocket): ...
@app.get("/users/me")
def c(): ...
"""
    assert reported("shadowed_route", code) == []
    assert reported("duplicate_route", code) == []


def test_routes_of_two_applications_do_not_meet() -> None:
    code = 'other = FastAPI()\nother.get("/users/{id}")(handler)\nget("/users/me")'

    assert reported("shadowed_route", code) == []


@pytest.mark.parametrize(("first", "second", "found"), [("users", "me", ["GET /users/me"]), ("me", "users", [])])
def test_order_is_that_of_inclusion(first: str, second: str, found: list[str]) -> None:
    routers = """
users, me = APIRouter(prefix="/users"), APIRouter(prefix="/users")
users.get("/{id}")(handler)
me.get("/me")(handler)
"""
    code = f"{routers}app.include_router({first})\napp.include_router({second})"

    assert reported("shadowed_route", code) == found


@pytest.mark.parametrize(
    ("mount", "found"), [("/", ["GET /api/x"]), ("/api", ["GET /api/x"]), ("/static", []), ("/api/x", [])]
)
def test_a_mount_hides_what_is_registered_after_it(mount: str, found: list[str]) -> None:
    before, after = 'get("/api/before")\n', '\nget("/api/x")'

    assert reported("shadowed_route", f'{before}app.mount({mount!r}, StaticFiles(directory="x")){after}') == found


def test_branches_of_one_condition_do_not_meet() -> None:
    code = """
import os
def install(version):
    old, new = APIRouter(), APIRouter()
    old.get("/items/{id}")(handler)
    new.get("/items/{key}")(handler)
    new.get("/items/all")(handler)
    if os.getenv("NEW"):
        app.include_router(new)
    else:
        app.include_router(old)
install(1)
"""
    assert reported("duplicate_route", code) == []
    assert reported("shadowed_route", code) == ["GET /items/all"]


def test_a_route_behind_a_condition_still_meets_one_that_is_always_there() -> None:
    code = 'import os\nget("/a/{x}")\nif os.getenv("EXTRA"):\n    get("/a/{y}")\n    get("/a/b")'

    assert reported("duplicate_route", code) == ["GET /a/{y}"]
    assert reported("shadowed_route", code) == ["GET /a/b"]


def test_one_method_in_common_is_enough_for_a_duplicate() -> None:
    code = 'app.api_route("/x", methods=["GET", "POST"])(handler)\n@app.post("/x")\ndef other(): ...'
    (finding,) = result("duplicate_route", {"app/main.py": HEAD + code}).findings

    assert "POST /x is registered before" in finding.message
    assert [related.place.line for related in finding.related] == [8]


def test_a_handler_that_has_one_route_twice_is_called_all_the_same() -> None:
    twice = 'app.api_route("/x", methods=["GET", "POST"])(handler)\napp.post("/x")(handler)'

    assert reported("duplicate_route", twice) == []
    assert reported("duplicate_route", 'get("/x/{a}")\nget("/x/{b}")') == ["GET /x/{b}"]


def test_a_path_that_is_not_known_is_not_judged() -> None:
    code = 'import os\nget(os.environ["PREFIX"] + "/x")\nget("/y")'

    for rule in ("duplicate_route", "shadowed_route"):
        found = result(rule, {"app/main.py": HEAD + code})
        assert (found.passes, found.fails, found.unknowns) == (1, 0, 1)


@pytest.mark.parametrize("path", ["{a}-" * 40, "{a}" * 40, "x{p:path}" * 40])
def test_a_path_made_to_be_slow_to_match_is_let_go(path: str) -> None:
    assert reported("shadowed_route", f'get("/{path}")\nget("/{"-" * 200}")\nget("/{"-" * 5000}")') == []


def test_routers_chosen_by_a_condition_are_both_served() -> None:
    code = """
import os
router = APIRouter()
if os.getenv("SECURE"):
    router = APIRouter(prefix="/secure")
router.get("/docs")(handler)
app.include_router(router)
"""
    assert reported("router_never_included", code) == []


def test_routers_without_routes_and_those_in_tests_are_no_subjects() -> None:
    files = {
        "app/main.py": HEAD + "empty = APIRouter()",
        "tests/test_x.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef a(): ...\n",
    }
    found = result("router_never_included", files)

    assert (found.passes, found.fails, found.unknowns) == (0, 0, 0)


def test_a_package_that_publishes_routers_is_not_judged() -> None:
    code = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/')\ndef a(): ...\n"

    assert result("router_never_included", {"package/routes.py": code}).findings == ()


def test_an_include_of_something_computed_leaves_it_open() -> None:
    code = """
router = APIRouter()
router.get("/")(handler)
def install(api):
    for plugin in api.plugins():
        api.include_router(plugin.router)
"""
    found = result("router_never_included", {"app/main.py": HEAD + code})

    assert (found.passes, found.fails, found.unknowns) == (0, 0, 1)
