"""Plain generators: calling one runs nothing of it, going through it does."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function

MANAGER = "contextlib.contextmanager"
GOING_THROUGH = frozenset({
    "list", "tuple", "set", "frozenset", "dict", "sum", "sorted", "any", "all", "min", "max", "next", "enumerate",
    "zip", "map", "filter", "reversed",
})  # fmt: skip
METHODS_GOING_THROUGH = frozenset({"join", "extend", "update"})


def is_left_to_others(function: Function, call: Call) -> bool:
    """Say whether a call only makes a generator, which others go through: a streaming response does so in threads."""
    if function.is_async or not function.node.is_generator or MANAGER in function.decorators:
        return False
    around = call.around[:2]
    if not around:
        return True
    if isinstance(around[0], (syntax.For, syntax.Clause)):
        return around[0].iter is not call.node
    if isinstance(around[0], syntax.Argument) and isinstance(around[-1], syntax.Call):
        return around[0].star != "*" and not _goes_through(around[-1].func)
    return not isinstance(around[0], (syntax.Yield, syntax.Starred))


def _goes_through(callee: syntax.Expr) -> bool:
    if isinstance(callee, syntax.Name):
        return callee.id in GOING_THROUGH
    return isinstance(callee, syntax.Attribute) and callee.attr in METHODS_GOING_THROUGH
