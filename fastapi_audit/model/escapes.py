"""Errors that leave functions, and the HTTP status with which they reach the caller of a route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fastapi_audit.model.code import Raise
from fastapi_audit.model.module import Function


@dataclass(frozen=True, eq=False, slots=True)
class ErrorAnswer:
    """A raise that becomes a response: of `HTTPException`, of what is derived from it, or of an error of the project
    for which a handler is registered. `status` is None where it is not known.
    """

    raised: Raise
    status: int | None


@dataclass(frozen=True, eq=False, slots=True)
class Escapes:
    """The errors that leave each function: its own, and those of what it calls that nothing on the way catches."""

    _leaving: Mapping[Function, tuple[ErrorAnswer, ...]] = field(default_factory=dict)

    def leaving(self, functions: Iterable[Function]) -> tuple[ErrorAnswer, ...]:
        """Return the errors that leave any of some functions, each once, sorted by place."""
        found = {answer for function in functions for answer in self._leaving.get(function, ())}
        return tuple(sorted(found, key=lambda answer: answer.raised.place))
