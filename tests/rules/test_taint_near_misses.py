"""What clients choose on its way to files, other hosts, redirections, shells and code: detours, checks, look-alikes."""

from __future__ import annotations

from importlib import import_module

import pytest

from fastapi_audit.testing import check_files

PATH = import_module("fastapi_audit_rules.security.path_traversal")
REQUEST = import_module("fastapi_audit_rules.security.server_side_request_forgery")
REDIRECT = import_module("fastapi_audit_rules.security.open_redirect")
CALL = import_module("fastapi_audit_rules.security.dangerous_call")

HEAD = """import os, re, shutil, uuid
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urljoin, urlparse
import httpx, requests
from fastapi import Depends, FastAPI, Form, Header, HTTPException, Query, Request, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import AfterValidator, BaseModel, HttpUrl, StringConstraints, field_validator
from pydantic_settings import BaseSettings

BASE = Path("/srv/files")
app = FastAPI()
"""
LINE = HEAD.count("\n") + 1


def lines_of(rule: object, code: str) -> list[int]:
    """Return the lines of the findings, counted from the first one of the code."""
    outcome = check_files(rule, {"app/main.py": HEAD + code})  # type: ignore[arg-type]  # a module

    assert not outcome.crashes
    return sorted(line - LINE + 1 for _, line in outcome.lines)


def handler(parameters: str, body: str, path: str = "/x", method: str = "get") -> str:
    inside = "\n".join(f"    {line}" for line in body.splitlines())
    return f'@app.{method}("{path}")\nasync def handle({parameters}):\n{inside}\n'


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ("name: str", "return FileResponse(BASE / name)"),
        ("name: str", "return FileResponse(f'{BASE}/{name}')"),
        ("name: str", "return open(os.path.join(BASE, name + '.json'))"),
        ("name: Annotated[str, Header()]", "return (BASE / name).read_text()"),
        ("name: str = Form()", "return BASE.joinpath(name).open()"),
        ("name: str | None = None", "return FileResponse(BASE / (name or 'index.html'))"),
        ("name: str", "return FileResponse('{}/{}'.format(BASE, name))"),
        ("name: str", "return FileResponse('%s/%s' % (BASE, name))"),
        ("names: list[str] = Query()", "return [open(BASE / name) for name in names]"),
        ("request: Request", "return open(request.query_params['name'])"),
        ("request: Request", "return open(BASE / request.headers.get('x-name', 'a'))"),
        ("request: Request", "data = await request.json()\nreturn open(BASE / data['name'].strip())"),
        ("file: UploadFile", "return open(BASE / file.filename, 'wb')"),
        ("files: list[UploadFile]", "for file in files:\n    (BASE / file.filename).write_bytes(await file.read())"),
        ("file: UploadFile", "name = f'{uuid.uuid4()}_{file.filename}'\nreturn open(BASE / name, 'wb')"),
        ("file: UploadFile", "stem, suffix = os.path.splitext(file.filename)\nreturn open(BASE / (stem + '.x'), 'wb')"),
        ("name: str", "if not name:\n    raise HTTPException(404)\nreturn open(BASE / name)"),
        ("name: Annotated[str, Query(max_length=20)]", "return open(BASE / name)"),
        ("name: Annotated[str, Query(pattern='.+')]", "return open(BASE / name)"),
        (
            "name: str",
            "if Path(name).suffix not in ('.pdf', '.txt'):\n    raise HTTPException(400)\nreturn open(BASE / name)",
        ),
    ],
)
def test_paths_that_a_client_chooses_are_found_by_any_way(parameters: str, body: str) -> None:
    assert lines_of(PATH, handler(parameters, body))


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ("number: int", "return FileResponse(BASE / f'{number}.pdf')"),
        ("key: uuid.UUID", "return FileResponse(BASE / str(key))"),
        ("kind: Literal['a', 'b']", "return FileResponse(BASE / kind)"),
        ("name: str", "return open(BASE / os.path.basename(name))"),
        ("name: str", "return open(BASE / Path(name).name)"),
        ("name: str", "return open(BASE / name.split('/')[-1])"),
        ("name: str", "return open(BASE / str(int(name)))"),
        ("name: Annotated[str, Query(pattern=r'^[a-z0-9-]+$')]", "return open(BASE / name)"),
        ("name: Annotated[str, StringConstraints(pattern=r'^[a-z]+$')]", "return open(BASE / name)"),
        (
            "name: str",
            "if '..' in name or name.startswith('/'):\n    raise HTTPException(400)\nreturn open(BASE / name)",
        ),
        ("name: str", "if name not in {'a', 'b'}:\n    raise HTTPException(400)\nreturn open(BASE / name)"),
        (
            "name: str",
            "path = os.path.realpath(os.path.join(BASE, name))\n"
            "if os.path.commonpath([path, BASE]) != str(BASE):\n    raise HTTPException(400)\nreturn open(path)",
        ),
        ("name: str", "path = (BASE / name).resolve()\npath.relative_to(BASE)\nreturn open(path)"),
        ("name: str", "if not re.fullmatch(r'[a-z]+', name):\n    raise HTTPException(400)\nreturn open(BASE / name)"),
        (
            "file: UploadFile",
            "return (BASE / f'{uuid.uuid4()}{Path(file.filename).suffix}').write_bytes(await file.read())",
        ),
        ("file: UploadFile", "return (BASE / f\"{uuid.uuid4()}.{file.filename.split('.')[-1]}\").open('wb')"),
        ("name: str", "return FileResponse({'a': BASE / 'a.txt'}[name])"),
        ("name: str", "return open(BASE / 'constant', 'w').write(name)"),
        ("file: UploadFile", "return (BASE / 'upload').write_bytes(await file.read())"),
        ("request: Request", "return FileResponse(request.app.state.index)"),
    ],
)
def test_paths_that_hold_nothing_harmful_are_not_reported(parameters: str, body: str) -> None:
    assert lines_of(PATH, handler(parameters, body)) == []


