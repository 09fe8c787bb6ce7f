"""How long something lives: a moment that is a length of time from now, in whatever form that is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import ExternalObject, Function, Known, Project, Value

from ._sources import sources

TIMEDELTA = "datetime.timedelta"
UNITS = {
    "days": 86400.0, "seconds": 1.0, "microseconds": 1e-6, "milliseconds": 1e-3, "minutes": 60.0, "hours": 3600.0,
    "weeks": 604800.0,
}  # fmt: skip
MAX_DEPTH = 8


@dataclass(frozen=True, eq=False)
class Length:
    """One possible length of time (None: not known), and the functions whose calls handed it on."""

    seconds: float | None
    through: tuple[Function, ...] = ()


def lengths_of(value: Value, project: Project, through: tuple[Function, ...] = (), depth: int = 0) -> Iterator[Length]:
    """Yield how far from now a moment may be, or how long a length of time may be."""
    for source in sources(value, project, through):
        inner, handed = source.value, source.through
        if isinstance(inner, Known) and inner.value is None:
            continue
        if not isinstance(inner, ExternalObject) or depth > MAX_DEPTH:
            yield Length(None, handed)
        elif inner.call is not None and inner.call.name == TIMEDELTA:
            yield from _timedelta(inner, project, handed)
        elif inner.type in ("int", "float") and len(inner.arguments) == 1:
            yield from lengths_of(inner.arguments[0], project, handed, depth + 1)
        elif len(inner.arguments) == 2:
            yield from _sum(inner, project, handed, depth)
        else:
            yield Length(None, handed)


def _sum(value: ExternalObject, project: Project, through: tuple[Function, ...], depth: int) -> Iterator[Length]:
    """Yield the lengths in `now + length`, whichever side it stands on; a plain number beside a time is in seconds."""
    left, right = value.arguments
    later = left if _is_moment(right) else right
    if value.type in ("int", "float"):
        yield from _numbers(later, 1.0, project, through)
    elif value.type != TIMEDELTA:
        yield from lengths_of(later, project, through, depth + 1)
    else:
        yield Length(None, through)


def _is_moment(value: Value) -> bool:
    if not isinstance(value, ExternalObject):
        return False
    made_by = value.call.name if value.call is not None else ""
    is_seconds = value.type in ("int", "float") and len(value.arguments) == 1
    return is_seconds or value.type == "datetime.datetime" or made_by.startswith(("datetime.datetime.", "time.time"))


def _timedelta(value: ExternalObject, project: Project, through: tuple[Function, ...]) -> Iterator[Length]:
    """Yield the lengths of `timedelta(…)`; of several arguments, where all are constants."""
    call = value.call
    parts = [*zip(UNITS, call.positional, strict=False), *call.named.items()] if call is not None else []
    if len(parts) == 1 and parts[0][0] in UNITS:
        yield from _numbers(parts[0][1], UNITS[parts[0][0]], project, through)
        return
    seconds = 0.0
    for name, part in parts:
        if name not in UNITS or not isinstance(part, Known) or not isinstance(part.value, (int, float)):
            yield Length(None, through)
            return
        seconds += part.value * UNITS[name]
    yield Length(seconds, through)


def _numbers(value: Value, unit: float, project: Project, through: tuple[Function, ...]) -> Iterator[Length]:
    for source in sources(value, project, through):
        number = source.value
        if isinstance(number, Known) and isinstance(number.value, (int, float)):
            yield Length(number.value * unit, source.through)
        elif not (isinstance(number, Known) and number.value is None):
            yield Length(None, source.through)
