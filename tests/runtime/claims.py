"""Small applications that show what FastAPI does with them: `python -m runtime.claims`, by the one that is asked.

Prints one line of JSON: what each claim came to, by its name. Requests are made by hand: no client fits all.
"""

from __future__ import annotations

import asyncio
import json
import sys
import warnings
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, NamedTuple, Union

from fastapi import APIRouter, Body, FastAPI, Form, Request
from pydantic import BaseModel
from runtime.serving import start
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse

Answer = Union[int, str, "list[str]"]
CLAIMS: dict[str, Callable[[], Answer]] = {}
FORM = "application/x-www-form-urlencoded"


def claim(function: Callable[[], Answer]) -> Callable[[], Answer]:
    """Name a claim by its function."""
    CLAIMS[function.__name__] = function
    return function


class Answered(NamedTuple):
    """An answer: the names of its headers in small letters."""

    status: int
    text: str
    headers: frozenset[str]


class Item(BaseModel):
    name: str


class Nullable(BaseModel):
    name: str | None


def ask(app: Any, body: bytes = b"", kind: str = "application/json", method: str = "POST") -> Answered:
    """Return the answer to a request for `/`; what is raised behind an answer is for the server's log alone."""
    sent: list[dict[str, Any]] = []
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.Event().wait()  # the client stays
        return parts.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-type", kind.encode()), (b"origin", b"https://shop.example")]
    scope = {"type": "http", "method": method, "path": "/", "raw_path": b"/", "query_string": b"", "headers": headers}
    scope |= {"root_path": "", "scheme": "http", "server": ("test", 80), "client": ("test", 1), "http_version": "1.1"}
    try:
        asyncio.run(app(scope, receive, send))
    except Exception as error:  # the application was asked for something that breaks it: that is the answer
        if not sent:
            return Answered(500, type(error).__name__, frozenset())
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return Answered(sent[0]["status"], text, frozenset(key.decode() for key, _ in sent[0]["headers"]))


def serving(handler: Any, method: str = "POST") -> FastAPI:
    """Return an application with one route."""
    app = FastAPI()
    app.add_api_route("/", handler, methods=[method])
    return app


