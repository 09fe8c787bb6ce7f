"""What functions that requests pass through do to the answers: dependencies, handlers and middleware."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.place import Place

ENTRY_POINTS = ("dispatch", "__call__")


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

    def of_middleware(self, function: Function | None, cls: Class | None) -> Answered:
        """Return what a middleware answers: a function, or a class by its `dispatch` and `__call__`."""
        methods = [cls.find_method(name) for name in ENTRY_POINTS] if cls is not None else []
        found = [self.of(one) for one in (function, *methods) if one is not None]
        return Answered(
            frozenset(status for one in found for status in one.statuses),
            {name: place for one in reversed(found) for name, place in one.headers.items()},
            next((one.to_https for one in found if one.to_https is not None), None),
            any(one.is_open for one in found),
        )
