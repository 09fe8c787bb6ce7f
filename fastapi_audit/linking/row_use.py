"""Follows rows through a function: from the call that finds them to where their relationships are read or returned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.module import Function
from fastapi_audit.model.rows import Reading, RowState

STEPS = {
    RowState.TUPLES: {
        "scalars": RowState.RESULT,
        "unique": RowState.TUPLES,
        "scalar": RowState.ROW,
        "scalar_one": RowState.ROW,
        "scalar_one_or_none": RowState.ROW,
    },
    RowState.RESULT: {
        "unique": RowState.RESULT,
        "all": RowState.ROWS,
        "fetchall": RowState.ROWS,
        "first": RowState.ROW,
        "one": RowState.ROW,
        "one_or_none": RowState.ROW,
    },
}
COPIES = frozenset({"list", "reversed", "sorted", "tuple", "enumerate"})

Start = tuple[syntax.Node, RowState, bool]


@dataclass(slots=True)
class Body:
    """A function's body with the names in it: where each stands, and how often it is bound."""

    function: Function
    names: dict[str, list[syntax.Name]]
    bound: dict[str, int]
    targets: list[syntax.Expr]
    refreshes: list[syntax.Call]


def body_of(function: Function) -> Body:
    """Return a function's body with its names."""
    body = Body(function, {}, {param.name: 1 for param in function.node.params}, [], [])
    for node in function.nodes:
        if isinstance(node, syntax.Name):
            body.names.setdefault(node.id, []).append(node)
        elif isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute) and node.func.attr == "refresh":
            body.refreshes.append(node)
        body.targets += _targets(node)
    for inner in tree.descendants(body.targets):
        if isinstance(inner, syntax.Name):
            body.bound[inner.id] = body.bound.get(inner.id, 0) + 1
    return body


def _targets(node: syntax.Node) -> tuple[syntax.Expr, ...]:
    if isinstance(node, syntax.Assign):
        return node.targets
    if isinstance(
        node, (syntax.AnnAssign, syntax.AugAssign, syntax.NamedExpr, syntax.For, syntax.Clause, syntax.Delete)
    ):
        return (node.target,)
    return (node.target,) if isinstance(node, syntax.WithItem) and node.target is not None else ()


def follow(start: syntax.Node, state: RowState, body: Body) -> Iterator[tuple[syntax.Node, RowState, bool]]:
    """Yield what stands around rows wherever they get to, in what state they are there, and whether it is done for each
    of many. Only names that are bound once are followed.
    """
    waiting: list[Start] = [(start, state, False)]
    for node, before, is_repeated in waiting:  # grows on the way
        rows, after = _unpacked(node, before, body.function)
        around = body.function.parents.get(id(rows))
        if around is None:
            continue
        yield around, after, is_repeated
        for name, inner, repeats in _named(rows, after, around):
            if body.bound.get(name) == 1:
                waiting += [(use, inner, is_repeated or repeats) for use in body.names[name]]


def _unpacked(node: syntax.Node, state: RowState, function: Function) -> tuple[syntax.Node, RowState]:
    """Follow `await`, the methods of results and copies around an expression."""
    while True:
        around = function.parents.get(id(node))
        further = function.parents.get(id(around)) if around is not None else None
        if isinstance(around, syntax.Await):
            node = around
        elif isinstance(around, syntax.Attribute) and around.attr in STEPS.get(state, {}) and _calls(further, around):
            node, state = further or node, STEPS[state][around.attr]
        elif isinstance(around, syntax.Argument) and state in (RowState.RESULT, RowState.ROWS) and _copies(further):
            node, state = further or node, RowState.ROWS
        else:
            return node, state


def _calls(call: syntax.Node | None, method: syntax.Attribute) -> bool:
    return isinstance(call, syntax.Call) and call.func is method


def _copies(call: syntax.Node | None) -> bool:
    return isinstance(call, syntax.Call) and isinstance(call.func, syntax.Name) and call.func.id in COPIES


def _named(node: syntax.Node, state: RowState, around: syntax.Node) -> Iterator[tuple[str, RowState, bool]]:
    """Yield the name that a statement gives to what was found, or to each row of it."""
    if (
        isinstance(around, (syntax.For, syntax.Clause))
        and around.iter is node
        and state in (RowState.RESULT, RowState.ROWS)
    ):
        if isinstance(around.target, syntax.Name):
            yield around.target.id, RowState.ROW, True
    elif isinstance(around, (syntax.AnnAssign, syntax.NamedExpr)) and around.value is node:
        if isinstance(around.target, syntax.Name):
            yield around.target.id, state, False
    elif isinstance(around, syntax.Assign) and around.value is node:
        yield from ((target.id, state, False) for target in around.targets if isinstance(target, syntax.Name))


def reading(attribute: syntax.Attribute, is_repeated: bool, body: Body) -> Reading | None:
    """Return the reading of an attribute of a row; None when it is set, loaded before, or in code that runs later."""
    around = list(_around(attribute, body.function))
    if any(isinstance(node, syntax.Lambda) for node in around):
        return None
    if any(_is_same(target, attribute) for target in body.targets) or _is_refreshed(attribute, body):
        return None
    return Reading(attribute, is_repeated and not _leaves_loop(around))


def _around(node: syntax.Node, function: Function) -> Iterator[syntax.Node]:
    outer = function.parents.get(id(node))
    while outer is not None:
        yield outer
        outer = function.parents.get(id(outer))


def _leaves_loop(around: list[syntax.Node]) -> bool:
    """Say whether the innermost statement around a node leaves the loop, so that it is carried out for one row only."""
    stops = (syntax.Comprehension, syntax.Return, syntax.Raise)
    innermost = next((node for node in around if isinstance(node, stops)), None)
    return isinstance(innermost, (syntax.Return, syntax.Raise))


def _is_refreshed(attribute: syntax.Attribute, body: Body) -> bool:
    """Say whether `session.refresh(row, ["name"])` loads an attribute."""
    for call in body.refreshes:
        inside = list(tree.descendants(call.args))
        is_named = any(isinstance(node, syntax.Constant) and node.value == attribute.attr for node in inside)
        if is_named and any(_is_name_of(node, attribute.value) for node in inside):
            return True
    return False


def _is_same(node: syntax.Expr, attribute: syntax.Attribute) -> bool:
    return (
        isinstance(node, syntax.Attribute) and node.attr == attribute.attr and _is_name_of(node.value, attribute.value)
    )


def _is_name_of(node: syntax.Node, other: syntax.Expr) -> bool:
    return isinstance(node, syntax.Name) and isinstance(other, syntax.Name) and node.id == other.id
