"""Which control flow makes a handler thick, and which does not."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from rule_builders import FAILS, NO_SUBJECT, PASSES, UNKNOWN, Counts, counts_of

from fastapi_audit.testing import check_files

GUARD = "    if not x:\n        raise HTTPException(404)\n"
REFUSAL = "    if other(x):\n        raise HTTPException(409)\n"
ANSWER = "    if x:\n        return other(x)\n"
BRANCH = "    if x:\n        x = 1\n"
LOOP = "    for y in x:\n        other(y)\n"
ELIF = "    if x:\n        x = 1\n    elif x > 2:\n        x = 2\n    else:\n        x = 3\n"
MATCH = "    match x:\n" + "".join(f"        case {value}:\n            x = 0\n" for value in (1, 2, "_"))
TRY = "    try:\n        other(x)\n    except ValueError:\n        raise HTTPException(400)\n"
NESTED = "    def inner(y):\n" + "        if y:\n            y = 1\n" * 5
CALL = "    other(x)\n"


HANDLER = """
from fastapi import FastAPI, HTTPException
app = FastAPI()
@app.get("/")
@app.get("/again")
def f(x: int):
"""


def findings(body: str) -> list[str]:
    rule = import_module("fastapi_audit_rules.architecture.business_logic_in_handler")
    (found,) = check_files(rule, {"app/main.py": f"{HANDLER}{body}    return x\n"}).results
    return [finding.message for finding in found.findings]


@pytest.mark.parametrize(
    "body", [GUARD * 5, REFUSAL * 5, ANSWER * 4, GUARD * 2 + BRANCH * 2, LOOP * 2, ELIF, TRY * 3, NESTED, CALL * 24]
)
def test_a_thin_handler_may_refuse_and_hand_on(body: str) -> None:
    assert findings(body) == []


@pytest.mark.parametrize(
    ("body", "decisions"),
    [(ANSWER * 5, 3), (BRANCH * 3, 3), (LOOP + ELIF, 3), (MATCH, 3), (REFUSAL * 3 + BRANCH + ELIF, 3)],
)
def test_more_than_two_decisions_are_logic(body: str, decisions: int) -> None:
    assert findings(body) == [f"the handler f makes {decisions} decisions of its own"]


DISPATCH = "    match x:\n" + "".join(f"        case {value}:\n            return {{}}\n" for value in (1, 2, 3, "_"))
CHAIN = "    if x == 1:\n        return other(x)\n" + "".join(
    f"    elif x == {value}:\n        return {{}}\n" for value in (2, 3, 4)
)


@pytest.mark.parametrize("dispatch", [DISPATCH, CHAIN])
def test_choosing_which_call_answers_is_one_decision(dispatch: str) -> None:
    calls, sums = (dispatch.replace("{}", text) for text in ("await other(x)", "x + 1 if x else 2"))

    assert findings(calls + BRANCH) == []
    assert findings(calls + BRANCH * 2) == ["the handler f makes 3 decisions of its own"]
    assert len(findings(sums + BRANCH)) == 1


PAGES = {
    "from tagflow import tag, text\n": "tag.ul()",
    "from tagflow.tag import ul as listed\n": "listed()",
    "from dominate import tags\n": "tags.ul(cls='a')",
    "import airium\npage = airium.Airium()\n": "page.ul()",
    "from yattag import Doc\ndoc, tag, text = Doc().tagtext()\n": "tag('ul')",
    "from app.parts import frame\n": "frame(1)",
}
PARTS = """
import contextlib
from tagflow import tag

@contextlib.contextmanager
def frame(title):
    with inner(title):
        yield

@contextlib.contextmanager
def inner(title):
    with tag.body():
        yield
