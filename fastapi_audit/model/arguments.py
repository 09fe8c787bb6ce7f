"""What calls give for the parameters of the functions that they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.model.flow import Edge
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import Known, PartialValue, Value


def given_by(edge: Edge, name: str, known_calls: CallKnowledge) -> Value | None:
    """Return what a call gives for a parameter of the function that it leads to, which it may only hand on."""
    call = edge.call
    offload = None if call.name is None or _is_called(edge) else known_calls.offloads(call.name)
    position = offload.position if offload is not None else None
    if position is None or position >= len(call.positional):
        return argument(edge.callee, name, call.positional, call.named)
    handed = call.positional[position]
    if isinstance(handed, PartialValue):
        return argument(edge.callee, name, handed.positional, handed.named)
    return argument(edge.callee, name, call.positional[position + 1 :], call.named)


def argument(function: Function, name: str, positional: Sequence[Value], named: Mapping[str, Value]) -> Value | None:
    """Return what arguments give for a parameter; a default that is a constant stands for a missing one."""
    if name in named:
        return named[name]
    params = [param.name for param in function.node.params if param.kind in ("positional", "normal")]
    is_bound = function.owner is not None and "staticmethod" not in function.decorators
    position = params.index(name) - is_bound if name in params else None
    if position is not None and 0 <= position < len(positional):
        return positional[position]
    default = next((param.default for param in function.node.params if param.name == name), None)
    return Known(default.value) if isinstance(default, syntax.Constant) else None


def _is_called(edge: Edge) -> bool:
    return edge.call.target is edge.callee or isinstance(edge.call.target, Class)
