"""What middleware and dependencies do to the answers: statuses, headers, redirections."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.model.answers import Answered

HEAD = """
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.middleware.base import BaseHTTPMiddleware
HEADERS = {"X-Frame-Options": "DENY", "Content-Security-Policy": "default-src 'none'"}
PAIRS = [(b"X-Frame-Options", b"DENY"), (b"Content-Security-Policy", b"default-src 'none'")]
app = FastAPI()
"""
DISPATCH = """
@app.middleware("http")
async def work(request: Request, call_next):
    response = await call_next(request)
{0}
    return response
"""
CLASS = """
class Work:
    def __init__(self, app):
        self.app = app
        self.headers = HEADERS

    async def __call__(self, scope, receive, send):
        async def wrapped(message):
{0}
            await send(message)
        await self.app(scope, receive, wrapped)
app.add_middleware(Work)
"""


def answered(code: str) -> Answered:
    project = project_of(main=HEAD + code)
    (middleware,) = project.applications[0].middlewares
    return project.answers.of_middleware(middleware)


@pytest.mark.parametrize(
    "body",
    [
        "response.headers.update(HEADERS)",
        "response.headers['X-Frame-Options'] = 'DENY'; response.headers.setdefault('Content-Security-Policy', '')",
        "for name, value in HEADERS.items(): response.headers[name] = value",
        "add_headers(response)\ndef add_headers(response):\n    response.headers.update(HEADERS)\n    if 1:",
    ],
)
def test_headers_are_set_on_the_response(body: str) -> None:
    code = DISPATCH.format("    " + body)
    if "def add" in body:
        start, _, helper = body.partition("\n")
        code = helper.rpartition("\n")[0] + "\n" + DISPATCH.format("    " + start)

    assert sorted(answered(code).headers) == ["content-security-policy", "x-frame-options"]


@pytest.mark.parametrize(
    "body",
    [
        "MutableHeaders(scope=message).update(self.headers)",
        "headers = MutableHeaders(scope=message); headers['X-Frame-Options'] = ''; "
        "headers.append('Content-Security-Policy', '')",
        "message['headers'].extend(PAIRS)",
        "message['headers'] = [*message['headers'], *PAIRS]",
        "message['headers'].append((b'X-Frame-Options', b'')); "
        "message['headers'].append((b'content-security-policy', b''))",
    ],
)
def test_headers_are_put_into_the_message_that_is_sent(body: str) -> None:
    assert sorted(answered(CLASS.format("            " + body)).headers) == [
        "content-security-policy",
        "x-frame-options",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "del response.headers['X-Frame-Options']",
        "if response.headers.get('X-Frame-Options'): pass",
        "cache['X-Frame-Options'] = 1",
    ],
)
def test_headers_that_are_read_or_taken_away_are_not_set(body: str) -> None:
    assert answered(DISPATCH.format("    " + body)).headers == {}


def test_headers_from_elsewhere_are_set_and_not_known() -> None:
    assert answered(DISPATCH.format("    response.headers.update(load())")).is_open


@pytest.mark.parametrize(
    "body",
    [
        "if many(): return JSONResponse({}, status_code=429)",
        "if many(): raise HTTPException(429)",
        "limit()\ndef limit():\n    raise TooMany('slow down')\n",
    ],
)
def test_statuses_are_answered_by_responses_and_exceptions(body: str) -> None:
    first, _, rest = body.partition("\n")
    errors = "class Base(Exception):\n    def __init__(self, text):\n        super().__init__(text)\n"
    errors += "class TooMany(Base):\n    status_code = 429\n"

    assert 429 in answered(errors + rest + DISPATCH.format("    " + first)).statuses


def test_messages_of_asgi_have_statuses() -> None:
    body = "await send({'type': 'http.response.start', 'status': 429, 'headers': []})"

    assert 429 in answered(CLASS.format("            " + body)).statuses


@pytest.mark.parametrize(
    ("body", "redirects"),
    [
        ("if 1: return RedirectResponse(request.url.replace(scheme='https'))", True),
        ("if 1: return RedirectResponse(f'https://{request.url.netloc}')", True),
        ("if 1: return RedirectResponse('/login')", False),
        ("link = request.url.replace(scheme='https')", False),
    ],
)
def test_redirections_to_https_are_told_from_others(body: str, redirects: bool) -> None:
    assert (answered(DISPATCH.format("    " + body)).to_https is not None) is redirects


def test_a_plain_function_may_make_the_middleware() -> None:
    project = project_of(
        main=HEAD
        + """
from ratelimit import RateLimitMiddleware
def make(app, redis):
    return RateLimitMiddleware(app, redis)
app.add_middleware(make, redis=1)
"""
    )

    assert project.applications[0].middlewares[0].name == "ratelimit.RateLimitMiddleware"
