"""Parameters that go into URLs and programs, and uploads: what bounds them, wherever it stands."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

PARAMETER = import_module("fastapi_audit_rules.security.unvalidated_parameter")
UPLOAD = import_module("fastapi_audit_rules.security.unchecked_upload")

HEAD = """import io, json, os, subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote
import httpx, magic, requests
from fastapi import Cookie, Depends, FastAPI, File, Form, Header, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse
from PIL import Image
from pydantic import AfterValidator

API = os.environ["API"]
LIMIT = 1_000_000
app = FastAPI()
class Kind(StrEnum):
    A = "a"
"""


@pytest.mark.parametrize(
    ("parameter", "body", "is_reported"),
    [
        ("name: str", "httpx.get(f'{API}/users/{name}')", True),
        ("name: str", "httpx.get(API + '/users/' + name)", True),
        ("name: Annotated[str, Header()]", "httpx.get(f'{API}/users?name={name}')", True),
        ("name: str = Form()", "subprocess.run(['convert', name])", True),
        ("name", "subprocess.check_output(['ls', f'/srv/{name}'])", True),
        ("name: str", "httpx.get(f'{API}/users/{quote(name)}')", False),
        ("name: str", "httpx.get(API, params={'name': name})", False),
        ("name: str", "httpx.get(name)", False),  # SEC018 reports it
        ("name: str", "os.system(name)", False),  # SEC021 reports it
        ("name: str", "open(name)", False),  # SEC017 reports it
        ("name: str", "print(name)", False),
        ("name: int", "httpx.get(f'{API}/users/{name}')", False),
        ("name: Kind", "httpx.get(f'{API}/users/{name}')", False),
        ("name: Literal['a', 'b']", "httpx.get(f'{API}/users/{name}')", False),
        ("name: Annotated[str, Query(pattern='^[a-z]+$')]", "httpx.get(f'{API}/users/{name}')", False),
        ("name: Annotated[str, AfterValidator(check)]", "httpx.get(f'{API}/users/{name}')", False),
        ("name: str", "if name not in ('a', 'b'):\n        raise HTTPException(400)\n    httpx.get(API + name)", False),
    ],
)
def test_bare_texts_are_reported_where_no_other_rule_does(parameter: str, body: str, is_reported: bool) -> None:
    code = f"def check(value: str) -> str: ...\n@app.post('/x')\ndef handle({parameter}) -> None:\n    {body}\n"
    outcome = check_files(PARAMETER, {"app/main.py": HEAD + code})

    assert not outcome.crashes
    assert bool(outcome.lines) is is_reported


def test_what_is_typed_is_evidence_and_what_reaches_nothing_is_none() -> None:
    code = "@app.get('/x')\ndef handle(number: int, kind: Kind, text: str, session: str = Cookie()) -> None: ...\n"
    outcome = check_files(PARAMETER, {"app/main.py": HEAD + code})

    assert (outcome.passes, outcome.lines) == (2, frozenset())


def test_a_parameter_of_a_dependency_is_reported_once_where_it_is_declared() -> None:
    code = """
def wanted(name: str = Query()) -> str:
    return name
@app.get("/a")
def first(name: str = Depends(wanted)) -> bytes:
    return httpx.get(f"{API}/a/{name}").content
@app.get("/b")
def second(name: str = Depends(wanted)) -> bytes:
    return httpx.get(f"{API}/b/{name}").content
