"""Which functions get to a database: by a query of their own, or through what they call or pass on to be called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_audit.model.code import Call, DataAccess
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import FunctionValue


def functions_reaching_data(accesses: Iterable[DataAccess], calls: Iterable[Call]) -> frozenset[Function]:
    """Return the functions from which data that is read or written can be reached over any number of calls."""
    callers: dict[Function, list[Function]] = {}
    for call in calls:
        if call.function is not None:
            for target in _targets(call):
                callers.setdefault(target, []).append(call.function)
    waiting = [access.function for access in accesses if access.moves_data and access.function is not None]
    reached: set[Function] = set()
    while waiting:
        function = waiting.pop()
        if function not in reached:
            reached.add(function)
            waiting += callers.get(function, ())
    return frozenset(reached)


def _targets(call: Call) -> Iterator[Function]:
    if isinstance(call.target, Function):
        yield call.target
    if isinstance(call.target, Class) and (made := call.target.find_method("__init__")) is not None:
        yield made
    for value in (*call.positional, *call.named.values()):
        if isinstance(value, FunctionValue):
            yield value.original.function
