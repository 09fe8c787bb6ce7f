"""Which functions are written for FastAPI to call: a parameter of theirs is filled in by `Depends`."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_audit.linking.declared import declared_by
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.reading import is_dependency
from fastapi_audit.model.module import Function


def functions_injected(functions: Iterable[Function], interpreter: Interpreter) -> frozenset[Function]:
    """Return the functions with a dependency among their parameters, whether or not a route reaches them."""
    return frozenset(function for function in functions if _is_injected(function, interpreter))


def _is_injected(function: Function, interpreter: Interpreter) -> bool:
    declared = declared_by(interpreter.function_values[function], interpreter)
    return any(one.marker is not None and is_dependency(one.marker.name) for one in declared)
