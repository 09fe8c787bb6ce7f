"""Carries out statements: what they bind, in order, with both branches of what cannot be decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from fastapi_audit.facts import syntax, tree
from fastapi_audit.facts.tree import descendants
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.linking.evaluation.combine import combine, coming_from, for_each, present, truth
from fastapi_audit.linking.evaluation.definitions import define_class, define_function
from fastapi_audit.linking.evaluation.expressions import evaluate, evaluate_optional
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.implied import note_entering
from fastapi_audit.linking.evaluation.imports import import_from, import_names, is_type_checking
from fastapi_audit.linking.evaluation.iteration import bind, iterate
from fastapi_audit.linking.evaluation.operations import binary
from fastapi_audit.linking.evaluation.types import ANNOTATED, element_object, object_of, type_name
from fastapi_audit.model.routing import Condition
from fastapi_audit.model.values import (
    Collection,
    External,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    Known,
    OneOf,
    Origin,
    Unknown,
    Value,
)

Names = dict[str, Value]


def execute(statements: Sequence[syntax.Stmt], frame: Frame) -> bool:
    """Carry out statements in order; say whether the last one reached leaves the block (return, raise, break …)."""
    leaves = False
    for statement in statements:
        leaves = bool(_EXECUTORS[type(statement)](statement, frame))
        if leaves:
            break
    return leaves


def _inside(block: syntax.Stmt | syntax.Handler, statements: Sequence[syntax.Stmt], frame: Frame) -> bool:
    outer = frame.blocks
    frame.blocks = (*outer, block)
    try:
        return execute(statements, frame)
    finally:
        frame.blocks = outer


def _alternatives(frame: Frame, ways: Sequence[Callable[[], bool]], likely: int = 0) -> bool:
    """Take several ways from the same names, then join what they bound; ways that leave the block do not count.

    What the `likely` way bound comes first.
    """
    before = frame.scope.names
    outcomes: list[Names] = []
    for number, way in enumerate(ways):
        frame.scope.names = dict(before)
        if not way():
            outcomes.insert(0 if number == likely else len(outcomes), frame.scope.names)
    before_copy = dict(before)
    joined = _join(outcomes) if outcomes else before_copy
    before.clear()
    before.update(joined)
    frame.scope.names = before
    return not outcomes


def _join(outcomes: list[Names]) -> Names:
    if len(outcomes) == 1:
        return outcomes[0]
    joined: Names = {}
    for outcome in outcomes:
        for name, value in outcome.items():
            known = joined.get(name)
            joined[name] = value if known is None or known is value else combine((known, value))
    return joined


def _if(node: syntax.If, frame: Frame) -> bool:
    test = evaluate(node.test, frame)
    known = truth(test) if not tree.asks_for_main(node.test) else False
    if known is not None and not is_type_checking(node.test):
        return _inside(node, node.body if known else node.orelse, frame)
    by_default = isinstance(test, Known) and not test.value
    defaults = _defaults_in(node.test, frame) if isinstance(test, Known) else {}
    others: Names = {name: ExternalObject(type(value.value).__name__) for name, value in defaults.items()}
    against = {} if by_default else others
    ways = [
        lambda: _branch(node, True, frame, others if by_default else {}),
        lambda: _branch(node, False, frame, against),
    ]
    leaves = _alternatives(frame, ways, likely=1 if by_default else 0)
    _keep(defaults, frame)
    return leaves


def _defaults_in(test: syntax.Expr, frame: Frame) -> dict[str, Known]:
    """Return the names of a test that stand for defaults: where these do not lead, they stand for something else."""
    used = sorted({node.id for node in descendants([test]) if isinstance(node, syntax.Name)})
    values = ((name, frame.scope.names.get(name)) for name in used)
    return {name: value for name, value in values if isinstance(value, Known) and value.is_default}


def _keep(defaults: dict[str, Known], frame: Frame) -> None:
    """Let names stand for what became of their defaults, where the branch that these lead to goes on as well."""
    for name in defaults:
        value = frame.scope.names.get(name)
        kept = [option for option in value.options if isinstance(option, Known)] if isinstance(value, OneOf) else []
        if kept:
            frame.scope.names[name] = combine(kept)


def _branch(node: syntax.If, holds: bool, frame: Frame, names: Names) -> bool:
    frame.scope.names.update(names)
    outer = frame.conditions
    frame.conditions = (*outer, Condition(frame.module.at(node), holds, node.test))
    try:
        return _inside(node, node.body if holds else node.orelse, frame)
    finally:
        frame.conditions = outer


def _for(node: syntax.For, frame: Frame) -> bool:
    source = evaluate(node.iter, frame)
    items = iterate(source)
    if items is None or not frame.wires:
        items = [element_object(source, frame.interpreter)] if items is None or items else []
    for item in items:
        bind(node.target, item, frame, evaluate)
        _alternatives(frame, [lambda: _inside(node, node.body, frame), lambda: False])
    execute(node.orelse, frame)
    return False


def _while(node: syntax.While, frame: Frame) -> bool:
    evaluate(node.test, frame)
    _alternatives(frame, [lambda: _inside(node, node.body, frame), lambda: False])
    execute(node.orelse, frame)
    return False


def _with(node: syntax.With, frame: Frame) -> bool:
    for item in node.items:
        given = evaluate(item.value, frame)
        note_entering(item, given, node.is_async, frame)
        value = entered(given, frame)
        if item.target is not None:
            bind(item.target, value, frame, evaluate)
    return _inside(node, node.body, frame)


def entered(value: Value, frame: Frame) -> Value:
    """Return what `with value as x` binds."""
    return for_each(value, lambda option: _entered(option, frame))


def _entered(value: Value, frame: Frame) -> Value:
    if isinstance(value, Collection) and value.kind == "generator":
        return combine(value.items)
    if isinstance(value, ExternalObject):
        if value.arguments and value.type is not None and value.type.endswith("ContextManager"):
            return object_of(value.arguments[0], frame.interpreter)
        entered_type = texts("types", "enters").get(value.type or "")
        return ExternalObject(entered_type, value.call) if entered_type else value
    if isinstance(value, Instance):
        method = value.cls.find_method("__aenter__") or value.cls.find_method("__enter__")
        function = frame.interpreter.function_values.get(method) if method is not None else None
        if isinstance(function, FunctionValue):
            result = frame.interpreter.summary(function)
            return value if isinstance(result, Unknown) else result
    return value


def _try(node: syntax.Try, frame: Frame) -> bool:
    """Take the body, then each handler from the names before it; what only a handler binds is added."""
    before = dict(frame.scope.names)
    leaves = _inside(node, node.body, frame)
    if not leaves:
        leaves = execute(node.orelse, frame)
    after = dict(frame.scope.names)
    outcomes = [] if leaves else [after]
    for handler in node.handlers:
        frame.scope.names.clear()
        frame.scope.names.update({**after, **before})
        if not _handle(handler, frame):
            outcomes.append(dict(frame.scope.names))
    joined = _prefer_first(outcomes) if _is_import_guard(node) else _join(outcomes)
    frame.scope.names.clear()
    frame.scope.names.update(joined if outcomes else after)
    return execute(node.finalbody, frame) or not outcomes


def _prefer_first(outcomes: list[Names]) -> Names:
    joined: Names = {}
    for outcome in outcomes:
        joined = {**outcome, **joined}
    return joined


def _is_import_guard(node: syntax.Try) -> bool:
    return any(isinstance(statement, (syntax.Import, syntax.ImportFrom)) for statement in node.body)


def _handle(handler: syntax.Handler, frame: Frame) -> bool:
    kind = evaluate(handler.type, frame) if handler.type is not None else Known(None)
    if handler.name:
        frame.scope.names[handler.name] = _caught(kind, handler.name, frame)
    if frame.recorder is not None:
        frame.recorder.handlers.setdefault(handler.pos, (handler, kind, frame.blocks))
    return _inside(handler, handler.body, frame)


def _caught(kind: Value, name: str, frame: Frame) -> Value:
    kinds = kind.items if isinstance(kind, Collection) else present(kind)
    types = [type_name(object_of(option, frame.interpreter)) for option in kinds]
    return combine(ExternalObject(one, origin=Origin("exception", name)) for one in types or [None])


def _match(node: syntax.Match, frame: Frame) -> bool:
    evaluate(node.subject, frame)
    ways = [_case(node, case, frame) for case in node.cases]
    return _alternatives(frame, [*ways, lambda: False])


def _case(node: syntax.Match, case: syntax.Case, frame: Frame) -> Callable[[], bool]:
    def take() -> bool:
        for value in case.values:
            evaluate(value, frame)
        for name in case.names:
            frame.scope.names[name] = Unknown("bound by a pattern")
        evaluate_optional(case.guard, frame)
        return _inside(node, case.body, frame)

    return take


def _assign(node: syntax.Assign, frame: Frame) -> None:
    value = _named_alias(evaluate(node.value, frame), node.targets[0])
    for target in node.targets:
        bind(target, value, frame, evaluate)


def _named_alias(value: Value, target: syntax.Expr) -> Value:
    """Let `Pet = Annotated[Cat | Dog, …]` know its name."""
    if not isinstance(value, Generic) or value.base != External(ANNOTATED) or not isinstance(target, syntax.Name):
        return value
    return value if value.alias else replace(value, alias=target.id)


def _annotated_assign(node: syntax.AnnAssign, frame: Frame) -> None:
    typed: Value = (
        Unknown("a class attribute")
        if frame.scope.is_class
        else object_of(evaluate(node.annotation, frame), frame.interpreter)
    )
    if node.value is None:
        if isinstance(node.target, syntax.Attribute):
            bind(node.target, typed, frame, evaluate)
        elif isinstance(node.target, syntax.Name) and not frame.scope.is_class:
            frame.scope.names.setdefault(node.target.id, typed)
        return
    value = evaluate(node.value, frame)
    is_vague = isinstance(value, Unknown) or (isinstance(value, ExternalObject) and value.type is None)
    if is_vague and not isinstance(typed, Unknown):
        value = _with_type(value, typed)
    bind(node.target, value, frame, evaluate)


def _with_type(value: Value, typed: Value) -> Value:
    """Return an object of the annotated type that keeps the call that made it, and where it came in."""
    if isinstance(value, ExternalObject) and isinstance(typed, ExternalObject):
        return replace(typed, call=value.call, origin=value.origin)
    origin = value.origin if isinstance(value, (ExternalObject, Unknown)) else None
    return coming_from(typed, origin) if origin is not None else typed


def _augmented_assign(node: syntax.AugAssign, frame: Frame) -> None:
    old, value = evaluate(node.target, frame), evaluate(node.value, frame)
    items = iterate(value)
    if isinstance(old, Collection) and node.op == "+":
        old.items.extend(items or ())
        old.is_open = old.is_open or items is None
        return
    bind(node.target, binary(node.op, old, value), frame, evaluate)


def _type_alias(node: syntax.TypeAlias, frame: Frame) -> None:
    frame.scope.names[node.name] = evaluate(node.value, frame)


def _expression(node: syntax.ExprStmt, frame: Frame) -> None:
    evaluate(node.value, frame)


def _return(node: syntax.Return, frame: Frame) -> bool:
    value = evaluate(node.value, frame) if node.value is not None else Known(None)
    frame.returned.append(value)
    if frame.recorder is not None:
        frame.recorder.returns[node.pos] = (node, value, frame.blocks)
    return True


def _raise(node: syntax.Raise, frame: Frame) -> bool:
    value = evaluate(node.exc, frame) if node.exc is not None else Known(None)
    evaluate_optional(node.cause, frame)
    if frame.recorder is not None:
        frame.recorder.raises[node.pos] = (node, value, frame.blocks)
    return True


def _assert(node: syntax.Assert, frame: Frame) -> None:
    evaluate(node.test, frame)
    evaluate_optional(node.msg, frame)


def _scope(node: syntax.Scope, frame: Frame) -> None:
    if node.kind == "global":
        frame.scope.globals.update(node.names)


def _jump(node: syntax.Jump, frame: Frame) -> bool:
    return node.kind != "pass"


_EXECUTORS: dict[type[syntax.Node], Callable[[Any, Frame], bool | None]] = {
    syntax.FunctionDef: define_function,
    syntax.ClassDef: define_class,
    syntax.Import: import_names,
    syntax.ImportFrom: import_from,
    syntax.Assign: _assign,
    syntax.AnnAssign: _annotated_assign,
    syntax.AugAssign: _augmented_assign,
    syntax.TypeAlias: _type_alias,
    syntax.ExprStmt: _expression,
    syntax.Return: _return,
    syntax.Raise: _raise,
    syntax.Assert: _assert,
    syntax.Delete: lambda node, frame: None,
    syntax.Scope: _scope,
    syntax.Jump: _jump,
    syntax.If: _if,
    syntax.For: _for,
    syntax.While: _while,
    syntax.With: _with,
    syntax.Try: _try,
    syntax.Match: _match,
}
