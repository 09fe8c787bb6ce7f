"""Whether a function closes what goes by a name in it."""

from collections.abc import Iterator

from fastapi_audit.rule_api import Function, syntax, tree

from ._sessions import mentions

CLOSING = frozenset({"aclose", "close", "close_all", "remove"})


def is_closed(name: str, function: Function) -> bool:
    """Say whether a `finally` or a `with` closes what a name stands for, or an `except` may."""
    for node in function.nodes:
        if isinstance(node, syntax.Try) and mentions(node.finalbody, name):
            return True
        if isinstance(node, syntax.WithItem) and mentions([node.value], name):
            return True
        if isinstance(node, syntax.Handler) and any(
            asks_to_close(inner, name) for inner in tree.descendants(node.body)
        ):
            return True
    return False


def asks_to_close(node: syntax.Node, name: str) -> bool:
    if not isinstance(node, syntax.Attribute) or node.attr not in CLOSING:
        return False
    return isinstance(node.value, syntax.Name) and node.value.id == name


def around_mentions(name: str, function: Function) -> Iterator[syntax.Node | None]:
    """Yield what stands around each mention of a name."""
    for node in function.nodes:
        if isinstance(node, syntax.Name) and node.id == name:
            yield function.parents.get(id(node))
