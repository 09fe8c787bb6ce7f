"""Ways through code as far as they are followed: from an input, or from a parameter that is followed on later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fastapi_audit.model.inputs import Gap, Input
from fastapi_audit.model.module import Function

UNSEEN = "{?}"
UPLOADED = "upload."  # before the part of an upload that is read, among the operations
MOST = 60  # ways into one value


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


def distinct(found: Iterable[Step | Gap]) -> Found:
    """Return ways and gaps without those that are there already, and not too many."""
    kept: dict[object, Step | Gap] = {}
    for one in found:
        kept.setdefault(one if isinstance(one, Step) else one.reason, one)
        if len(kept) >= MOST:
            break
    return tuple(kept.values())
