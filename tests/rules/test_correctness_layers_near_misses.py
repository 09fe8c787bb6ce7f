"""What the rules about middleware and exception handlers leave alone, and what they see through."""

from __future__ import annotations

import pytest
from rule_builders import Counts, counts_of

from fastapi_audit.testing import Files


def counts(rule: str, files: Files) -> Counts:
    return counts_of(f"correctness.{rule}", files)


HEAD = """
import json
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware as Cors
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
class Refusing(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if "key" not in request.headers:
            return JSONResponse({}, status_code=403)
        return await call_next(request)
class Pure:
    def __init__(self, app): self.app = app
    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            return await JSONResponse({}, 429)(scope, receive, send)
        await self.app(scope, receive, send)
"""


@pytest.mark.parametrize(
    ("stack", "fails"),
    [
        ("app.add_middleware(Cors)\napp.add_middleware(Refusing)", 1),
        ("app.add_middleware(Cors)\napp.add_middleware(Pure)", 1),
        ("app.add_middleware(Cors)\napp.add_middleware(AuthenticationMiddleware, backend=None)", 1),
        ("app = FastAPI(middleware=[Middleware(Refusing), Middleware(Cors)])", 1),
        ("app = FastAPI(middleware=[Middleware(Cors)])\napp.add_middleware(Refusing)", 1),
        ("def wire(target):\n    target.add_middleware(Cors)\n    target.add_middleware(Refusing)\nwire(app)", 1),
        ("app.add_middleware(ProxyHeadersMiddleware)\napp.add_middleware(HTTPSRedirectMiddleware)", 1),
        ("app.add_middleware(Refusing)\napp.add_middleware(Cors)", 0),
        ("app = FastAPI(middleware=[Middleware(Cors), Middleware(Refusing)])", 0),
        ("app = FastAPI(middleware=[Middleware(Refusing)])\napp.add_middleware(Cors)", 0),
        ("app.add_middleware(Refusing)\nasgi = Cors(app, allow_origins=['*'])", 0),
        ("app.add_middleware(Cors)\napp.add_middleware(GZipMiddleware)", 0),
        ("app.add_middleware(Cors)\napp.add_middleware(TrustedHostMiddleware, allowed_hosts=['a'])", 0),
        ("import os\nif os.getenv('A'):\n    app.add_middleware(Cors)\nelse:\n    app.add_middleware(Refusing)", 0),
        ("app.add_middleware(HTTPSRedirectMiddleware)\napp.add_middleware(ProxyHeadersMiddleware)", 0),
    ],
)
def test_the_order_is_that_of_starlette(stack: str, fails: int) -> None:
    assert counts("middleware_order", {"app/main.py": HEAD + "app = FastAPI()\n" + stack + "\n"})[1] == fails


@pytest.mark.parametrize(
    ("body", "fails"),
    [
        ("return JSONResponse({}, 401)", 1),
        ("if request.method: return await call_next(request)\n    return JSONResponse({}, status_code=401)", 1),
        ("try: return await call_next(request)\n    except ValueError: return JSONResponse({}, 500)", 1),
        ("if request.url.path == '/health': return JSONResponse({})\n    return await call_next(request)", 0),
        ("answer = await call_next(request)\n    return JSONResponse({}, status_code=404)", 0),
        ("answer = await call_next(request)\n    return Response(answer.body, answer.status_code)", 0),
        ("return JSONResponse({}, 401, headers={'Access-Control-Allow-Origin': '*'})", 0),
        ("return await call_next(request)", 0),
    ],
)
def test_only_refusals_of_its_own_count(body: str, fails: int) -> None:
    head = "app = FastAPI()\napp.add_middleware(Cors)\n@app.middleware('http')\n"
    code = f"{head}async def f(request, call_next):\n    {body}\n"
    assert counts("middleware_order", {"app/main.py": HEAD + code})[1] == fails


@pytest.mark.parametrize(
    ("body", "fails"),
    [
        ("request.session['a'] = 1\n    return await call_next(request)", 1),
        ("if request.user: return await call_next(request)", 1),
        ("answer = await call_next(request)\n    request.session['a'] = 1\n    return answer", 0),
        ("if 'session' in request.scope: request.session['a'] = 1\n    return await call_next(request)", 0),
        ("request.state.session = 1\n    return await call_next(request)", 0),
    ],
)
def test_what_inner_layers_bring_is_there_once_they_were_called(body: str, fails: int) -> None:
    code = (
        "app = FastAPI()\napp.add_middleware(SessionMiddleware, secret_key='a')\n"
        "app.add_middleware(AuthenticationMiddleware, backend=None)\n"
        f"@app.middleware('http')\nasync def f(request: Request, call_next):\n    {body}\n"
    )
    assert counts("middleware_order", {"app/main.py": HEAD + code})[1] == fails


