"""Ways through code as far as they are followed: from an input, or from a parameter that is followed on later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.inputs import Gap, Input
from fastapi_audit.model.module import Function

UNSEEN = "{?}"
UPLOADED = "upload."  # before the part of an upload that is read, among the operations
TYPE = "type "  # before a harmless type that something is of, among the operations
MOST = 60  # ways into one value
UNSEEN_CALLER = "caller"  # the source of what nothing is seen to give


@dataclass(frozen=True, slots=True)
class Formal:
    """A parameter of a function, to be followed to what is given for it."""

    function: Function
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """A way into a value; its parts are those of `Reach`."""

    root: Input | Formal
    through: tuple[Function, ...] = ()
    operations: tuple[str, ...] = ()
    before: str = ""
    after: str = ""

    def done(self, operation: str) -> Step:
        """Return the way after one more operation."""
        known = operation in self.operations
        return self if known else replace(self, operations=(*self.operations, operation))

    def within(self, before: str, after: str) -> Step:
        """Return the way into a text that has more around it."""
        return replace(self, before=before + self.before, after=self.after + after)

    def continued(self, earlier: Step) -> Step:
        """Return the way of an earlier step followed by this one."""
        return Step(
            earlier.root,
            (*earlier.through, *(one for one in self.through if one not in earlier.through)),
            (*earlier.operations, *(one for one in self.operations if one not in earlier.operations)),
            self.before + earlier.before,
            earlier.after + self.after,
        )

    def inside(self, function: Function) -> Step:
        """Return the way through one more function."""
        return self if function in self.through else replace(self, through=(*self.through, function))


Found = tuple["Step | Gap", ...]


def continued(found: Iterable[Step | Gap], step: Step) -> Iterator[Step | Gap]:
    """Yield ways followed by one more step; what is not known is gone where the step leaves nothing harmful of it."""
    is_cleaned = any(map(cleans, step.operations))
    for one in found:
        if isinstance(one, Step):
            yield step.continued(one)
        elif not is_cleaned:
            yield one


def cleans(operation: str) -> bool:
    """Say whether an operation leaves nothing that does harm anywhere: it is known to, or gives a harmless type."""
    return operation in names("taint", "cleans") or operation.startswith(TYPE)


def distinct(found: Iterable[Step | Gap]) -> Found:
    """Return ways and gaps without those that are there already, and not too many: ways of clients, and others."""
    kept: dict[object, Step | Gap] = {}
    counts = {True: 0, False: 0}
    for one in found:
        is_seen, key = _identity(one)
        if key not in kept and counts[is_seen] < MOST:
            kept[key] = one
            counts[is_seen] += 1
        if all(count >= MOST for count in counts.values()):
            break
    return tuple(kept.values())


def _identity(one: Step | Gap) -> tuple[bool, object]:
    """Return whether it is a way that is seen from its start, and what tells it from others."""
    if isinstance(one, Gap):
        return False, one.reason
    is_seen = isinstance(one.root, Formal) or one.root.source != UNSEEN_CALLER
    return is_seen, one if is_seen else (one.root, one.operations)
