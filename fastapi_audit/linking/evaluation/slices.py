"""Slices of texts and collections that are known."""

from __future__ import annotations

from fastapi_audit.model.values import Collection, ExternalObject, Known, Value

SLICE = "slice"


def sliced(owner: Value, key: Value | None) -> Value | None:
    """Return `owner[a:b:c]` of a known text or collection; None for everything else."""
    bounds = _bounds(key)
    if bounds is None or bounds.step == 0:
        return None
    if isinstance(owner, Known) and isinstance(owner.value, str):
        return Known(owner.value[bounds], owner.is_default)
    if isinstance(owner, Collection) and not owner.is_open:
        return Collection(owner.kind, owner.items[bounds])
    return None


def _bounds(key: Value | None) -> slice | None:
    if not isinstance(key, ExternalObject) or key.type != SLICE or len(key.arguments) != 3:
        return None
    numbers = [bound.value if isinstance(bound, Known) else "?" for bound in key.arguments]
    start, stop, step = (number if isinstance(number, int) else None for number in numbers)
    return slice(start, stop, step) if all(number is None or isinstance(number, int) for number in numbers) else None