"""
    outcome = check_files(PARAMETER, {"app/main.py": HEAD + code})

    assert outcome.lines == {("app/main.py", HEAD.count("\n") + 2)}


TYPED = "    if file.content_type != 'image/png':\n        raise HTTPException(415)\n"


@pytest.mark.parametrize(
    "body",
    [
        "    if file.size > LIMIT:\n        raise HTTPException(413)\n",
        "    if file.size is None or file.size >= 10 * 1024:\n        raise HTTPException(413)\n",
        "    content = file.file.read()\n    if len(content) > LIMIT:\n        raise HTTPException(413)\n",
        "    file.file.seek(0, 2)\n    size = file.file.tell()\n    if size > LIMIT:\n        return\n",
        "    content = file.file.read(LIMIT)\n",
        "    total = 0\n    while part := file.file.read(1024):\n        total += len(part)\n"
        "        if total > LIMIT:\n            raise HTTPException(413)\n",
        "    if int(request.headers['content-length']) > LIMIT:\n        raise HTTPException(413)\n",
        "    limit(file)\n",
        "    Limits(LIMIT).enforce(file)\n",
    ],
)
def test_a_size_is_limited_in_many_ways(body: str) -> None:
    code = (
        "def limit(upload: UploadFile) -> None:\n    if upload.size > LIMIT:\n        raise HTTPException(413)\n"
        "class Limits:\n    def __init__(self, most: int) -> None:\n        self.most = most\n"
        "    def enforce(self, upload: UploadFile) -> None:\n        if upload.size > self.most:\n"
        "            raise HTTPException(413)\n"
        f"@app.post('/x')\ndef handle(request: Request, file: UploadFile) -> None:\n{TYPED}{body}"
    )
    outcome = check_files(UPLOAD, {"app/main.py": HEAD + code})

    assert (outcome.passes, outcome.lines) == (1, frozenset())


@pytest.mark.parametrize(
    "body",
    [
        "    while part := file.file.read(1024):\n        out.write(part)\n",
        "    content = file.file.read()\n    if len(name) > 10:\n        raise HTTPException(422)\n",
        "    (Path('a') / 'b').write_bytes(file.file.read())\n",
    ],
)
def test_reading_all_in_parts_or_bounding_something_else_is_no_limit(body: str) -> None:
    code = f"@app.post('/x')\ndef handle(name: str, file: UploadFile) -> None:\n{TYPED}{body}"
    outcome = check_files(UPLOAD, {"app/main.py": HEAD + code})

    assert len(outcome.lines) == 1


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("if not file.content_type.startswith('image/'):\n        raise HTTPException(415)", True),
        ("if (file.filename or '').lower().endswith('.csv'):\n        return", True),
        ("if Path(file.filename).suffix not in {'.png'}:\n        raise HTTPException(415)", True),
        ("if file.filename.split('.')[-1] != 'zip':\n        raise HTTPException(415)", True),
        ("json.loads(file.file.read())", True),
        ("Image.open(io.BytesIO(file.file.read()))", True),
        ("if magic.from_buffer(file.file.read(), mime=True) != 'image/png':\n        raise HTTPException(415)", True),
        ("print(file.filename)", False),
        ("Image.open('logo.png')", False),
    ],
)
def test_a_type_is_told_by_its_name_its_header_or_its_content(body: str, is_told: bool) -> None:
    code = (
        "@app.post('/x')\ndef handle(file: UploadFile) -> None:\n"
        f"    if file.size > LIMIT:\n        raise HTTPException(413)\n    {body}\n"
    )
    outcome = check_files(UPLOAD, {"app/main.py": HEAD + code})

    assert bool(outcome.passes) is is_told


def test_a_bound_on_bytes_and_lists_of_uploads_count() -> None:
    code = """
def check(files: list[UploadFile]) -> None:
    for file in files:
        if file.size > LIMIT or file.content_type not in ("image/png",):
            raise HTTPException(413)
@app.post("/a")
def first(files: list[UploadFile]) -> None:
    check(files)
@app.post("/b")
def second(content: Annotated[bytes, File(max_length=1000)]) -> None:
    Image.open(io.BytesIO(content))
@app.post("/c")
def third(file: UploadFile | None = None) -> None:
    if file and file.size > LIMIT:
        raise HTTPException(413)
    json.load(file.file)
"""
    outcome = check_files(UPLOAD, {"app/main.py": HEAD + code})

    assert (outcome.passes, outcome.lines) == (3, frozenset())


def test_what_an_upload_is_handed_to_may_check_it_when_it_is_not_known() -> None:
    code = "@app.post('/x')\ndef handle(file: UploadFile) -> None:\n    STORES[file.filename](file)\n"
    outcome = check_files(UPLOAD, {"app/main.py": HEAD + code})

    assert (outcome.passes, outcome.lines, outcome.results[0].unknowns) == (0, frozenset(), 1)
