"""What a callable declares to take, parameter by parameter, as `inspect.signature` would tell FastAPI."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.annotations import annotation_of
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.reading import is_dependency
from fastapi_audit.linking.evaluation.types import MODELS
from fastapi_audit.linking.model_fields import model_fields
from fastapi_audit.model.module import Class, ClassAttribute, Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.values import (
    NONE,
    ClassValue,
    External,
    ExternalCall,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    Known,
    LambdaValue,
    PartialValue,
    Value,
)

SOURCES = {
    "fastapi.Query": "query", "fastapi.Path": "path", "fastapi.Header": "header", "fastapi.Cookie": "cookie",
    "fastapi.Body": "body", "fastapi.Form": "form", "fastapi.File": "file",
}  # fmt: skip
NOT_FIELDS = ("typing.ClassVar", "dataclasses.KW_ONLY")


class Declared(msgspec.Struct, frozen=True):
    """One Python parameter: its annotation and default, evaluated."""

    name: str
    annotation: Value | None
    default: Value | None
    place: Place
    function: Function | None = None

    @property
    def marker(self) -> ExternalCall | None:
        """The `Query(…)`, `Depends(…)` … of the parameter: in the default, else the last one in `Annotated`."""
        for value in (self.default, *reversed(list(metadata_of(self.annotation)))):
            call = value.call if isinstance(value, ExternalObject) else None
            if call is not None and (call.name in SOURCES or is_dependency(call.name)):
                return call
        return None

    @property
    def is_of_container(self) -> bool:
        """Whether a container for dependencies fills it, which hides it from FastAPI."""
        base = self.annotation.base if isinstance(self.annotation, Generic) else None
        if isinstance(base, External) and base.name in names("injection", "types"):
            return True
        calls = (value.call for value in metadata_of(self.annotation) if isinstance(value, ExternalObject))
        return any(call is not None and call.name in names("injection", "markers") for call in calls)


def metadata_of(annotation: Value | None) -> Iterator[Value]:
    """Yield the metadata of an `Annotated`, that of a nested one first."""
    if isinstance(annotation, Generic) and annotation.base == External("typing.Annotated"):
        if annotation.arguments:
            yield from metadata_of(annotation.arguments[0])
        yield from annotation.arguments[1:]


def view_class_of(callee: Value) -> Class | None:
    """Return the class of a class-based view whose method is a handler, which needs an instance of it."""
    if not isinstance(callee, FunctionValue) or callee.signature is not None:
        return None
    function = callee.original
    owner = function.function.owner
    if callee.bound is not None or function.bound is not None or External("staticmethod") in function.decorations:
        return None
    return owner


def declared_by(callee: Value, interpreter: Interpreter) -> Iterator[Declared]:
    """Yield the parameters of a callable: a function, a class, an instance with `__call__`, or a partial of these."""
    if isinstance(callee, PartialValue):
        yield from _of_partial(callee, interpreter)
    elif isinstance(callee, FunctionValue):
        yield from _of_function(callee, interpreter)
    elif isinstance(callee, ClassValue):
        yield from _of_class(callee, interpreter)
    elif isinstance(callee, LambdaValue):
        yield from _of_lambda(callee, interpreter)
    elif isinstance(callee, Instance):
        value = interpreter.class_value(callee.cls, "__call__", callee.scope)
        if isinstance(value, FunctionValue):
            yield from _of_function(replace(value, bound=callee), interpreter)


def declared_by_view(cls: Class, interpreter: Interpreter) -> Iterator[Declared]:
    """Yield what a class-based view takes for all of its methods: parameters of `__init__`, and dependencies declared
    as class attributes, own or inherited.
    """
    yield from _of_constructor(ClassValue(cls), interpreter)
    seen: set[str] = set()
    for ancestor in cls.lineage:
        for attribute in ancestor.attributes.values():
            declared = _of_attribute(ancestor, attribute, interpreter) if attribute.name not in seen else None
            seen.add(attribute.name)
            if declared is not None and declared.marker is not None:
                yield declared


def _of_partial(callee: PartialValue, interpreter: Interpreter) -> Iterator[Declared]:
    """What is bound by position is gone; what is bound by name stays a parameter, with that as its default."""
    inner = list(declared_by(callee.function, interpreter))[len(callee.positional) :]
    yield from (replace(item, default=callee.named.get(item.name, item.default)) for item in inner)


def _of_function(value: FunctionValue, interpreter: Interpreter) -> Iterator[Declared]:
    if value.signature is not None:
        yield from _of_signature(value.signature, value.function, interpreter)
        return
    function = value.original
    params = function.function.node.params
    has_owner = function.function.owner is not None and External("staticmethod") not in function.decorations
    is_bound = has_owner or value.bound is not None or function.bound is not None
    for param in params[1:] if is_bound else params:  # FastAPI takes `*args` and `**kwargs` for parameters as well
        annotation = annotation_of(function, param.name, interpreter)
        place = function.function.module.at(param)
        yield Declared(param.name, annotation, function.defaults.get(param.name), place, function.function)


def _of_lambda(value: LambdaValue, interpreter: Interpreter) -> Iterator[Declared]:
    module = interpreter.index.by_path[value.place.path]
    frame = Frame(interpreter, module, value.scope, wires=False)
    for param in value.node.params:
        default = interpreter.evaluate(param.default, frame) if param.default is not None else None
        yield Declared(param.name, None, default, module.at(param))


def _of_signature(signature: Value, function: Function, interpreter: Interpreter) -> Iterator[Declared]:
    """Yield the parameters of an `inspect.Signature`: that of another callable, or one made by hand; `self` and what is
    not known are left out.
    """
    call = signature.call if isinstance(signature, ExternalObject) else None
    if call is not None and call.name == "inspect.signature":
        yield from declared_by(call.argument(0, "obj") or NONE, interpreter)
        return
    listed = iterate(call.argument(0, "parameters") or NONE) if call is not None else None
    for item in listed or ():
        made = item.call if isinstance(item, ExternalObject) and item.type == "inspect.Parameter" else None
        name = made.argument(0, "name") if made is not None else None
        if made is None or not isinstance(name, Known) or name.value == "self":
            continue
        annotation, default = made.argument(None, "annotation"), made.argument(None, "default")
        yield Declared(str(name.value), annotation, default, made.place, function)


def _of_constructor(made: ClassValue, interpreter: Interpreter) -> Iterator[Declared]:
    value = interpreter.class_value(made.cls, "__init__", made.scope)
    if isinstance(value, FunctionValue):
        yield from _of_function(value, interpreter)


def _of_class(made: ClassValue, interpreter: Interpreter) -> Iterator[Declared]:
    if made.cls.find_method("__init__") is not None:
        yield from _of_constructor(made, interpreter)
    elif made.cls.is_a(*MODELS):
        yield from (Declared(*field) for field in model_fields(made.cls, interpreter))
    elif any(ancestor.is_dataclass for ancestor in made.cls.lineage):
        yield from _of_dataclass(made.cls, interpreter)


def _of_dataclass(cls: Class, interpreter: Interpreter) -> Iterator[Declared]:
    fields: dict[str, Declared] = {}
    for ancestor in reversed(cls.lineage):
        for attribute in ancestor.attributes.values() if ancestor.is_dataclass else ():
            declared = _of_attribute(ancestor, attribute, interpreter)
            if declared is not None and not _is_no_argument(declared):
                fields[declared.name] = declared
    yield from fields.values()


def _of_attribute(cls: Class, attribute: ClassAttribute, interpreter: Interpreter) -> Declared | None:
    scope = interpreter.class_scopes.get(cls)
    if attribute.annotation is None or scope is None:
        return None
    annotation = interpreter.class_annotation(cls, attribute)
    return Declared(attribute.name, annotation, scope.names.get(attribute.name), attribute.place)


def _is_no_argument(declared: Declared) -> bool:
    """Say whether an attribute of a dataclass is none of its constructor's arguments."""
    base = declared.annotation.base if isinstance(declared.annotation, Generic) else declared.annotation
    if isinstance(base, External) and base.name in NOT_FIELDS:
        return True
    call = declared.default.call if isinstance(declared.default, ExternalObject) else None
    init = call.argument(None, "init") if call is not None and call.name == "dataclasses.field" else None
    return isinstance(init, Known) and init.value is False