class Ran:
    """What ran at startup, by name."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def event(self, name: str) -> Callable[[], None]:
        return lambda: self.names.append(name)

    def lifespan(self, name: str) -> Any:
        @asynccontextmanager
        async def run(_: Any) -> Any:
            self.names.append(name)
            yield

        return run


@claim
def a_model_beside_a_form_field() -> Answer:
    def handler(item: Item, note: str = Form("")) -> None: ...

    return ask(serving(handler), b"item=%7B%22name%22%3A%22a%22%7D&name=a&note=b", FORM).status


@claim
def a_plain_body_beside_a_form_field() -> Answer:
    def handler(item: str = Body(), note: str = Form("")) -> None: ...

    return ask(serving(handler), b"item=a&note=b", FORM).status


@claim
def a_model_of_form_fields_beside_another() -> Answer:
    def handler(item: Annotated[Item, Form()], note: Annotated[str, Form()]) -> None: ...

    return ask(serving(handler), b"name=a&note=b", FORM).status


@claim
def a_list_on_get_is_the_body() -> Answer:
    def handler(ids: list[int]) -> list[int]:
        return ids

    return ask(serving(handler, "GET"), b"[1]", method="GET").text


@claim
def a_nullable_query_parameter_left_out() -> Answer:
    def handler(name: str | None) -> None: ...

    return ask(serving(handler)).status


@claim
def a_nullable_field_left_out() -> Answer:
    def handler(item: Nullable) -> None: ...

    return ask(serving(handler), b"{}").status


@claim
def events_of_an_application_with_a_lifespan() -> Answer:
    ran = Ran()
    app = FastAPI(lifespan=ran.lifespan("lifespan"), on_startup=[ran.event("on_startup")])
    app.on_event("startup")(ran.event("on_event"))
    start(app)
    return ran.names


@claim
def events_of_a_router_in_an_application_with_a_lifespan() -> Answer:
    ran = Ran()
    router, app = APIRouter(), FastAPI(lifespan=ran.lifespan("lifespan"))
    router.on_event("startup")(ran.event("on_event"))
    app.include_router(router)
    start(app)
    return ran.names


@claim
def events_of_a_router_with_a_lifespan_in_an_application_with_one() -> Answer:
    ran = Ran()
    router, app = APIRouter(lifespan=ran.lifespan("router")), FastAPI(lifespan=ran.lifespan("lifespan"))
    router.on_event("startup")(ran.event("on_event"))
    app.include_router(router)
    start(app)
    return [name for name in ran.names if name == "on_event"]


def refused(wire: Callable[[], object]) -> Answer:
    """Return the name of what was raised, an empty text when nothing was."""
    try:
        wire()
    except Exception as error:  # any refusal will do
        return type(error).__name__
    return ""


@claim
def a_ring_of_routers() -> Answer:
    one, other = APIRouter(), APIRouter()
    one.include_router(other, prefix="/other")
    return refused(lambda: other.include_router(one, prefix="/one"))


@claim
def a_prefix_without_a_leading_slash() -> Answer:
    return refused(lambda: APIRouter(prefix="items"))


@claim
def a_prefix_with_a_trailing_slash() -> Answer:
    return refused(lambda: FastAPI().include_router(APIRouter(), prefix="/items/"))


@claim
def an_empty_path_without_a_prefix() -> Answer:
    router = APIRouter()
    router.add_api_route("", lambda: None)
    return refused(lambda: FastAPI().include_router(router))


@claim
def a_path_without_a_slash_behind_a_prefix() -> Answer:
    app, router = FastAPI(), APIRouter(prefix="/items")
    router.add_api_route("export", lambda: None)
    app.include_router(router)
    return sorted(app.openapi()["paths"])


class SoldOutError(Exception):
    """An error of the domain."""


def answering(text: str) -> Callable[[Request, Exception], PlainTextResponse]:
    """Return an exception handler that answers with a text."""
    return lambda _request, _error: PlainTextResponse(text)


def failing(*handlers: tuple[Any, str]) -> FastAPI:
    """Return an application whose route raises, with handlers that answer with a text."""

    def handler() -> None:
        raise SoldOutError

    app = serving(handler)
    for key, text in handlers:
        app.add_exception_handler(key, answering(text))
    return app


@claim
def two_handlers_of_one_exception() -> Answer:
    return ask(failing((SoldOutError, "first"), (SoldOutError, "second"))).text


@claim
def a_handler_of_500_after_one_of_exception() -> Answer:
    return ask(failing((Exception, "exception"), (500, "500"))).text


@claim
def a_handler_of_what_is_no_exception() -> Answer:
    return ask(failing((KeyboardInterrupt, "never"))).text


async def refuse(_request: Request, _call_next: Any) -> Any:
    return PlainTextResponse("no", status_code=401)


async def read_user(request: Request, call_next: Any) -> Any:
    return await call_next(request) if request.user else None


class Everybody(AuthenticationBackend):
    """A backend that lets everybody in."""

    async def authenticate(self, conn: Any) -> Any:  # noqa: ARG002 - whoever asks
        return AuthCredentials(), SimpleUser("anybody")


@claim
def what_refuses_outside_of_cors() -> Answer:
    app = serving(lambda: None)
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
    app.middleware("http")(refuse)
    return sorted(ask(app).headers & {"access-control-allow-origin"})


@claim
def what_refuses_inside_of_cors() -> Answer:
    app = serving(lambda: None)
    app.middleware("http")(refuse)
    app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])
    return sorted(ask(app).headers & {"access-control-allow-origin"})


@claim
def what_reads_the_user_outside_of_authentication() -> Answer:
    app = serving(lambda: None)
    app.add_middleware(AuthenticationMiddleware, backend=Everybody())
    app.middleware("http")(read_user)
    return ask(app).status


@claim
def what_reads_the_user_inside_of_authentication() -> Answer:
    app = serving(lambda: None)
    app.middleware("http")(read_user)
    app.add_middleware(AuthenticationMiddleware, backend=Everybody())
    return ask(app).status


def outcome(one: Callable[[], Answer]) -> Answer:
    """Return what a claim came to; the name of what FastAPI raised when it refuses the application."""
    try:
        return one()
    except AssertionError as error:
        return type(error).__name__


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.stdout.write(json.dumps({name: outcome(one) for name, one in CLAIMS.items()}))
