"""Ways around a tree of syntax: what stands below a node, what around it, which names are bound and which are read.

The bodies of nested functions are trees of their own, and not below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_audit.facts import syntax


def children(node: syntax.Node) -> tuple[syntax.Node, ...]:
    """Return the nodes directly below one, in the order of the source."""
    return tuple(inner for name in node.__struct_fields__ for inner in _nodes(getattr(node, name)))


def _nodes(value: object) -> Iterator[syntax.Node]:
    if isinstance(value, syntax.Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def descendants(nodes: Iterable[syntax.Node]) -> Iterator[syntax.Node]:
    """Yield nodes and all below them, in the order of the source."""
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node)[::-1])


def names_declared_global(statements: Iterable[syntax.Node]) -> Iterator[str]:
    """Yield the names that `global` statements declare, those in functions included."""
    for node in descendants(statements):
        if isinstance(node, syntax.FunctionDef):
            yield from names_declared_global(node.statements())
        elif isinstance(node, syntax.Scope) and node.kind == "global":
            yield from node.names


def parents(nodes: Iterable[syntax.Node]) -> dict[int, syntax.Node]:
    """Return the node around each of those below some nodes, by identity."""
    return {id(inner): node for node in descendants(nodes) for inner in children(node)}


def name_of(node: syntax.Node) -> str | None:
    """Return the name that a node is known by: of a variable, an attribute, or a key that is a text."""
    if isinstance(node, syntax.Name):
        return node.id
    if isinstance(node, syntax.Attribute):
        return node.attr
    if isinstance(node, syntax.Subscript) and len(node.index) == 1:
        key = node.index[0]
        return key.value if isinstance(key, syntax.Constant) and isinstance(key.value, str) else None
    return None


def is_name(node: syntax.Node | None, name: str | None) -> bool:
    """Say whether a node is a variable of some name."""
    return isinstance(node, syntax.Name) and node.id == name


def asks_for_main(test: syntax.Expr) -> bool:
    """Say whether a test asks for the `__name__` of its module."""
    return isinstance(test, syntax.Compare) and is_name(test.left, "__name__")


def names_bound(nodes: Iterable[syntax.Node]) -> frozenset[str]:
    """Return the names that are assigned to or deleted in nodes."""
    return frozenset(name.id for node in descendants(nodes) for name in _targets(node))


def names_read(nodes: Iterable[syntax.Node]) -> frozenset[str]:
    """Return the names that are read in nodes, those of nested functions included."""
    inside = list(descendants(nodes))
    bound = {id(name) for node in inside for name in _targets(node)}
    own = {node.id for node in inside if isinstance(node, syntax.Name) and id(node) not in bound}
    nested = [names_read(node.statements()) for node in inside if isinstance(node, syntax.FunctionDef)]
    return frozenset(own.union(*nested))


def _targets(node: syntax.Node) -> Iterator[syntax.Name]:
    if isinstance(node, syntax.Assign):
        bound: tuple[syntax.Expr | None, ...] = node.targets
    elif isinstance(node, (syntax.AnnAssign, syntax.For, syntax.NamedExpr, syntax.Delete, syntax.Clause)):
        bound = (node.target,)
    else:
        bound = (node.target,) if isinstance(node, syntax.WithItem) else ()
    for target in bound:
        if target is not None:
            yield from _plain_names(target)


def _plain_names(target: syntax.Node) -> Iterator[syntax.Name]:
    if isinstance(target, syntax.Name):
        yield target
    elif isinstance(target, (syntax.Sequence, syntax.Starred)):
        for inner in children(target):
            yield from _plain_names(inner)
