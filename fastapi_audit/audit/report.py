"""The audit as a whole: every service with its score, findings and routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi_audit.audit.finding import RuleFailure, RuleResult
from fastapi_audit.audit.score import Band, Score
from fastapi_audit.model.place import Place
from fastapi_audit.model.repository import FileProblem


@dataclass(frozen=True, slots=True)
class RouteRecord:
    """One row of the route map, in the fields of the route listing; lists are sorted.

    `kind` is "http", "websocket" or "mount" (something mounted that is no FastAPI application); `method` is None for
    the latter two. `guards` says what authenticates the caller, `guard_places` where each was declared, `guard_levels`
    on what. `params` maps path/query/header/cookie/body to names. `is_doubtful`: something that is not known may
    authenticate the caller. `public_by` is the pattern by which the configuration declares it public.
    """

    kind: str
    app: str
    method: str | None
    path: str
    handler: str
    place: Place | None
    is_async: bool
    response_model: str | None
    status_code: int | None
    tags: tuple[str, ...]
    in_schema: bool
    deprecated: bool
    dependencies: tuple[str, ...]
    security: tuple[str, ...]
    params: Mapping[str, tuple[str, ...]]
    guards: tuple[str, ...] = ()
    guard_places: tuple[Place, ...] = ()
    guard_levels: tuple[str, ...] = ()
    is_doubtful: bool = False
    public_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is known that authenticates the caller; what is mounted may do so itself."""
        return self.kind != "mount" and not self.guards

    @property
    def is_declared_public(self) -> bool:
        """Whether nothing authenticates the caller because the configuration says so."""
        return self.is_open and self.public_by is not None


@dataclass(frozen=True, slots=True)
class UnresolvedName:
    """A name the model could not resolve, and why."""

    name: str
    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """How much was read: Python files, lines, names asked for and names resolved."""

    files: int = 0
    lines: int = 0
    names: int = 0
    resolved: int = 0
    unresolved: tuple[UnresolvedName, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRoutes:
    """The route map of one service, and how much of its code was understood."""

    service: str
    routes: tuple[RouteRecord, ...]
    inventory: Inventory


@dataclass(frozen=True, slots=True)
class ServiceAudit:
    """One service: `root` is its directory relative to the audited root, "" for the root itself."""

    name: str
    root: str
    score: Score
    results: tuple[RuleResult, ...]
    routes: tuple[RouteRecord, ...]
    inventory: Inventory
    failures: tuple[RuleFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """All services, worst first in the roll-up: `total` is the lowest of their totals.

    `sources` maps each path with a finding to the lines around its places: {path: {line number: text}}, for code
    frames. `notes` are messages for people (an unknown suppression code, say).
    """

    project: str
    tool_version: str
    total: float
    band: Band
    services: tuple[ServiceAudit, ...]
    problems: tuple[FileProblem, ...] = ()
    sources: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