def test_texts_are_not_read_out_of_compressed_bodies() -> None:
    code = """
app = FastAPI()
{0}
@app.middleware("http")
async def log(request, call_next):
    answer = await call_next(request)
    body = b"".join([part async for part in answer.body_iterator])
    text = json.loads(body)
    return Response(body, answer.status_code)
{1}
"""
    gzip = "app.add_middleware(GZipMiddleware)"
    assert counts("middleware_order", {"app/main.py": HEAD + code.format(gzip, "")})[1] == 1
    assert counts("middleware_order", {"app/main.py": HEAD + code.format("", gzip)})[1] == 0


HANDLERS = """
class Base(Exception): ...
class Gone(Base): ...
class Full(Exception): ...
def answer(request, error): ...
def other(request, error): ...
app = FastAPI()
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("app.add_exception_handler(Full, answer)\nraise Full", (1, 0, 0)),
        ("app.add_exception_handler(Base, answer)\ndef f(): raise Gone()", (1, 0, 0)),
        ("app.add_exception_handler(Base, answer)\ndef f():\n    error = Gone()\n    raise error", (1, 0, 0)),
        ("app.add_exception_handler(Full, answer)", (0, 1, 0)),
        ("@app.exception_handler(Full)\ndef f(request, error: Full): ...", (0, 1, 0)),
        ("app.add_exception_handler(Full, answer)\ntry: ...\nexcept (ValueError, Full): ...", (0, 1, 0)),
        ("app.add_exception_handler(Gone, answer)\ndef f(): raise Base", (0, 1, 0)),
        ("app.add_exception_handler(Full, answer)\nERRORS = {'full': Full}", (0, 0, 1)),
        ("app.add_exception_handler(Full, answer)\ndef f(check): check(Full('no'))", (0, 0, 1)),
        ("app.add_exception_handler(Base, answer)\nERRORS = [Gone]", (0, 0, 1)),
        ("app.add_exception_handler(404, answer)\napp.add_exception_handler(ValueError, answer)", (2, 0, 0)),
        ("app.add_exception_handler(404, answer)\napp.add_exception_handler(404, other)", (1, 1, 0)),
        ("app.add_exception_handler(404, answer)\napp.add_exception_handler(404, answer)", (2, 0, 0)),
        ("app.add_exception_handler(500, answer)\napp.add_exception_handler(Exception, other)", (1, 1, 0)),
        ("app.add_exception_handler(HTTPException, answer)\n"
         "app.add_exception_handler(StarletteHTTPException, other)", (2, 0, 0)),
        ("app = FastAPI(exception_handlers={404: answer})\napp.add_exception_handler(404, other)", (1, 1, 0)),
        ("import os\nif os.getenv('A'):\n    app.add_exception_handler(404, answer)\nelse:\n"
         "    app.add_exception_handler(404, other)", (2, 0, 0)),
        ("import os\napp.add_exception_handler(404, answer)\nif os.getenv('A'):\n"
         "    app.add_exception_handler(404, other)", (2, 0, 0)),
        ("app.add_exception_handler(KeyboardInterrupt, answer)", (0, 1, 0)),
        ("def pick(kind): return kind\napp.add_exception_handler(pick(unknown), answer)", (0, 0, 1)),
    ],
)  # fmt: skip
def test_handlers_are_reached_by_what_is_raised(code: str, expected: tuple[int, int, int]) -> None:
    assert counts("exception_handler_unreachable", {"app/main.py": HEAD + HANDLERS + code + "\n"}) == expected


def test_an_alias_of_another_module_is_a_mention_too() -> None:
    files = {
        "app/main.py": "from fastapi import FastAPI\nfrom app.errors import Full\napp = FastAPI()\n"
        "app.add_exception_handler(Full, print)\n",
        "app/errors.py": "class Full(Exception): ...\n",
        "app/store.py": "from app.errors import Full as Out\nBY_CODE = {1: Out}\n",
    }
    assert counts("exception_handler_unreachable", files) == (0, 0, 1)
