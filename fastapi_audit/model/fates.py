"""What becomes of an object that a call makes: kept, handed on, or used on the spot."""

from __future__ import annotations

from enum import Enum

from fastapi_audit.facts import syntax
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function

STARTING = frozenset({"__init__", "__post_init__", "__enter__", "__aenter__"})
STORING = frozenset({"setattr", "setdefault", "append", "add", "put"})


class Fate(Enum):
    """What becomes of an object: it is kept for other requests, handed on to the caller, or used on the spot.

    SPARE: it is made when a caller gives none, or when a `lambda` is called.
    """

    KEPT = "kept"
    SPARE = "spare"
    HANDED_ON = "handed on"
    USED = "used"


def fate_of(call: Call) -> Fate:
    """Return what becomes of what a call makes."""
    if call.function is None:
        return Fate.KEPT
    if call.method in STARTING:
        return _stored(call.function)  # `super().__init__()` sets up the object that its caller sets up
    for node in call.around:
        fate = _fate_in(node, call.function)
        if fate is not None:
            return fate
    return Fate.USED


def _fate_in(node: syntax.Node, function: Function) -> Fate | None:
    """Return what an expression or statement does with one of its parts; None when it passes it on."""
    if isinstance(node, syntax.Attribute):
        return Fate.USED
    if isinstance(node, (syntax.IfExp, syntax.Lambda)) or (isinstance(node, syntax.BinaryOp) and node.op == "or"):
        return Fate.SPARE
    if isinstance(node, (syntax.Return, syntax.Yield)):
        return Fate.HANDED_ON
    if isinstance(node, (syntax.Assign, syntax.AnnAssign)):
        return _assigned(_targets(node), function)
    if isinstance(node, syntax.WithItem):
        return _assigned((node.target,), function) if node.target is not None else Fate.USED
    return Fate.KEPT if isinstance(node, syntax.Call) and _stores(node) else None


def _assigned(targets: tuple[syntax.Expr, ...], function: Function) -> Fate:
    names = {target.id for target in targets if isinstance(target, syntax.Name)}
    if len(names) < len(targets):
        return _stored(function)
    if not names.isdisjoint(param.name for param in function.node.params):
        return Fate.SPARE
    found = {_fate_of_name(node, names, function) for node in function.nodes}
    return next((fate for fate in (Fate.KEPT, Fate.HANDED_ON) if fate in found), Fate.USED)


def _fate_of_name(node: syntax.Node, names: set[str], function: Function) -> Fate | None:
    """Return what an expression or statement does with what goes by one of some names."""
    if isinstance(node, syntax.Scope) and not names.isdisjoint(node.names):
        return Fate.KEPT
    if isinstance(node, (syntax.Return, syntax.Yield)) and _holds(node.value, names):
        return Fate.HANDED_ON
    if isinstance(node, (syntax.Assign, syntax.AnnAssign)) and _holds(node.value, names):
        is_local = all(isinstance(target, syntax.Name) for target in _targets(node))
        return None if is_local else _stored(function)
    if isinstance(node, syntax.Call) and _stores(node) and any(_holds(item.value, names) for item in node.args):
        return Fate.KEPT
    return None


def _stored(function: Function) -> Fate:
    """Return what becomes of what is stored in an object or a collection: as long as it lives, if this sets it up."""
    return Fate.HANDED_ON if function.name in STARTING else Fate.KEPT


def _targets(node: syntax.Assign | syntax.AnnAssign) -> tuple[syntax.Expr, ...]:
    return node.targets if isinstance(node, syntax.Assign) else (node.target,)


def _holds(node: syntax.Expr | None, names: set[str]) -> bool:
    """Say whether an expression is one of some names, or puts it beside others or into a call."""
    if isinstance(node, syntax.Sequence):
        return any(_holds(item, names) for item in node.items)
    if isinstance(node, syntax.Call):
        return any(_holds(item.value, names) for item in node.args)
    return isinstance(node, syntax.Name) and node.id in names


def _stores(node: syntax.Call) -> bool:
    name = node.func.attr if isinstance(node.func, syntax.Attribute) else getattr(node.func, "id", None)
    return name in STORING
