"""Test code → the statements that replace dependencies of an application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.module import Function, Module
from fastapi_audit.model.overrides import Override
from fastapi_audit.model.suite import Suite

OVERRIDES = "dependency_overrides"


def overrides_of(suite: Suite) -> list[Override]:
    """Return the statements that fill `dependency_overrides`, in the order of places."""
    found: list[Override] = []
    for module in suite.modules:
        found += _overrides_in(module.facts.statements, module, None)
    for function in suite.functions:
        if "<locals>" not in function.qualname and function.node.may_hold(OVERRIDES):
            for part in suite.inside(function):
                found += _overrides_in(part.statements, function.module, function)
    return sorted(found, key=lambda override: override.place)


def _overrides_in(statements: Iterable[syntax.Stmt], module: Module, function: Function | None) -> Iterator[Override]:
    for node in tree.descendants(statements):
        application = _application(node)
        if application is not None:
            yield Override(module, function, node, (), application)


def _application(node: syntax.Node) -> syntax.Expr | None:
    """Return whose overrides a statement or call adds to; None when it does not."""
    if isinstance(node, syntax.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, syntax.Subscript):
            return _owner(target.value)
        return _owner(target) if isinstance(node.value, syntax.Dict) and node.value.items else None
    if isinstance(node, syntax.AugAssign):
        return _owner(node.target)
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute) and node.func.attr == "update":
        return _owner(node.func.value)
    return None


def _owner(node: syntax.Expr) -> syntax.Expr | None:
    return node.value if isinstance(node, syntax.Attribute) and node.attr == OVERRIDES else None
