"""Attributes that functions set."""

from __future__ import annotations

from fastapi_audit.rule_api import Function, syntax, tree


def sets_attribute(name: str, function: Function) -> bool:
    """Say whether a function assigns to an attribute of this name."""
    return any(
        isinstance(target, syntax.Attribute) and target.attr == name
        for node in tree.statements(function.statements)
        if isinstance(node, syntax.Assign)
        for target in node.targets
    )
