"""Loops that do something anew for each of a number of things that nobody knows beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.rule_api import Call, syntax, tree

PASSING_ON = frozenset({"enumerate", "list", "reversed", "set", "sorted", "tuple", "zip", "filter", "iter"})
IN_PARTS = frozenset({
    "attempt", "attempts", "batch", "batched", "batches", "chunk", "chunked", "chunks", "page", "pages", "paginate",
    "retries", "retry", "tenant", "tenants",
})  # fmt: skip
LEAVING = (syntax.Return, syntax.Raise)


def loop_around(call: Call) -> syntax.For | None:
    """Return the innermost `for` that makes a call for each item; None where it is made for one of them, in parts, for
    items that are written down, or as they arrive.
    """
    inner: syntax.Node = call.node
    for outer in call.around:
        if isinstance(outer, (syntax.Lambda, syntax.While)) or isinstance(inner, LEAVING) or _leaves(outer, inner):
            return None
        if isinstance(outer, syntax.If) and _counts(outer.test):
            return None
        if isinstance(outer, syntax.For) and any(inner is statement for statement in outer.body):
            is_plain = not outer.is_async and not _is_bounded(outer.iter) and not _is_in_parts(outer)
            return outer if is_plain else None
        inner = outer
    return None


def stands_in(call: Call, loop: syntax.For, kind: type[syntax.Node]) -> bool:
    """Say whether a statement of some kind stands around a call, inside of a loop."""
    inside = list(call.around)
    return any(isinstance(outer, kind) for outer in inside[: next(i for i, one in enumerate(inside) if one is loop)])


def _leaves(outer: syntax.Node, inner: syntax.Node) -> bool:
    """Say whether a block with a statement in it ends the loop, or the function."""
    for block in (getattr(outer, "body", ()), getattr(outer, "orelse", ())):
        if isinstance(block, tuple) and any(inner is statement for statement in block):
            last = block[-1]
            return isinstance(last, LEAVING) or (isinstance(last, syntax.Jump) and last.kind == "break")
    return False


def _counts(test: syntax.Expr) -> bool:
    """Say whether a test counts: every hundredth item, or as soon as there are enough."""
    for node in tree.descendants([test]):
        if isinstance(node, syntax.BinaryOp) and node.op == "%":
            return True
        if isinstance(node, syntax.Compare) and not {">", ">=", "<", "<="}.isdisjoint(node.ops):
            return True
    return False


def _is_bounded(source: syntax.Expr) -> bool:
    """Say whether a source is written down: constants, or a number of attempts or parts."""
    match source:
        case syntax.Sequence() | syntax.Dict() | syntax.Constant():
            return True
        case syntax.Call(func=syntax.Name(id="range"), args=args):
            return not _counts_items(args)
        case syntax.Call(func=syntax.Name(id=name), args=args) if name in PASSING_ON and args:
            return any(_is_bounded(argument.value) for argument in args)
        case syntax.Name(id=name) | syntax.Attribute(attr=name):
            return name[:1].isupper()
        case _:
            return False


def _counts_items(args: Sequence[syntax.Argument]) -> bool:
    """Say whether a range counts the items of something, one by one."""
    counted = args[0].value if len(args) == 1 else None
    return isinstance(counted, syntax.Call) and isinstance(counted.func, syntax.Name) and counted.func.id == "len"


def _is_in_parts(loop: syntax.For) -> bool:
    """Say whether a loop goes through its source in batches or pages, by the words of its names."""
    nodes = tree.descendants([loop.target, loop.iter])
    texts = [node.id if isinstance(node, syntax.Name) else getattr(node, "attr", "") for node in nodes]
    return any(word in IN_PARTS for text in texts for word in text.lower().split("_"))
