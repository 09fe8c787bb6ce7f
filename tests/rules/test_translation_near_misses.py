"""What a handler may decide itself, for it only translates between HTTP and the service."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

HEAD = """
import logging
import uuid
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from app.models import Item

log = logging.getLogger(__name__)
app = FastAPI()


def get_db():
    return Session()


class Page(RedirectResponse): ...


async def keep(db: Session):
    db.add(Item(name="x"))


@app.post("/")
async def f(
    request: Request, response: Response, q: str = "", status: str = "", size: int = 3, db: Session = Depends(get_db)
):
    rows = db.execute(select(Item)).scalars().all()
"""


def findings(body: str) -> list[str]:
    rule = import_module("fastapi_audit_rules.architecture.business_logic_in_handler")
    models = "class Item: ...\n"
    files = {"app/main.py": f"{HEAD}{body}    return rows\n", "app/models.py": models, "app/__init__.py": ""}
    (found,) = check_files(rule, files).results
    return [finding.message for finding in found.findings]


FILTER = "    if {test}:\n        query = query.where(Item.name == q)\n"
SEARCH = """
    if q:
        try:
            query = query.where(Item.id == uuid.UUID(q))
        except ValueError:
            query = query.where(Item.name == q.lower())
"""
PREFIXED = """
    found = {}
    for key, value in request.query_params.items():
        if key.startswith("x-"):
            found[key[2:]] = value
    if found:
        found["all"] = True
"""
NAMED = """
    if status == "open":
        state = Item.OPEN
    elif status == "closed":
        state = Item.CLOSED
    elif status == "lost":
        state = Item.LOST
"""
POSTED = """
    data = await request.form()
    name = data.get("name")
    items: list[str] = []
    if name:
        items.append(name)
    if data.get("title"):
        items.append(str(data["title"]))
    if size:
        items.append("x")
"""
METHOD = '    if request.method == "POST" and rows:\n        log.info("x")\n        db.rollback()\n'
COOKIE = '    if rows:\n        answer.set_cookie("a", "b")\n'
ADDRESS = '    if rows:\n        answer = RedirectResponse("/a")\n    else:\n        answer = Page("/b")\n'
LOGGED = '    if rows:\n        log.warning("odd")\n'
FILLED = "    for row in rows:\n        names.append(row.name)\n"
TURNED = """
    try:
        row = db.get(Item, q)
    except ValueError as error:
        for text in error.args:
            if text in rows:
                rows.remove(text)
            db.add(text)
"""
LOADED = """
    row = db.get(Item, q)
    if row.picture is not None:
        try:
            picture = await fetch(row.picture)
            if picture:
                address = picture.address
        except ValueError:
            log.exception("no picture")
"""
NOTHING = "    if db.get(Item, q):\n        log.warning('odd')\n        return\n"
ONE_OF = """
    if rows[0].name:
        mail = rows[0].name
    elif rows[0].owner:
        mail = rows[0].owner.name
    elif rows[0].group:
        mail = "x"
"""
FOUND = "    if not rows:\n        found = 1\n    else:\n        raise HTTPException(404)\n"


@pytest.mark.parametrize(
    "body",
    [
        "    query = select(Item)\n" + FILTER.format(test="q") * 5,
        "    query = select(Item)\n" + FILTER.format(test="rows") * 5,
        "    query = select(Item)\n" + SEARCH * 3,
        PREFIXED * 3,
        NAMED,
        POSTED,
        METHOD * 3,
        "    answer = HTMLResponse()\n" + COOKIE * 3,
        ADDRESS * 3,
        LOGGED * 3,
        "    names = []\n" + FILLED * 3,
        FOUND * 3,
        NOTHING * 3,
        LOADED * 3,
        TURNED * 3,
        ONE_OF * 2,
        ONE_OF.replace("mail", "found['mail']") * 2,
        "    query = select(Item)\n" + "    query = query.where(Item.name == q)\n" * 30,
    ],
)
def test_what_only_translates_is_no_decision(body: str) -> None:
    assert findings(body) == []


RATE = '    if q == "CH":\n        total = 0.08\n'
SUM = "    total = 1\n" + "    if q:\n        total += size\n" * 3
CHOSEN = "    if not rows:\n        state = Item.OPEN\n"
SENT = "    if q:\n        log.info(q)\n        db.commit()\n"
KEPT = "    names = []\n" + "    for row in rows:\n        if row.name:\n            names.append(row.name)\n" * 3
TWO = ONE_OF.replace('mail = "x"', 'other = "x"').replace("rows[0].group", "rows[0].size > 3")
DONE = "    if db.get(Item, q):\n        db.delete(q)\n        return\n"
FETCHED = """
    found = db.get(Item, q)
    if found.name == q:
        name = found.name
"""
MADE = """
    row = db.get(Item, q)
    if row.picture is None:
        picture = await fetch(row.name)
"""
KEPT_ALONG = """
    row = db.get(Item, q)
    if row.picture:
        picture = await keep(db)
"""
CHANGED = "    if q:\n        row.name = q\n"
ADVANCED = "    query = rows[0]\n" + "    if q == 'x':\n        query = step(query).where(q)\n" * 3
SKIPPED = (
    "    for row in rows:\n        if row.name:\n            continue\n        if row.id:\n            db.delete(row)\n"
)
ASKED = """
    async with Session(q) as found:
        if found.size > 3:
            name = "a"
"""


@pytest.mark.parametrize(
    "body",
    [
        RATE * 3,
        SUM,
        CHOSEN * 3,
        SENT * 3,
        KEPT,
        FETCHED * 3,
        MADE * 3,
        KEPT_ALONG * 3,
        CHANGED * 3,
        TWO,
        DONE * 5,
        ADVANCED,
        SKIPPED,
        ASKED * 3,
    ],
)
def test_what_asks_or_changes_more_than_the_request_is_a_decision(body: str) -> None:
    assert findings(body) == ["the handler f makes 3 decisions of its own"]


def test_a_service_that_is_injected_by_its_class_says_more_than_the_request() -> None:
    asks = "from app.main import get_db\nclass Users:\n    def __init__(self, db=Depends(get_db)): ...\n"
    branch = "    found = users.find(q)\n    if found.name == q:\n        name = found.name\n"
    code = HEAD.replace("@app.post", f"{asks.splitlines()[1]}\n{asks.splitlines()[2]}\n\n@app.post")
    code = code.replace("db: Session = Depends(get_db)", "users: Users = Depends()")
    code = code.replace("    rows = db.execute(select(Item)).scalars().all()\n", branch * 3)
    rule = import_module("fastapi_audit_rules.architecture.business_logic_in_handler")

    (found,) = check_files(rule, {"app/main.py": code, "app/models.py": "class Item: ...\n"}).results

    assert [finding.message for finding in found.findings] == ["the handler f makes 3 decisions of its own"]
