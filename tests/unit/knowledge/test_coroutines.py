"""The table of what gives a coroutine agrees with the libraries that are installed."""

from __future__ import annotations

from importlib import import_module
from inspect import iscoroutinefunction

import pytest

from fastapi_audit.knowledge.coroutines import coroutine_functions

INSTALLED = ("anyio", "asyncio", "fastapi", "httpx", "starlette")


@pytest.mark.parametrize("name", sorted(name for name in coroutine_functions() if name.split(".")[0] in INSTALLED))
def test_what_the_table_says_gives_a_coroutine(name: str) -> None:
    package, *path = name.split(".")
    found: object = import_module(package)
    for position, part in enumerate(path, start=1):
        if not hasattr(found, part):
            import_module(".".join([package, *path[:position]]))
        found = getattr(found, part)

    assert iscoroutinefunction(found)


def test_a_look_alike_is_not_in_the_table() -> None:
    assert {"httpx.Client.get", "asyncio.create_task", "asyncio.gather"}.isdisjoint(coroutine_functions())
