"""What clients choose, how it reaches places that it must not decide about, and what stands in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call, Site
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Parameter, Route
from fastapi_audit.model.values import Value

# What may do harm in each kind of sink, by the sections of `taint.toml` that say what takes it away.
PURPOSES: Mapping[str, str] = {
    "path": "path",
    "request": "url",
    "redirect": "url",
    "shell": "shell",
    "process": "shell",
    "code": "code",
    "load": "code",
    "sql": "sql",
}
VALIDATOR = "a validator"  # among what cleans an input


@dataclass(frozen=True, eq=False, slots=True)
class Input:
    """One thing that a client chooses: a parameter, a field of a body, the name of an upload, a part of the request.

    `source` is as of `Parameter`, "request" for what code reads out of the request itself, or "caller" for what a
    function is given by nothing that is seen. `routes` are those that take it, as far as they are known. `cleaned`
    says why it holds nothing harmful whatever the client sends: its type, its constraints or a validator.
    """

    name: str
    source: str
    place: Place | None
    routes: tuple[Route, ...] = ()
    parameter: Parameter | None = None
    cleaned: str | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def holds_separators(self) -> bool:
        """Whether it may hold a `/`: what stands in one segment of a route's path cannot."""
        if self.source != "path" or self.parameter is None:
            return True
        marker = f"{{{self.parameter.name}:path}}"
        return any(marker in route.path for route in self.routes)


@dataclass(frozen=True, eq=False, slots=True)
class Reach:
    """One way by which an input gets into a value. `through` are the functions on it, the first one first, `operations`
    what was done to it, by name. `before` and `after` are the texts directly around it, with `{?}` for what is not
    known of them.
    """

    input: Input
    through: tuple[Function, ...] = ()
    operations: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    def cleaned_by(self, kind: str) -> str | None:
        """Return what leaves nothing harmful of it for a kind of `Sink`; None where nothing does."""
        return self.input.cleaned or self.removed_by(kind)

    def removed_by(self, kind: str) -> str | None:
        """Return the operation on the way that does so."""
        harmless = names("taint", "cleans") | names("taint", "cuts") | names("taint", f"cleans-{PURPOSES[kind]}")
        return next((name for name in self.operations if name in harmless or name.startswith("type ")), None)

    @property
    def leads(self) -> bool:
        """Whether it decides the host of a URL: nothing but a scheme stands before it."""
        _, scheme, rest = self.before.rpartition("://")
        return rest.strip("/\\") == "" and (bool(scheme) or not self.before.startswith("/") or self.before == "//")

    @property
    def is_segment(self) -> bool:
        """Whether it is a segment of a path by itself, or several."""
        return self.before[-1:] in ("", "/", "\\") and self.after[:1] in ("", "/", "\\")


@dataclass(frozen=True, eq=False, slots=True)
class Gap:
    """A part of a value of which nothing can be said, and why. `is_stored`: it was read out of a database."""

    reason: str
    is_stored: bool = False


class Sink(Site, frozen=True, eq=False):
    """A call that lets a text decide where it goes or what it does. `kind` is "path", "request", "redirect", "shell",
    "process", "code", "load" or "sql"; `value` is the text, `reaches` the inputs that get into it, `unseen` those of
    them that nothing is seen to give, and `gaps` what is not known of it. `checks` are the places where an input is
    tested for what this kind needs.
    """

    call: Call
    kind: str
    value: Value
    reaches: tuple[Reach, ...]
    unseen: tuple[Reach, ...]
    gaps: tuple[Gap, ...]
    routes: tuple[Route, ...]
    checks: Mapping[Input, Place]

    def __str__(self) -> str:
        return f"{self.kind} of {self.call.name}"

    def harmful(self) -> tuple[Reach, ...]:
        """Return the inputs that get here as the client sent them: neither cleaned nor checked on the way."""
        return tuple(filter(self._is_harmful, self.reaches))

    def suspected(self) -> tuple[Reach, ...]:
        """Return the same of what nothing is seen to give: it may be a client's."""
        return tuple(filter(self._is_harmful, self.unseen))

    def validated(self) -> tuple[Reach, ...]:
        """Return the inputs that nothing but a validator makes harmless, whatever that asks."""
        ways = (reach for reach in self.reaches if reach.input not in self.checks)
        return tuple(way for way in ways if way.input.cleaned == VALIDATOR and way.removed_by(self.kind) is None)

    def doubts(self) -> tuple[str, ...]:
        """Return what may hold anything as far as it is seen, in words."""
        suspected = (f"the {reach.input} that nothing is seen to give" for reach in self.suspected())
        return (*suspected, *(gap.reason for gap in self.gaps))

    def _is_harmful(self, reach: Reach) -> bool:
        return reach.cleaned_by(self.kind) is None and reach.input not in self.checks

    def excuse(self) -> str:
        """Return why the inputs that get here do no harm, where none of them does."""
        ways = self.reaches or self.unseen
        for reach in ways:
            cleaned = reach.cleaned_by(self.kind)
            if cleaned is not None:
                return f"{reach.input} holds nothing harmful: {cleaned}"
        return next((f"{reach.input} is checked" for reach in ways if reach.input in self.checks), "")


@dataclass(frozen=True, eq=False, slots=True)
class Upload:
    """A parameter that takes files: where its size is limited and its type told, by its handlers or what they call.

    `doubts` are the places where it is handed to what is not known.
    """

    parameter: Parameter
    routes: tuple[Route, ...]
    limits: tuple[Place, ...]
    types: tuple[Place, ...]
    doubts: tuple[Place, ...]

    def __str__(self) -> str:
        return str(self.parameter)

    @property
    def place(self) -> Place:
        """The place of the parameter."""
        return self.parameter.place
