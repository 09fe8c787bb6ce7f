"""Functions read once, with parameters of the types their annotations say, to learn what they call and return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_audit.linking.evaluation.annotations import annotation_of
from fastapi_audit.linking.evaluation.attributes import bound_to
from fastapi_audit.linking.evaluation.combine import combine, coming_from
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.evaluation.types import object_of, yielded_type
from fastapi_audit.model.module import Class
from fastapi_audit.model.repository import Role
from fastapi_audit.model.values import (
    ClassValue,
    Collection,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    Origin,
    Scope,
    Table,
    Unknown,
    Value,
)
from fastapi_audit.model.values import External as Name

if TYPE_CHECKING:
    from fastapi_audit.linking.evaluation.interpreter import Interpreter

MOST_OPEN = 200  # functions read for each other, each of which takes several levels of our own stack
_BEING_READ = Unknown("a function that calls itself")
_TOO_DEEP = Unknown("a chain of calls that is too long to follow")


def read_function(function: FunctionValue, interpreter: Interpreter) -> Recorder:
    """Read a function's body once and return what it does; nothing is registered, no project function carried out."""
    record = function.function
    recorder = Recorder()
    names = {param.name: parameter_value(param.name, param.kind, function, interpreter) for param in record.node.params}
    frame = Frame(
        interpreter,
        record.module,
        Scope(names, function.scope),
        wires=False,
        recorder=recorder,
        function=function,
        cls=record.owner,
        owner=record,
    )
    interpreter.execute(record.statements, frame)
    is_generator = record.node.is_generator
    interpreter.summaries[record] = (
        Collection("generator", list(frame.yielded)) if is_generator else combine(frame.returned)
    )
    return recorder


def parameter_value(name: str, kind: str, function: FunctionValue, interpreter: Interpreter) -> Value:
    """Return what a parameter is, by its annotation, its dependency or its default."""
    record = function.function
    if kind == "args":
        return Collection("tuple", [], is_open=True)
    if kind == "kwargs":
        return Table([], is_open=True)
    if (
        record.owner is not None
        and record.node.params[0].name == name
        and Name("staticmethod") not in function.decorations
    ):
        if Name("classmethod") in function.decorations or record.name in ("__new__", "__init_subclass__"):
            return ClassValue(record.owner)
        return function.bound if function.bound is not None else interpreter.typical_instance(record.owner)
    annotation = annotation_of(function, name, interpreter)
    typed = object_of(annotation, interpreter) if annotation is not None else Unknown("it has no annotation")
    if not isinstance(typed, Unknown):
        return coming_from(typed, Origin("parameter", name, record))
    provided = dependency_of(annotation, function.defaults.get(name))
    if provided is not None:
        return provided_value(provided, interpreter)
    fixture = interpreter.fixture(name, record.module) if record.module.role is Role.TEST else None
    if fixture is not None:
        return provided_value(fixture, interpreter)
    return coming_from(typed, Origin("parameter", name, record))


def dependency_of(annotation: Value | None, default: Value | None) -> Value | None:
    """Return what `Depends(…)` in a default or in `Annotated` metadata names, if there is one."""
    metadata = annotation.arguments[1:] if isinstance(annotation, Generic) else ()
    for value in (default, *metadata):
        if isinstance(value, ExternalObject) and value.call is not None and is_dependency(value.call.name):
            return value.call.argument(0, "dependency")
    return None


def is_dependency(name: str) -> bool:
    """Say whether a call declares a dependency."""
    return name in ("fastapi.Depends", "fastapi.Security")


def provided_value(dependency: Value, interpreter: Interpreter) -> Value:
    """Return what a dependency hands to its user: its result, or what it yields."""
    if isinstance(dependency, FunctionValue):
        result = summary(dependency, interpreter)
        return combine(result.items) if isinstance(result, Collection) and result.kind == "generator" else result
    if isinstance(dependency, ClassValue):
        return interpreter.typical_instance(dependency.cls)
    return Unknown("what the dependency provides is not known")


def summary(function: FunctionValue, interpreter: Interpreter) -> Value:
    """Return what a call of a function gives: by its return annotation, else by reading its body once."""
    record = function.function
    annotation = annotation_of(function, "return", interpreter)
    if annotation is not None:
        inner = yielded_type(annotation) if record.node.is_generator else annotation
        typed = object_of(inner, interpreter)
        if not isinstance(typed, Unknown):
            return Collection("generator", [typed]) if record.node.is_generator else typed
    if record not in interpreter.summaries:
        if interpreter.open_readings >= MOST_OPEN:
            return _TOO_DEEP
        interpreter.summaries[record] = _BEING_READ
        interpreter.read(function)
    return interpreter.summaries[record]


def typical_instance(cls: Class, interpreter: Interpreter) -> Instance:
    """Return the instance that stands for all of a class; its attributes are what `__init__` sets."""
    known = interpreter.instances.get(cls)
    if known is not None:
        return known
    instance = interpreter.instances[cls] = Instance(cls, place=cls.place)
    for ancestor in reversed(cls.lineage):
        scope = interpreter.class_scopes.get(ancestor)
        initial = scope.names.get("__init__") if scope is not None else None
        if isinstance(initial, FunctionValue):
            read_function(bound_to(initial, instance), interpreter)
    return instance
