"""Expression → value, by kind of expression."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import read_arguments
from fastapi_audit.linking.evaluation.attributes import get_attribute
from fastapi_audit.linking.evaluation.calls import call
from fastapi_audit.linking.evaluation.combine import combine, for_each, truth
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.implied import note_properties
from fastapi_audit.linking.evaluation.imports import resolved
from fastapi_audit.linking.evaluation.iteration import bind, iterate
from fastapi_audit.linking.evaluation.operations import binary, compare, f_string, negate, subscript
from fastapi_audit.linking.evaluation.recorder import RecordedCall
from fastapi_audit.linking.evaluation.slices import SLICE
from fastapi_audit.linking.evaluation.types import element_object
from fastapi_audit.model.repository import Role
from fastapi_audit.model.values import (
    NONE,
    Collection,
    External,
    ExternalObject,
    Known,
    LambdaValue,
    Pending,
    Scope,
    Table,
    Unknown,
    Value,
)

_BUILTINS = frozenset(dir(builtins))


def evaluate(node: syntax.Expr, frame: Frame) -> Value:
    """Return what an expression stands for; never raises, whatever the code says."""
    return _EVALUATORS[type(node)](node, frame)


def evaluate_optional(node: syntax.Expr | None, frame: Frame) -> Value | None:
    """Return the value of an expression that may be missing."""
    return None if node is None else evaluate(node, frame)


def _name(node: syntax.Name, frame: Frame) -> Value:
    frame.interpreter.names += frame.suppose is None
    value = frame.scope.lookup(node.id)
    if isinstance(value, Pending):
        value = resolved(value, node, frame)
    if value is not None:
        frame.interpreter.unresolved.pop((frame.module.path, node.pos), None)
        return value
    if node.id in _BUILTINS:
        return External(node.id)
    if frame.suppose is not None:
        return Unknown("a name that is bound in another branch")
    return frame.interpreter.unknown(node.id, frame.module, node, f"{node.id} is not defined here")


def _attribute(node: syntax.Attribute, frame: Frame) -> Value:
    owner = evaluate(node.value, frame)
    value = for_each(owner, lambda option: get_attribute(option, node.attr, node, frame))
    if frame.recorder is not None:
        if frame.module.role is not Role.TEST:  # there are most of them, and nobody asks for those
            frame.recorder.attributes[id(node)] = (node, owner)
        note_properties(node, owner, frame)
    return value


def _call(node: syntax.Call, frame: Frame, is_awaited: bool = False) -> Value:
    callee = evaluate(node.func, frame)
    arguments = read_arguments(node, frame)
    result = frame.suppose(callee, arguments, frame) if frame.suppose is not None else None
    if result is None:
        result = for_each(callee, lambda option: call(option, arguments, node, frame))
    if frame.recorder is not None:
        frame.recorder.call(
            RecordedCall(
                node,
                callee,
                tuple(arguments.positional),
                arguments.named,
                result,
                frame.blocks,
                is_awaited,
                tuple(arguments.spread),
            )
        )
    return result


def _await(node: syntax.Await, frame: Frame) -> Value:
    if isinstance(node.value, syntax.Call):
        return _call(node.value, frame, is_awaited=True)
    return evaluate(node.value, frame)


def _yield(node: syntax.Yield, frame: Frame) -> Value:
    value = evaluate(node.value, frame) if node.value is not None else Known(None)
    if node.is_from:
        frame.yielded.extend(iterate(value) or ())
    else:
        frame.yielded.append(value)
    if frame.recorder is not None:
        frame.recorder.yields[node.pos] = (node, frame.blocks)
    return Unknown("what a caller sends into a generator")


def _sequence(node: syntax.Sequence, frame: Frame) -> Value:
    items: list[Value] = []
    is_open = False
    for item in node.items:
        if isinstance(item, syntax.Starred):
            inner = iterate(evaluate(item.value, frame))
            is_open = is_open or inner is None
            items.extend(inner or ())
        else:
            items.append(evaluate(item, frame))
    return Collection(node.kind, items, is_open)


def _dict(node: syntax.Dict, frame: Frame) -> Value:
    table = Table([])
    for key, value in node.items:
        inner = evaluate(value, frame)
        if key is not None:
            table.items.append((evaluate(key, frame), inner))
        elif isinstance(inner, Table):
            table.items.extend(inner.items)
            table.is_open = table.is_open or inner.is_open
        else:
            table.is_open = True
    return table


def _subscript(node: syntax.Subscript, frame: Frame) -> Value:
    owner = evaluate(node.value, frame)
    index = tuple(evaluate(part, frame) for part in node.index)
    if frame.recorder is not None:
        frame.recorder.subscripts[id(node)] = (node, owner, frame.blocks)
    return for_each(owner, lambda option: subscript(option, index))


def _binary(node: syntax.BinaryOp, frame: Frame) -> Value:
    left = evaluate(node.left, frame)
    if frame.suppose is not None and node.op in ("and", "or") and truth(left) is (node.op == "or"):
        return left
    return binary(node.op, left, evaluate(node.right, frame))


def _unary(node: syntax.UnaryOp, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    return negate(value) if node.op == "not" else Unknown("a computed value")


def _compare(node: syntax.Compare, frame: Frame) -> Value:
    left = evaluate(node.left, frame)
    values = [evaluate(part, frame) for part in node.comparators]
    if frame.recorder is not None:
        frame.recorder.comparisons[id(node)] = (node, (left, *values), frame.blocks)
    if len(values) > 1:
        return Unknown("a chained comparison")
    if node.ops[0] in ("in", "not in") and not _is_settled(node.comparators[0], values[0], frame):
        return Unknown("a condition")
    return compare(node.ops[0], left, values[0])


def _is_settled(node: syntax.Expr, container: Value, frame: Frame) -> bool:
    """Say whether a container holds now what it will hold: a function that is only read may find other items."""
    if frame.wires or isinstance(node, (syntax.Sequence, syntax.Dict)):
        return True
    return isinstance(container, Collection) and container.kind in ("tuple", "frozenset")


def _if(node: syntax.IfExp, frame: Frame) -> Value:
    known = truth(evaluate(node.test, frame))
    if known is not None:
        return evaluate(node.body if known else node.orelse, frame)
    return combine((evaluate(node.body, frame), evaluate(node.orelse, frame)))


def _comprehension(node: syntax.Comprehension, frame: Frame) -> Value:
    """Evaluate a comprehension in a scope of its own; item by item when the items are known, else once."""
    outer = frame.scope
    frame.scope = Scope({}, outer)
    try:
        keys, values, is_open = _comprehended(node, 0, frame)
    finally:
        frame.scope = outer
    if node.kind == "dict":
        return Table(list(zip(keys, values, strict=True)), is_open)
    return Collection("list" if node.kind == "generator" else node.kind, keys, is_open)


def _comprehended(node: syntax.Comprehension, depth: int, frame: Frame) -> tuple[list[Value], list[Value], bool]:
    if depth == len(node.clauses):
        value = evaluate(node.value, frame) if node.value is not None else Known(None)
        return [evaluate(node.element, frame)], [value], False
    clause = node.clauses[depth]
    source = evaluate(clause.iter, frame)
    known = iterate(source)
    keys: list[Value] = []
    values: list[Value] = []
    is_open = known is None
    for item in known if known is not None else [element_object(source, frame.interpreter)]:
        bind(clause.target, item, frame, evaluate)
        verdicts = [truth(evaluate(condition, frame)) for condition in clause.ifs]
        if False in verdicts:
            continue
        inner_keys, inner_values, inner_open = _comprehended(node, depth + 1, frame)
        keys += inner_keys
        values += inner_values
        is_open = is_open or inner_open or None in verdicts
    return keys, values, is_open


def _lambda(node: syntax.Lambda, frame: Frame) -> Value:
    name = f"{frame.module.name}:{frame.qualname('<lambda>')}"
    return LambdaValue(node, frame.scope, frame.module.at(node), name)


def _named(node: syntax.NamedExpr, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    bind(node.target, value, frame, evaluate)
    return value


def _f_string(node: syntax.FString, frame: Frame) -> Value:
    return f_string([evaluate(part, frame) for part in node.parts])


def _interpolation(node: syntax.Interpolation, frame: Frame) -> Value:
    for part in node.format:
        evaluate(part, frame)
    return evaluate(node.value, frame)


def _slice(node: syntax.Slice, frame: Frame) -> Value:
    bounds = (evaluate_optional(bound, frame) for bound in (node.lower, node.upper, node.step))
    return ExternalObject(SLICE, arguments=tuple(NONE if bound is None else bound for bound in bounds))


def _starred(node: syntax.Starred, frame: Frame) -> Value:
    return evaluate(node.value, frame)


_EVALUATORS: dict[type[syntax.Node], Callable[[Any, Frame], Value]] = {
    syntax.Name: _name,
    syntax.Attribute: _attribute,
    syntax.Constant: lambda node, frame: Known(node.value),
    syntax.Bytes: lambda node, frame: Known(node.value),
    syntax.EllipsisLiteral: lambda node, frame: External("Ellipsis"),
    syntax.Call: _call,
    syntax.Interpolation: _interpolation,
    syntax.FString: _f_string,
    syntax.Subscript: _subscript,
    syntax.Slice: _slice,
    syntax.Sequence: _sequence,
    syntax.Dict: _dict,
    syntax.Starred: _starred,
    syntax.Await: _await,
    syntax.Yield: _yield,
    syntax.BinaryOp: _binary,
    syntax.UnaryOp: _unary,
    syntax.Compare: _compare,
    syntax.IfExp: _if,
    syntax.Lambda: _lambda,
    syntax.Comprehension: _comprehension,
    syntax.NamedExpr: _named,
    syntax.Opaque: lambda node, frame: Unknown("an expression nested too deeply"),
}
