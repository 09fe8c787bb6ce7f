"""What functions change in a database, by themselves and through what they call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.code import DataAccess
from fastapi_audit.model.flow import Edge
from fastapi_audit.model.module import Function


class Effect(str, Enum):
    """What a write does. SAVE: it inserts or updates, as it comes out."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    SAVE = "save"


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """Where a row comes from, as far as one function says: made in it, or given by a parameter."""

    is_new: bool = False
    parameter: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Write:
    """An access that changes what is stored. `subject` names the table, collection or class, as far as it is known;
    `row` says where a row that is saved comes from.
    """

    access: DataAccess
    effect: Effect
    subject: str | None = None
    row: RowOrigin = RowOrigin()


@dataclass(frozen=True, eq=False, slots=True)
class ReachedWrite:
    """A write with the calls that lead to it. `effect` is an insertion where a row was made on the way."""

    write: Write
    effect: Effect
    way: tuple[Edge, ...] = ()

    @property
    def subject(self) -> str | None:
        """The name of what is written; of a repository, where a generic one writes what only its callers know."""
        if self.write.subject is not None:
            return self.write.subject
        return next((name for edge in reversed(self.way) if (name := _receiver(edge)) is not None), None)

    @property
    def is_certain(self) -> bool:
        """Whether each call of the way means this one function."""
        return all(edge.is_certain for edge in self.way)

    @property
    def is_apart(self) -> bool:
        """Whether nobody waits for it: a background task does it, or a worker."""
        return any(edge.is_apart for edge in self.way)


def _receiver(edge: Edge) -> str | None:
    """Return the name of what a method is called on, other than the object itself."""
    node = edge.call.node
    owner = node.func.value if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute) else None
    name = tree.name_of(owner) if owner is not None else None
    return None if name in ("self", "cls") else name


@dataclass(eq=False, slots=True)
class Writes:
    """The writes of each function, and the calls that lead to some; `origins` has where the rows come from that a call
    gives to parameters of its callee that are saved there.
    """

    own: Mapping[Function, tuple[Write, ...]] = field(default_factory=dict)
    leading: Mapping[Function, tuple[Edge, ...]] = field(default_factory=dict)
    origins: Mapping[tuple[Edge, str], RowOrigin] = field(default_factory=dict)
    _reached: dict[Function, tuple[ReachedWrite, ...]] = field(default_factory=dict)

    def reached_from(self, function: Function) -> tuple[ReachedWrite, ...]:
        """Return the writes of a function and of all that it calls, each once, the nearest first."""
        if function not in self._reached:
            self._reached[function] = tuple(self._reach(function))
        return self._reached[function]

    def _reach(self, function: Function) -> list[ReachedWrite]:
        found: list[ReachedWrite] = []
        waiting: list[tuple[Function, tuple[Edge, ...]]] = [(function, ())]
        seen = {function}
        for current, way in waiting:
            found += [ReachedWrite(write, self._effect(write, way), way) for write in self.own.get(current, ())]
            for edge in self.leading.get(current, ()):
                if edge.callee not in seen:
                    seen.add(edge.callee)
                    waiting.append((edge.callee, (*way, edge)))
        return found

    def _effect(self, write: Write, way: tuple[Edge, ...]) -> Effect:
        row = write.row
        for edge in reversed(way):
            if row.parameter is not None:
                row = self.origins.get((edge, row.parameter), RowOrigin())
        return Effect.INSERT if row.is_new else write.effect
