"""What functions that requests pass through do to the answers: dependencies, handlers and middleware."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Middleware


@dataclass(frozen=True, slots=True)
class Answered:
    """The statuses that code answers with, the headers that it puts on responses (in lower case) with the places, and
    where it sends plain HTTP to HTTPS. `is_open`: it sets headers whose names are not known.
    """

    statuses: frozenset[int] = frozenset()
    headers: Mapping[str, Place] = field(default_factory=dict)
    to_https: Place | None = None
    is_open: bool = False


@dataclass(eq=False, slots=True)
class Answers:
    """Tells, for functions, what they answer by themselves and through what they call; each is looked at once."""

    find: Callable[[Function], Answered] = field(default=lambda _: Answered())
    _known: dict[Function, Answered] = field(default_factory=dict)

    def of(self, function: Function) -> Answered:
        """Return what a function answers."""
        if function not in self._known:
            self._known[function] = self.find(function)
        return self._known[function]

    def of_middleware(self, middleware: Middleware) -> Answered:
        """Return what a middleware answers."""
        found = [self.of(function) for function in middleware.entries]
        return Answered(
            frozenset(status for one in found for status in one.statuses),
            {name: place for one in reversed(found) for name, place in one.headers.items()},
            next((one.to_https for one in found if one.to_https is not None), None),
            any(one.is_open for one in found),
        )