@pytest.mark.parametrize(
    ("path", "body", "is_reported"),
    [
        ("/files/{name:path}", "return FileResponse(BASE / name)", True),
        ("/files/{name}", "return FileResponse(BASE / name)", True),  # with low confidence
        ("/files/{name}", "return shutil.rmtree(BASE / name)", True),
        ("/files/{name}", "return FileResponse(BASE / f'{name}.pdf')", False),
        ("/files/{name}", "return FileResponse(BASE / name / 'index.html')", False),
    ],
)
def test_one_segment_of_a_route_holds_no_separator(path: str, body: str, is_reported: bool) -> None:
    assert bool(lines_of(PATH, handler("name: str", body, path))) is is_reported


def test_the_way_leads_over_other_modules_services_and_dependencies() -> None:
    files = {
        "app/storage.py": """from pathlib import Path
class Storage:
    def __init__(self, root: Path) -> None:
        self.root = root
    def locate(self, name: str) -> Path:
        return self.root / name
    def read(self, name: str) -> bytes:
        return self.locate(name).read_bytes()
""",
        "app/deps.py": """from fastapi import Query
def wanted(name: str = Query()) -> str:
    return name.strip()
""",
        "app/main.py": """from pathlib import Path
from fastapi import Depends, FastAPI
from app.deps import wanted
from app.storage import Storage
app = FastAPI()
storage = Storage(Path("files"))
@app.get("/x")
def read(name: str = Depends(wanted)) -> bytes:
    return storage.read(name)
""",
    }
    outcome = check_files(PATH, files)

    assert outcome.lines == {("app/storage.py", 8)}
    (finding,) = outcome.results[0].findings
    assert "query parameter name of GET /x" in finding.message
    start = finding.related[0].place
    assert (start.path, start.line) == ("app/deps.py", 2)


def test_a_check_may_stand_in_the_caller_a_helper_or_a_dependency() -> None:
    code = """
def below(path: Path) -> Path:
    if not path.resolve().is_relative_to(BASE):
        raise HTTPException(404)
    return path
def require_plain(name: str) -> None:
    if "/" in name:
        raise HTTPException(400)
def load(path: Path) -> bytes:
    return path.read_bytes()
def plain(name: str) -> str:
    if ".." in name:
        raise HTTPException(400)
    return name
@app.get("/a")
def first(name: str):
    return load(below(BASE / name))
@app.get("/b")
def second(file: str):
    require_plain(file)
    return load(BASE / file)
@app.get("/c")
def third(text: str = Depends(plain)):
    return load(BASE / text)
"""
    assert lines_of(PATH, code) == []


def test_a_class_of_query_parameters_and_a_validated_field_are_told_apart() -> None:
    code = """
class Plain(BaseModel):
    name: str
class Checked(BaseModel):
    name: str
    @field_validator("name")
    def check(cls, value: str) -> str:
        if "/" in value:
            raise ValueError("no slash")
        return value
class Params:
    def __init__(self, name: str = "a") -> None:
        self.name = name
@app.post("/a")
def first(body: Plain):
    return open(BASE / body.name)
@app.post("/b")
def second(body: Checked):
    return open(BASE / body.name)
@app.get("/c")
def third(params: Params = Depends()):
    return open(BASE / params.name)
"""
    assert lines_of(PATH, code) == [16, 22]


def test_schemas_that_no_request_fills_and_settings_are_the_servers_own() -> None:
    code = """
class Settings(BaseSettings):
    directory: str = "/srv"
    webhook: str
settings = Settings()
class Stored(BaseModel):
    path: str
    url: str
def find(key: int) -> Stored: ...
@app.get("/a")
def first(key: int):
    httpx.post(find(key).url)
    httpx.post(settings.webhook)
    RedirectResponse(find(key).url)
    open(os.path.join(settings.directory, "a"))
    return FileResponse(find(key).path)
"""
    assert [lines_of(rule, code) for rule in (PATH, REQUEST, REDIRECT)] == [[], [], []]


