"""Loops around a call: which of them repeat it for each of a number of things that nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import Call, Function, syntax, tree

PASSING_ON = frozenset({"enumerate", "list", "reversed", "set", "sorted", "tuple", "zip", "filter", "iter"})
OF_DICTS = frozenset({"items", "keys", "values"})
IN_PARTS = frozenset(
    {"batch", "batched", "batches", "chunk", "chunked", "chunks", "page", "pages", "paginate", "attempt"}
)


LEAVING = (syntax.Return, syntax.Raise)


@dataclass(frozen=True, slots=True)
class Repetition:
    """A loop around a call: the name of what it goes through one by one, and the names that depend on it."""

    node: syntax.Node
    item: str
    dependent: frozenset[str]


def repetition(call: Call) -> Repetition | None:
    """Return the innermost loop that makes a call anew for each item, with the call depending on the item.

    Loops over constants, in batches, with `while`, those that look for one item, and those that open something for each
    item are none.
    """
    if call.function is None:
        return None
    for loop, target, source, body in _loops(call):
        bound = {node.id for node in tree.descendants([target]) if isinstance(node, syntax.Name)}
        names = dependent(bound, body)
        if not mentions(call.node, names) or _is_bounded(source, call.function) or _in_parts(target, source):
            continue
        if not _is_for_one(call, loop, names) and not _is_kept_apart(call, loop):
            return Repetition(loop, ", ".join(sorted(bound)), names)
    return None


def _is_for_one(call: Call, loop: syntax.Node, names: frozenset[str]) -> bool:
    """Say whether a call is made for one of the items only: the loop ends after it, or it is the one looked for."""
    inner: syntax.Node = call.node
    for outer in call.around:
        if isinstance(inner, LEAVING) or _ends_with_leaving(outer, inner):
            return True
        if outer is loop:
            return False
        if isinstance(outer, syntax.If) and inner is not outer.test and _identifies(outer.test, names):
            return True
        inner = outer
    return False


def _is_kept_apart(call: Call, loop: syntax.Node) -> bool:
    """Say whether each item is given a session of its own: something that a `with` inside the loop opens."""
    for outer in call.around:
        if outer is loop:
            return False
        if isinstance(outer, syntax.With):
            opened = tree.names_bound(outer.items)
            if opened and mentions(call.node, dependent(set(opened), outer.body)):
                return True
    return False


def _ends_with_leaving(outer: syntax.Node, inner: syntax.Node) -> bool:
    for block in (getattr(outer, "body", ()), getattr(outer, "orelse", ())):
        if isinstance(block, tuple) and any(inner is statement for statement in block):
            last = block[-1]
            return isinstance(last, LEAVING) or (isinstance(last, syntax.Jump) and last.kind == "break")
    return False


def _identifies(test: syntax.Expr, names: frozenset[str]) -> bool:
    """Say whether a test compares an item with something that is computed: as one does to find it."""
    for node in tree.descendants([test]):
        if isinstance(node, syntax.Compare) and node.ops == ("==",):
            sides = (node.left, node.comparators[0])
            others = [side for side in sides if not mentions(side, names)]
            if len(others) == 1 and not _is_written_down(others[0]):
                return True
    return False


def _is_written_down(node: syntax.Expr) -> bool:
    root = node
    while isinstance(root, syntax.Attribute):
        root = root.value
    return isinstance(root, syntax.Constant) or (isinstance(root, syntax.Name) and root.id[:1].isupper())


Loop = tuple[syntax.Node, syntax.Expr, syntax.Expr, tuple[syntax.Node, ...]]


def _loops(call: Call) -> Iterator[Loop]:
    """Yield the loops around a call that repeat it, the innermost first: their target, source and what they repeat."""
    inner: syntax.Node = call.node
    for outer in call.around:
        if isinstance(outer, syntax.Lambda):
            return
        if isinstance(outer, syntax.For) and any(inner is statement for statement in outer.body):
            yield outer, outer.target, outer.iter, outer.body
        elif isinstance(outer, syntax.Comprehension):
            first = 0 if not isinstance(inner, syntax.Clause) else outer.clauses.index(inner)
            for clause in reversed(outer.clauses if not isinstance(inner, syntax.Clause) else outer.clauses[:first]):
                yield clause, clause.target, clause.iter, (outer,)
        inner = outer


def dependent(bound: set[str], body: tuple[syntax.Node, ...]) -> frozenset[str]:
    """Return names and those that are computed from them in a body."""
    found, before = set(bound), 0
    bindings = [pair for node in tree.descendants(body) for pair in _bindings(node)]
    while len(found) > before:
        before = len(found)
        for target, source in bindings:
            if mentions(source, found):
                found |= {node.id for node in tree.descendants([target]) if isinstance(node, syntax.Name)}
    return frozenset(found)


def _bindings(node: syntax.Node) -> Iterator[tuple[syntax.Expr, syntax.Expr]]:
    if isinstance(node, syntax.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, (syntax.AnnAssign, syntax.NamedExpr)) and node.value is not None:
        yield node.target, node.value
    elif isinstance(node, (syntax.For, syntax.Clause)):
        yield node.target, node.iter
    elif isinstance(node, syntax.WithItem) and node.target is not None:
        yield node.target, node.value


def mentions(node: syntax.Node, names: set[str] | frozenset[str]) -> bool:
    """Say whether one of some names stands in a node."""
    return any(isinstance(inner, syntax.Name) and inner.id in names for inner in tree.descendants([node]))


def _is_bounded(source: syntax.Expr, function: Function) -> bool:
    """Say whether a source is written down in the code: constants, a class of constants, or a number of attempts."""
    match source:
        case syntax.Sequence() | syntax.Dict() | syntax.Constant():
            return True
        case syntax.Call(func=syntax.Name(id="range"), args=args):
            return not _counts_items(args)
        case syntax.Call(func=syntax.Name(id=name), args=args) if name in PASSING_ON and args:
            return any(_is_bounded(argument.value, function) for argument in args)
        case syntax.Call(func=syntax.Attribute(value=owner, attr=attr)) if attr in OF_DICTS:
            return _is_bounded(owner, function)
        case syntax.Subscript(index=(syntax.Slice(upper=syntax.Constant()),)):
            return True
        case syntax.Name(id=name):
            return _is_constant(name, function)
        case syntax.Attribute(attr=name):
            return name[:1].isupper()
        case _:
            return False


def _counts_items(args: tuple[syntax.Argument, ...]) -> bool:
    """Say whether a range counts the items of something, one by one."""
    counted = args[0].value if len(args) == 1 else None
    return isinstance(counted, syntax.Call) and isinstance(counted.func, syntax.Name) and counted.func.id == "len"


def _is_constant(name: str, function: Function) -> bool:
    """Say whether a name is none of the function's own, has its keywords, or is bound once to what is written down."""
    kinds = {param.name: param.kind for param in function.node.params}
    if name in kinds:
        return kinds[name] == "kwargs"
    if name not in tree.names_bound(function.statements):
        return "<locals>" not in function.qualname
    pairs = (pair for node in function.nodes for pair in _bindings(node))
    found = [source for target, source in pairs if tree.is_name(target, name)]
    return len(found) == 1 and isinstance(found[0], (syntax.Sequence, syntax.Dict)) and not _grows(name, function)


def _grows(name: str, function: Function) -> bool:
    """Say whether something is put into a collection afterwards."""
    for node in function.nodes:
        if isinstance(node, syntax.Attribute) and tree.is_name(node.value, name) and node.attr not in OF_DICTS:
            return True
        if isinstance(node, (syntax.Subscript, syntax.AugAssign)):
            target = node.value if isinstance(node, syntax.Subscript) else node.target
            if tree.is_name(target, name):
                return True
    return False


def _in_parts(target: syntax.Expr, source: syntax.Expr) -> bool:
    """Say whether a loop goes through its source in batches or pages, by the words of its names."""
    called = source.func if isinstance(source, syntax.Call) else source
    nodes = [*tree.descendants([target]), *tree.descendants([called])]
    texts = [node.id if isinstance(node, syntax.Name) else getattr(node, "attr", "") for node in nodes]
    return any(word in IN_PARTS for text in texts for word in text.lower().split("_"))
