"""The project's tests."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place


@dataclass(frozen=True, eq=False, slots=True)
class Test:
    """A test function or method. `requests` are its calls of an HTTP client that talks to the application;
    `is_async_client` says whether any of them is asynchronous, `uses_client` whether it makes any, or a client.
    """

    function: Function
    requests: tuple[Call, ...]
    uses_client: bool
    is_async_client: bool

    def __str__(self) -> str:
        return self.function.qualname

    @property
    def place(self) -> Place:
        """The place of its `def`."""
        return self.function.place