@pytest.mark.parametrize(
    ("parameters", "body", "is_reported"),
    [
        ("url: str", "requests.get(url)", True),
        ("url: HttpUrl", "requests.post(str(url))", True),
        ("host: str", "requests.get(f'https://{host}/api')", True),
        ("host: str", "requests.get('http://' + host)", True),
        ("host: str", "requests.get('http://{}/x'.format(host))", True),
        ("path: str", "requests.get(urljoin('https://example.com/', path))", True),
        ("url: str", "if not url.startswith('https://'):\n    raise HTTPException(400)\nrequests.get(url)", True),
        (
            "url: str",
            "if urlparse(url).scheme not in ('http', 'https'):\n    raise HTTPException(400)\nrequests.get(url)",
            True,
        ),
        ("url: str", "async with httpx.AsyncClient() as client:\n    await client.request('GET', url)", True),
        (
            "url: str",
            "if not url.startswith('https://example.com/'):\n    raise HTTPException(400)\nrequests.get(url)",
            False,
        ),
        ("url: str", "if urlparse(url).hostname not in HOSTS:\n    raise HTTPException(400)\nrequests.get(url)", False),
        ("path: str", "requests.get(f'https://example.com/{path}')", False),
        ("path: str", "requests.get('https://example.com/%s' % path)", False),
        ("path: str", "requests.get(API + path)", False),
        ("name: str", "requests.get('https://example.com', params={'q': name}, headers={'x': name})", False),
        ("port: int", "requests.get(f'http://{port}.example.com')", False),
        ("url: str", "cache.get(url)", False),
        (
            "url: str",
            "async with httpx.AsyncClient(base_url=API) as client:\n    await client.get(f'/users/{url}')",
            False,
        ),
    ],
)
def test_only_a_host_that_a_client_chooses_is_reported(parameters: str, body: str, is_reported: bool) -> None:
    code = "API = os.environ['API']\nHOSTS = {'example.com'}\n" + handler(parameters, body)

    assert bool(lines_of(REQUEST, code)) is is_reported


@pytest.mark.parametrize(
    ("parameters", "body", "is_reported"),
    [
        ("to: str", "return RedirectResponse(to)", True),
        ("request: Request", "return RedirectResponse(request.query_params.get('next', '/'))", True),
        ("request: Request", "return RedirectResponse(request.headers['referer'])", True),
        ("request: Request", "return RedirectResponse(request.url_for('home'))", False),
        ("to: str", "return RedirectResponse('/items/' + to)", False),
        ("to: str", "return RedirectResponse(f'{BASE_URL}/items/{to}')", False),
        ("to: str", "return RedirectResponse(f'/search?q={quote(to)}')", False),
        ("to: str", "return RedirectResponse(to if to.startswith('/') else '/')", False),
        ("to: str", "if urlparse(to).netloc:\n    to = '/'\nreturn RedirectResponse('/')", False),
    ],
)
def test_only_a_target_that_a_client_chooses_is_reported(parameters: str, body: str, is_reported: bool) -> None:
    code = "BASE_URL = os.environ['BASE_URL']\n" + handler(parameters, body)

    assert bool(lines_of(REDIRECT, code)) is is_reported


@pytest.mark.parametrize(
    ("parameters", "call", "is_reported"),
    [
        ("text: str", "eval(text)", True),
        ("text: str", "exec(f'x = {text}')", True),
        ("text: str", "subprocess.check_output(f'ls {text}', shell=True)", True),
        ("text: str", "await asyncio.create_subprocess_shell('ls ' + text)", True),
        ("request: Request", "pickle.loads(await request.body())", True),
        ("text: str", "pickle.loads(base64.b64decode(text))", True),
        ("text: str", "yaml.load(text, yaml.UnsafeLoader)", True),
        ("text: str", "yaml.load(text)", True),
        ("text: str", "eval(lookup(text))", True),
        ("text: str", "exec(compile(text, 'x', 'exec'))", True),
        ("text: str", "exec(compile(ast.parse(text), 'x', 'exec'))", True),
        ("text: str", "compile(text, 'x', 'exec')", False),
        ("number: int", "subprocess.run(f'ls {number}', shell=True)", False),
        ("text: str", "subprocess.run(['ls', text])", False),
        ("text: str", "subprocess.run(f'ls {shlex.quote(text)}', shell=True)", False),
        ("text: str", "eval('1 + 1')", False),
        ("text: str", "frame.eval(text)", False),
        ("text: str", "re.compile(text)", False),
        ("text: str", "session.exec(text)", False),
        ("text: str", "yaml.load(text, Loader=SafeLoader)", False),
        ("text: str", "yaml.safe_load(text)", False),
        ("text: str", "json.loads(text)", False),
        ("text: str", "os.system('sync')", False),
        ("text: str", "os.system(COMMAND)", False),
    ],
)
def test_calls_are_dangerous_with_what_is_not_the_servers_own(parameters: str, call: str, is_reported: bool) -> None:
    code = (
        "import ast, asyncio, base64, json, pickle, shlex, subprocess, yaml\nfrom yaml import SafeLoader\n"
        "from database import lookup, session, frame\nCOMMAND = 'uptime'\n" + handler(parameters, call)
    )

    assert bool(lines_of(CALL, code)) is is_reported
