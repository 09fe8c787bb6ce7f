"""Calls of project functions: carried out while wiring, else answered by what they are said to return."""

from __future__ import annotations

from msgspec.structs import replace

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import combine
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.registration import note_opaque_use
from fastapi_audit.model.values import (
    Collection,
    ExternalObject,
    FunctionValue,
    Given,
    Known,
    LambdaValue,
    Scope,
    Table,
    Unknown,
    Value,
)

MAX_DEPTH = 20


def invoke(function: FunctionValue, arguments: Arguments, frame: Frame) -> Value:
    """Return what calling a project function gives."""
    if not frame.wires:
        return _given(frame.interpreter.summary(function), function, arguments)
    if frame.depth >= MAX_DEPTH or not frame.interpreter.spend_call():
        note_opaque_use(str(function.function), arguments, function.function.node, frame)
        return frame.interpreter.summary(function)
    frame.interpreter.invoked.add(function.function)
    return _carry_out(function, arguments, frame)


def _given(result: Value, function: FunctionValue, arguments: Arguments) -> Value:
    """Return a result that is only known by its type with the call that gave it."""
    if not isinstance(result, ExternalObject) or result.call is not None or result.origin is not None:
        return result
    return replace(result, derived=Given(function, tuple(arguments.positional), dict(arguments.named)))


def _carry_out(function: FunctionValue, arguments: Arguments, frame: Frame) -> Value:
    inner = Frame(
        frame.interpreter,
        function.function.module,
        Scope(bind_parameters(function, arguments), function.scope),
        wires=True,
        function=function,
        cls=function.function.owner,
        owner=function.function,
        depth=frame.depth + 1,
        conditions=frame.conditions,
        suppose=frame.suppose,
    )
    frame.interpreter.execute(function.function.statements, inner)
    if function.function.node.is_generator:
        return Collection("generator", inner.yielded)
    return combine(inner.returned)


def bind_parameters(function: FunctionValue, arguments: Arguments) -> dict[str, Value]:
    """Return the value of each parameter for these arguments; a missing one is its default or unknown."""
    params = function.function.node.params
    positional = [function.bound, *arguments.positional] if function.bound is not None else list(arguments.positional)
    named = dict(arguments.named)
    bound: dict[str, Value] = {}
    for param in params:
        if param.kind == "args":
            bound[param.name] = Collection("tuple", positional, arguments.is_open)
            positional = []
        elif param.kind == "kwargs":
            bound[param.name] = Table([(Known(name), value) for name, value in named.items()], arguments.is_open)
        else:
            bound[param.name] = _argument(param, positional, named, function)
    return bound


def _argument(
    param: syntax.Parameter, positional: list[Value], named: dict[str, Value], function: FunctionValue
) -> Value:
    if positional and param.kind in ("positional", "normal"):
        return positional.pop(0)
    if param.name in named:
        return named.pop(param.name)
    return function.defaults.get(param.name, Unknown(f"the parameter {param.name} was not given"))


def invoke_lambda(function: LambdaValue, arguments: Arguments, frame: Frame) -> Value:
    """Return the value of a lambda's body with its parameters bound by position and name."""
    if frame.depth >= MAX_DEPTH:
        return Unknown("calls nested too deeply")
    names: dict[str, Value] = {}
    positional = list(arguments.positional)
    for param in function.node.params:
        given = positional.pop(0) if positional else arguments.named.get(param.name)
        names[param.name] = given if given is not None else Unknown(f"the parameter {param.name} was not given")
    is_near = frame.module.path == function.place.path  # what is recorded is placed in the module of the caller
    inner = Frame(
        frame.interpreter,
        frame.module,
        Scope(names, function.scope),
        wires=frame.wires,
        recorder=frame.recorder if is_near else None,
        depth=frame.depth + 1,
        blocks=frame.blocks,
    )
    return frame.interpreter.evaluate(function.node.body, inner)
