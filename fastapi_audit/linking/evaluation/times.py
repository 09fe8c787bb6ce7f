"""Arithmetic with moments and lengths of time: what they were put together from stays known."""

from __future__ import annotations

from fastapi_audit.linking.evaluation.types import type_name
from fastapi_audit.model.values import ExternalObject, OneOf, Value

_TIMES = {
    "datetime.datetime": "datetime.datetime",
    "datetime.datetime.now": "datetime.datetime",
    "datetime.datetime.utcnow": "datetime.datetime",
    "datetime.timedelta": "datetime.timedelta",
    "time.time": "float",
}


def of_time(op: str, left: Value, right: Value) -> Value | None:
    """Return a moment or a length of time, with what it was put together from; None for anything else."""
    kinds = [_time(left), _time(right)]
    if op == "*" and "datetime.timedelta" in kinds:
        return ExternalObject("datetime.timedelta", arguments=(left, right))
    if op != "+" or kinds == [None, None]:
        return None
    kind = next((kind for kind in kinds if kind != "datetime.timedelta" and kind is not None), None)
    if kind is None and None in kinds:  # what is moved by a length of time is a moment
        kind = "datetime.datetime"
    return ExternalObject(kind or "datetime.timedelta", arguments=(left, right))


def _time(value: Value) -> str | None:
    """Return what a value is of time: a moment, a length, a number of seconds since the epoch; None if nothing."""
    if isinstance(value, ExternalObject) and value.type in ("int", "float") and value.arguments:
        return "float" if _time(value.arguments[0]) is not None else None
    found = {_time(option) for option in value.options} if isinstance(value, OneOf) else {type_name(value)}
    known = {_TIMES.get(kind.split("()")[0], kind) for kind in found if kind is not None}
    return known.pop() if len(known) == 1 and known <= set(_TIMES.values()) else None
