"""Redirects that carry an error, as OAuth and forms answer with: what of an assertion says that it is looked for."""

from __future__ import annotations

from fastapi_audit.facts import syntax, tree

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ERROR, _IN_ADDRESS = "error", "error="
_HOLDS = frozenset({("==",), ("in",)})


def names_error(node: syntax.Node) -> bool:
    """Say whether an assertion asks for `error=` in a text, or for `error` among the parameters of an address."""
    inside = list(tree.descendants([node]))
    compared = [one for one in inside if isinstance(one, syntax.Compare)]
    if compared:
        return any(one.ops in _HOLDS and _has_error(one) for one in compared)
    return any(map(_is_error_text, inside))


def _has_error(node: syntax.Compare) -> bool:
    left, right = node.left, node.comparators[0]
    if node.ops == ("in",) and isinstance(left, syntax.Constant) and left.value == _ERROR:
        return True
    is_nothing = any(isinstance(side, syntax.Constant) and not side.value for side in (left, right))
    sides = [] if is_nothing else list(tree.descendants([left, right]))
    return any(_is_error_text(one) or _is_parameter(one) for one in sides)


def _is_error_text(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Constant) and isinstance(node.value, str) and _IN_ADDRESS in node.value


def _is_parameter(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Subscript) and tree.name_of(node) == _ERROR
