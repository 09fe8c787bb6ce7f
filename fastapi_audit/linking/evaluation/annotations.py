"""The annotations of functions: as they were when the function was defined, else as they are in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.model.values import FunctionValue, Generic, OneOf, Unknown, Value

if TYPE_CHECKING:
    from fastapi_audit.linking.evaluation.interpreter import Interpreter


def annotation_of(function: FunctionValue, name: str, interpreter: Interpreter) -> Value | None:
    """Return the annotation of a parameter, or of the result under "return"; None when there is none.

    One that named what was not defined yet (a string, or `from __future__ import annotations`) is evaluated again.
    """
    value = function.annotations.get(name)
    if value is None or not _has_unknown(value):
        return value
    node = function.function.node
    written = (
        node.returns
        if name == "return"
        else next((param.annotation for param in node.params if param.name == name), None)
    )
    if written is None:
        return value
    frame = Frame(interpreter, function.function.module, function.scope, wires=False, cls=function.function.owner)
    return interpreter.evaluate(written, frame)


def _has_unknown(value: Value) -> bool:
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Generic):
        return _has_unknown(value.base) or any(_has_unknown(argument) for argument in value.arguments)
    return isinstance(value, OneOf) and any(_has_unknown(option) for option in value.options)
