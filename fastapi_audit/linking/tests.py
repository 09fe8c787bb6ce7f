"""Test functions, and the requests that they make of the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function
from fastapi_audit.model.tests import Test
from fastapi_audit.model.values import Known, Template

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "websocket_connect")
CLIENTS = (
    "fastapi.testclient.TestClient", "starlette.testclient.TestClient", "httpx.AsyncClient", "httpx.Client",
    "async_asgi_testclient.TestClient",
)  # fmt: skip

ASYNC_CLIENTS = ("httpx.AsyncClient", "async_asgi_testclient.TestClient")


def tests_of(functions: Sequence[Function], calls: Mapping[Function, Sequence[Call]]) -> list[Test]:
    """Return the test functions among the functions of test files."""
    return [_test(function, calls.get(function, ())) for function in functions if is_test(function)]


def is_test(function: Function) -> bool:
    """Say whether pytest or unittest collects a function by its name."""
    if not function.name.startswith("test") or function.module.path.endswith("conftest.py"):
        return False
    return "<locals>" not in function.qualname and not is_fixture(function)


def is_fixture(function: Function) -> bool:
    """Say whether pytest provides what a function gives."""
    return any(map(_makes_fixture, function.node.decorators))


def _makes_fixture(decorator: syntax.Expr) -> bool:
    """Say whether a decorator is `pytest.fixture` or `pytest_asyncio.fixture`, with or without arguments."""
    target = decorator.func if isinstance(decorator, syntax.Call) else decorator
    name = target.attr if isinstance(target, syntax.Attribute) else target.id if isinstance(target, syntax.Name) else ""
    return name == "fixture"


def _test(function: Function, calls: Sequence[Call]) -> Test:
    requests = tuple(call for call in calls if is_request(call))
    made = [call for call in calls if call.name in CLIENTS]
    is_async = any(call.is_awaited or _is_of_async_client(call) for call in requests) or any(
        call.name in ASYNC_CLIENTS for call in made
    )
    return Test(function, requests, bool(requests or made), is_async)


def _is_of_async_client(call: Call) -> bool:
    """Say whether a request is one of an asynchronous client, which may be awaited with others (`gather`)."""
    return call.name is not None and call.name.rpartition(".")[0] in ASYNC_CLIENTS


def is_request(call: Call) -> bool:
    """Say whether a call asks the application for something: a method of a test client, or of an unknown object when
    its first argument is a path.
    """
    method = _method(call)
    if method not in METHODS:
        return False
    if call.name is not None:
        return call.name.rpartition(".")[0] in CLIENTS
    path = call.argument(1 if method in ("request", "stream") else 0, "url", "path")
    if isinstance(path, Known):
        return isinstance(path.value, str) and path.value.startswith("/")
    return isinstance(path, Template) and bool(path.parts) and _starts_path(path)


def _starts_path(path: Template) -> bool:
    first = path.parts[0]
    return not isinstance(first, str) or first.startswith("/")


def _method(call: Call) -> str:
    node = call.node
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        return node.func.attr
    return ""
