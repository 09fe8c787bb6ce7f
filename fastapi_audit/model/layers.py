"""Which layer a function belongs to: the web, the services behind it, or the repositories that ask the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fastapi_audit.model.module import Function


class Layer(str, Enum):
    """WEB is what FastAPI calls and what stands beside it; SERVICE decides; REPOSITORY asks the database."""

    WEB = "web"
    SERVICE = "service"
    REPOSITORY = "repository"


@dataclass(frozen=True, slots=True)
class Membership:
    """The layer of one function, and what tells: `reason` goes on from its name ("f, of the class Orders, …").

    `is_by_deed`: no name says so, only what the function does.
    """

    layer: Layer
    reason: str
    is_by_deed: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Layers:
    """The layers of a service. `entries` are the functions that FastAPI calls: handlers, dependencies, middleware,
    exception handlers. A function that nothing tells of has no membership.
    """

    memberships: Mapping[Function, Membership] = field(default_factory=dict)
    entries: frozenset[Function] = frozenset()

    def find(self, function: Function) -> Membership | None:
        """Return the membership of a function."""
        return self.memberships.get(function)

    def layer(self, function: Function) -> Layer | None:
        """Return the layer of a function."""
        found = self.find(function)
        return found.layer if found is not None else None
