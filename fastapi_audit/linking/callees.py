"""What a call of a value carries out."""

from __future__ import annotations

from fastapi_audit.linking.evaluation.attributes import bound_to
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.model.values import ClassValue, FunctionValue, Instance, PartialValue, Value


def called_function(target: Value, interpreter: Interpreter) -> FunctionValue | None:
    """Return the function that a call of a value carries out."""
    if isinstance(target, PartialValue):
        return called_function(target.function, interpreter)
    if isinstance(target, FunctionValue):
        return target
    if isinstance(target, ClassValue):
        owner: Instance = interpreter.typical_instance(target.cls)
        found = interpreter.class_value(target.cls, "__init__", target.scope)
    elif isinstance(target, Instance):
        owner, found = target, interpreter.class_value(target.cls, "__call__", target.scope)
    else:
        return None
    return bound_to(found, owner) if isinstance(found, FunctionValue) else None
