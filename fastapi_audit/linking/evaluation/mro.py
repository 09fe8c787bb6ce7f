"""The order in which Python looks through a class's bases."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.model.module import Class

Ancestor = Class | str


def linearise(bases: Sequence[Ancestor | None]) -> tuple[Ancestor, ...]:
    """Merge the lineages of the bases as C3 does (Python reference, "The Python 2.3 Method Resolution Order").

    Bases that are not known are left out; where no consistent order exists, the first found wins.
    """
    known = [base for base in bases if base is not None]
    lines: list[list[Ancestor]] = [[base, *base.ancestors] if isinstance(base, Class) else [base] for base in known]
    lines.append(list(known))
    merged: list[Ancestor] = []
    while any(lines):
        lines = [line for line in lines if line]
        head = next((line[0] for line in lines if not any(line[0] in other[1:] for other in lines)), lines[0][0])
        merged.append(head)
        lines = [[item for item in line if item is not head and item != head] for line in lines]
    return tuple(merged)
