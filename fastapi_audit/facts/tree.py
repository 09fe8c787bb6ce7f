"""Ways around a tree of syntax: what stands below a node, what around it, which names are bound and which are read.

The bodies of nested functions are trees of their own, and not below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from types import UnionType
from typing import get_args, get_origin

import msgspec

from fastapi_audit.facts import syntax


class _Holds(Enum):
    """What a field of a record holds, by its declared type: most hold no node, and are not looked at again."""

    NODE = "a node, or None"
    NODES = "nodes"
    PAIRS = "pairs of nodes, or of None and a node"


_NODE, _NODES = _Holds.NODE, _Holds.NODES


def children(node: syntax.Node) -> list[syntax.Node]:
    """Return the nodes directly below one, in the order of the source."""
    found: list[syntax.Node] = []
    for name, holds in _BELOW[node.__class__]:
        value = getattr(node, name)
        if holds is _NODE:
            if value is not None:
                found.append(value)
        elif holds is _NODES:
            found += value
        else:
            found += [inner for pair in value for inner in pair if inner is not None]
    return found


def descendants(nodes: Iterable[syntax.Node]) -> Iterator[syntax.Node]:
    """Yield nodes and all below them, in the order of the source."""
    waiting = list(nodes)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        yield node
        for name, holds in _BELOW_LAST_FIRST[node.__class__]:  # not `children`, as this is where the time goes
            value = getattr(node, name)
            if holds is _NODE:
                if value is not None:
                    waiting.append(value)
            elif holds is _NODES:
                waiting += value[::-1]
            else:
                waiting += [inner for pair in reversed(value) for inner in reversed(pair) if inner is not None]


def everything(nodes: Iterable[syntax.Node]) -> Iterator[syntax.Node]:
    """Yield nodes and all below them, the bodies of nested functions included."""
    for node in descendants(nodes):
        yield node
        if isinstance(node, syntax.FunctionDef):
            yield from everything(node.statements())


def statements(block: Iterable[syntax.Node]) -> Iterator[syntax.Node]:
    """Yield the statements of a block and of the blocks in it, their clauses included, in the order of the source."""
    waiting = list(block)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        yield node
        for name in reversed(_BLOCKS[node.__class__]):
            waiting.extend(reversed(getattr(node, name)))


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


def _below(record: type[syntax.Node]) -> tuple[tuple[str, _Holds], ...]:
    """Return the fields of a record that hold nodes."""
    declared = ((field.name, _held(field.type)) for field in msgspec.structs.fields(record))
    return tuple((name, holds) for name, holds in declared if holds is not None)


def _blocks(record: type[syntax.Node]) -> tuple[str, ...]:
    """Return the fields of a record that hold statements, or clauses of one."""
    inside = (*get_args(syntax.Stmt), syntax.Handler, syntax.Case)
    fields = [(field.name, get_args(field.type)) for field in msgspec.structs.fields(record)]
    return tuple(name for name, held in fields if held and (held[0] == syntax.Stmt or held[0] in inside))


def _held(declared: object) -> _Holds | None:
    alternatives = get_args(declared) if isinstance(declared, UnionType) else (declared,)
    if get_origin(declared) is tuple:
        inner = get_args(declared)[0]
        if get_origin(inner) is tuple:
            return _Holds.PAIRS
        return _Holds.NODES if _held(inner) else None
    is_node = any(isinstance(one, type) and issubclass(one, syntax.Node) for one in alternatives)
    return _Holds.NODE if is_node else None


def _records(base: type[syntax.Node]) -> Iterator[type[syntax.Node]]:
    for record in base.__subclasses__():
        yield record
        yield from _records(record)


_BELOW = {record: _below(record) for record in _records(syntax.Node)}
_BELOW_LAST_FIRST = {record: fields[::-1] for record, fields in _BELOW.items()}
_BLOCKS = {record: _blocks(record) for record in _BELOW}