"""


def of_page(imports: str, opened: str, before: str = "") -> Counts:
    body = f"{before}    with {opened}:\n" + "".join(
        f"    {line}\n" for line in (LOOP + BRANCH * 4 + CALL * 26).split("\n")
    )
    code = imports + HANDLER + body + "    return x\n"
    files = {"app/main.py": code, "app/parts.py": PARTS, "app/__init__.py": ""}
    return counts_of("architecture.business_logic_in_handler", files)


@pytest.mark.parametrize(("imports", "opened"), PAGES.items())
def test_what_stands_in_an_element_of_a_page_is_no_logic(imports: str, opened: str) -> None:
    assert of_page(imports, opened) == PASSES
    assert of_page(imports, opened, BRANCH * 3) == FAILS


@pytest.mark.parametrize(
    ("imports", "opened"),
    [("from app.tag import tag\n", "tag.ul()"), ("import threading\n", "threading.Lock()"), ("", "open(x)")],
)
def test_what_stands_in_another_with_is_logic(imports: str, opened: str) -> None:
    assert of_page(imports, opened) == FAILS


def test_very_long_handlers_are_reported_once_for_all_their_routes() -> None:
    assert findings(CALL * 26) == ["the handler f takes 27 steps of its own"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import fastapi as f\nservice = f.FastAPI()\n", FAILS),
        ("from fastapi import FastAPI\nclass Shop(FastAPI): ...\napp = Shop()\n", FAILS),
        ("from fastapi import FastAPI\nif True:\n    app = FastAPI()\nelse:\n    app = None\n", FAILS),
        ("from fastapi import FastAPI\ndef make():\n    return FastAPI()\n", PASSES),
        ("from fastapi import FastAPI\ndef make():\n    return FastAPI()\napp = make()\n", PASSES),
        ("from fastapi import FastAPI\nclass Server:\n    def build(self):\n        return FastAPI()\n", NO_SUBJECT),
        ("from fastapi import FastAPI\ndef make():\n    app = FastAPI()\n    app.mount('/a', inner)\n    return app\n"
         "inner = FastAPI()\napp = make()\n", PASSES),
        ("from fastapi import APIRouter\nrouter = APIRouter()\n", NO_SUBJECT),
    ],
)  # fmt: skip
def test_only_an_application_that_its_module_builds_lacks_a_factory(source: str, expected: Counts) -> None:
    assert counts_of("architecture.application_without_factory", {"app/main.py": source}) == expected


FEATURES = ("books", "loans", "rooms", "staff", "users")
SCHEMA = "from pydantic import BaseModel\nclass Item(BaseModel):\n    name: str\n"


def layout(router: str, schema: str, features: tuple[str, ...] = FEATURES, routes: int = 4) -> dict[str, str]:
    """Return a service whose routers and schemas lie where two patterns say."""
    head = "from fastapi import APIRouter\nrouter = APIRouter()\n"
    paths = "".join(f"@router.get('/{at}')\ndef read_{at}(): ...\n" for at in range(routes))
    files = {router.format(feature): head + paths for feature in features}
    files |= {schema.format(feature): SCHEMA for feature in features}
    names = [router.format(feature).removesuffix(".py").replace("/", ".") for feature in features]
    imports = "".join(f"import {name}\n" for name in names)
    included = "".join(f"service.include_router({name}.router, prefix='/{at}')\n" for at, name in enumerate(names))
    return {**files, "main.py": f"from fastapi import FastAPI\n{imports}service = FastAPI()\n{included}"}


@pytest.mark.parametrize(
    ("router", "schema", "expected"),
    [
        ("app/routers/{}.py", "app/schemas/{}.py", FAILS),
        ("app/web/{}.py", "app/things/{}.py", FAILS),
        ("app/{}/router.py", "app/{}/schemas.py", PASSES),
        ("app/{}/api/router.py", "app/{}/models/schemas.py", PASSES),
        ("app/{}/router.py", "app/schemas.py", UNKNOWN),
        ("app/api/{}/router.py", "app/schemas/{}.py", UNKNOWN),
        ("app/routers/{}.py", "app/schemas.py", UNKNOWN),
        ("app/{}_routes.py", "app/{}_schemas.py", UNKNOWN),
    ],
)
def test_what_modules_hold_tells_how_a_service_is_cut(router: str, schema: str, expected: Counts) -> None:
    assert counts_of("architecture.layer_first_layout", layout(router, schema)) == expected


@pytest.mark.parametrize("size", [{"features": FEATURES[:4]}, {"routes": 3}])
def test_the_layout_of_a_small_service_does_not_matter(size: dict[str, Any]) -> None:
    files = layout("app/routers/{}.py", "app/schemas/{}.py", **size)

    assert counts_of("architecture.layer_first_layout", files) == NO_SUBJECT
