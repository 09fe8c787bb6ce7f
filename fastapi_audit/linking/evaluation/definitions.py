"""Functions and classes as they are defined: defaults, annotations and decorators evaluated at that moment."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.calls import call
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.expressions import evaluate
from fastapi_audit.linking.evaluation.external_calls import DECORATORS, decorated
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.mro import linearise
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.model.module import Class, ClassAttribute
from fastapi_audit.model.values import (
    ClassValue,
    External,
    ExternalObject,
    FunctionValue,
    Generic,
    PartialValue,
    RouteDecorator,
    Scope,
    Unknown,
    Value,
)


def define_function(node: syntax.FunctionDef, frame: Frame) -> None:
    """Bind a function's name to the function, decorated."""
    owner = frame.cls if frame.scope.is_class else None
    function = frame.interpreter.function(frame.module, frame.qualname(node.name), node, owner)
    outer = frame.scope
    if node.type_params:
        frame.scope = Scope(_type_parameters(node.type_params), outer)
    defaults = {param.name: evaluate(param.default, frame) for param in node.params if param.default is not None}
    annotations = {
        param.name: evaluate(param.annotation, frame) for param in node.params if param.annotation is not None
    }
    if node.returns is not None:
        annotations["return"] = evaluate(node.returns, frame)
    defined = FunctionValue(function, frame.scope, defaults, annotations)
    frame.scope = outer
    value: Value = defined
    for decorator in reversed(node.decorators):
        value = _decorate(value, decorator, frame)
    if frame.wires or function not in frame.interpreter.function_values:  # what was carried out is known better
        frame.interpreter.function_values[function] = value if isinstance(value, FunctionValue) else defined
    if owner is not None:
        owner.methods[node.name] = function
    frame.scope.names[node.name] = value


def _type_parameters(names: tuple[str, ...]) -> dict[str, Value]:
    return {name: Unknown("a type parameter") for name in names}


def _decorate(value: Value, decorator: syntax.Expr, frame: Frame) -> Value:
    """Apply a decorator. One of unknown effect leaves the function as it is, with the decoration noted."""
    applied = evaluate(decorator, frame)
    results = [_apply(option, value, decorator, frame) for option in present(applied)]
    result = results[0]
    if isinstance(result, (FunctionValue, ClassValue)):
        return result
    if isinstance(value, FunctionValue):
        return decorated(value, applied)
    return value


def _apply(decorator: Value, value: Value, node: syntax.Expr, frame: Frame) -> Value | None:
    if isinstance(decorator, External) and decorator.name not in DECORATORS:
        return None
    if (
        not isinstance(decorator, (External, FunctionValue, PartialValue, RouteDecorator, ClassValue))
        and not frame.wires
    ):
        return None
    arguments = Arguments([value])
    at = node if isinstance(node, syntax.Call) else syntax.Call(node.pos, node, ())
    return call(decorator, arguments, at, frame)


def define_class(node: syntax.ClassDef, frame: Frame) -> None:
    """Bind a class's name to the class, its body carried out."""
    outer = (frame.scope, frame.cls)
    if node.type_params:
        frame.scope = Scope(_type_parameters(node.type_params), frame.scope)
    bases = [evaluate(base.value, frame) for base in node.bases if base.keyword is None]
    cls = _class(node, frame, linearise([_base(base) for base in bases]))
    scope = Scope({}, frame.scope, is_class=True)
    if frame.wires or cls not in frame.interpreter.class_scopes:
        frame.interpreter.class_scopes[cls] = scope
    frame.scope, frame.cls = scope, cls
    frame.interpreter.execute(node.body, frame)
    frame.scope, frame.cls = outer
    value = ClassValue(cls, scope)
    frame.scope.names[node.name] = value
    decorators = [evaluate(decorator, frame) for decorator in node.decorators]
    frame.interpreter.class_decorators[cls] = tuple(decorators)
    for decorator, expression in reversed(list(zip(decorators, node.decorators, strict=True))):
        _apply(decorator, value, expression, frame)


def _class(node: syntax.ClassDef, frame: Frame, ancestors: tuple[Class | str, ...]) -> Class:
    key = (frame.module.path, node.pos)
    known = frame.interpreter.classes.get(key)
    if known is not None:
        return known
    attributes = {attribute.name: attribute for attribute in _attributes(node, frame)}
    is_dataclass = any(_is_dataclass_decorator(decorator, frame) for decorator in node.decorators)
    cls = Class(frame.module, frame.qualname(node.name), node, ancestors, attributes, is_dataclass=is_dataclass)
    frame.interpreter.classes[key] = cls
    return cls


def _is_dataclass_decorator(decorator: syntax.Expr, frame: Frame) -> bool:
    target = decorator.func if isinstance(decorator, syntax.Call) else decorator
    return dotted_name(evaluate(target, frame)) in ("dataclasses.dataclass", "pydantic.dataclasses.dataclass")


def _base(base: Value) -> Class | str | None:
    if isinstance(base, Generic):
        return _base(base.base)
    if isinstance(base, ClassValue):
        return base.cls
    options = [_base(option) for option in present(base) if option is not base]
    if options:
        return options[0]
    return base.type if isinstance(base, ExternalObject) else dotted_name(base)  # `Base = declarative_base()`


def _attributes(node: syntax.ClassDef, frame: Frame) -> list[ClassAttribute]:
    found: list[ClassAttribute] = []
    for statement in node.body:
        if isinstance(statement, syntax.AnnAssign) and isinstance(statement.target, syntax.Name):
            place = frame.module.at(statement)
            found.append(ClassAttribute(statement.target.id, place, statement.annotation, statement.value))
        elif isinstance(statement, syntax.Assign):
            found += [
                ClassAttribute(target.id, frame.module.at(statement), None, statement.value)
                for target in statement.targets
                if isinstance(target, syntax.Name)
            ]
    return found
