"""What FastAPI makes of a callable's signature: parameters of the request, and dependencies.

The rules are those of `fastapi.dependencies.utils.analyze_param`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fastapi_audit.linking.evaluation.annotations import annotation_of
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.reading import is_dependency
from fastapi_audit.linking.typerefs import type_ref
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Parameter
from fastapi_audit.model.types import TypeRef
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
    PartialValue,
    Value,
)

SOURCES = {
    "fastapi.Query": "query", "fastapi.Path": "path", "fastapi.Header": "header", "fastapi.Cookie": "cookie",
    "fastapi.Body": "body", "fastapi.Form": "form", "fastapi.File": "file",
}  # fmt: skip
SPECIAL = frozenset({
    "fastapi.Request", "fastapi.WebSocket", "starlette.requests.HTTPConnection", "fastapi.responses.Response",
    "fastapi.BackgroundTasks", "starlette.background.BackgroundTask", "fastapi.security.SecurityScopes",
})  # fmt: skip
COMPOUND = frozenset({
    "list", "dict", "set", "tuple", "frozenset", "typing.Sequence", "typing.Mapping", "typing.Iterable",
    "collections.deque", "typing.Deque", "typing.Any",
})  # fmt: skip
UPLOADS = frozenset({"fastapi.UploadFile", "starlette.datastructures.UploadFile"})
CONSTRAINING = frozenset({
    "pydantic.Field", "pydantic.conint", "pydantic.confloat", "pydantic.condecimal", "pydantic.constr",
    "annotated_types.Interval",
})  # fmt: skip
BOUNDS = {f"annotated_types.{name}": name.lower() for name in ("Ge", "Gt", "Le", "Lt")}
MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel")


@dataclass(frozen=True, slots=True)
class DependencyUse:
    """One `Depends` or `Security` found in a signature: what it names, and where."""

    target: Value
    place: Place
    call: ExternalCall | None


@dataclass(slots=True)
class Signature:
    """The parameters and dependencies of one callable, in the order of the source."""

    parameters: list[Parameter] = field(default_factory=list)
    dependencies: list[DependencyUse] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Declared:
    """One Python parameter: its annotation and default, evaluated."""

    name: str
    annotation: Value | None
    default: Value | None
    place: Place
    function: Function | None


def read_signature(callee: Value, path_names: frozenset[str], interpreter: Interpreter) -> Signature:
    """Return what FastAPI takes from the request, and what it calls first, for a handler or dependency."""
    signature = Signature()
    for declared in _declared(callee, interpreter):
        _add(declared, path_names, signature)
    return signature


def _declared(callee: Value, interpreter: Interpreter) -> Iterator[_Declared]:
    if isinstance(callee, PartialValue):
        skip = set(callee.named)
        inner = [item for item in _declared(callee.function, interpreter) if item.name not in skip]
        yield from inner[len(callee.positional) :]
    elif isinstance(callee, FunctionValue):
        yield from _of_function(callee, interpreter)
    elif isinstance(callee, ClassValue):
        yield from _of_class(callee.cls, interpreter)
    elif isinstance(callee, Instance):
        method = callee.cls.find_method("__call__")
        value = interpreter.function_values.get(method) if method is not None else None
        if value is not None:
            yield from _of_function(value, interpreter)


def _of_function(value: FunctionValue, interpreter: Interpreter) -> Iterator[_Declared]:
    function = value.original
    params = function.function.node.params
    if value.signature is not None:
        yield from _of_signature(value.signature, value.function)
        return
    owner = function.function.owner
    is_bound = value.bound is not None or function.bound is not None
    is_view = owner is not None and not is_bound and External("staticmethod") not in function.decorations
    if is_view and owner is not None and function.function.name not in ("__init__", "__call__"):
        yield from _of_view_class(owner, interpreter)
    for param in params[1:] if is_bound or is_view else params:
        if param.kind not in ("args", "kwargs"):
            annotation = annotation_of(function, param.name, interpreter)
            place = function.function.module.at(param)
            yield _Declared(param.name, annotation, function.defaults.get(param.name), place, function.function)


def _of_signature(signature: Value, function: Function) -> Iterator[_Declared]:
    """Yield the parameters of an `inspect.Signature` made by hand; `self` and what is not known are left out."""
    call = signature.call if isinstance(signature, ExternalObject) else None
    listed = iterate(call.argument(0, "parameters") or NONE) if call is not None else None
    for item in listed or ():
        made = item.call if isinstance(item, ExternalObject) and item.type == "inspect.Parameter" else None
        name = made.argument(0, "name") if made is not None else None
        if made is None or not isinstance(name, Known) or name.value == "self":
            continue
        annotation, default = made.argument(None, "annotation"), made.argument(None, "default")
        yield _Declared(str(name.value), annotation, default, made.place, function)


def _of_view_class(cls: Class, interpreter: Interpreter) -> Iterator[_Declared]:
    """Yield what a class-based view takes for all of its methods: parameters of `__init__`, and dependencies declared
    as class attributes, own or inherited.
    """
    initial = cls.find_method("__init__")
    value = interpreter.function_values.get(initial) if initial is not None else None
    if value is not None:
        yield from _of_function(value, interpreter)
    seen: set[str] = set()
    for ancestor in cls.lineage:
        scope = interpreter.class_scopes.get(ancestor)
        for attribute in ancestor.attributes.values() if scope is not None else ():
            if attribute.name in seen or attribute.annotation is None or scope is None:
                continue
            seen.add(attribute.name)
            annotation = interpreter.class_annotation(ancestor, attribute)
            declared = _Declared(attribute.name, annotation, scope.names.get(attribute.name), attribute.place, None)
            if _marker(declared) is not None:
                yield declared


def _of_class(cls: Class, interpreter: Interpreter) -> Iterator[_Declared]:
    initial = cls.find_method("__init__")
    value = interpreter.function_values.get(initial) if initial is not None else None
    if value is not None:
        yield from _of_function(value, interpreter)
        return
    seen: set[str] = set()
    for ancestor in reversed(cls.lineage):
        scope = interpreter.class_scopes.get(ancestor)
        for attribute in ancestor.attributes.values():
            if attribute.annotation is None or attribute.name in seen or scope is None:
                continue
            seen.add(attribute.name)
            annotation = interpreter.class_annotation(ancestor, attribute)
            yield _Declared(attribute.name, annotation, scope.names.get(attribute.name), attribute.place, None)


def _add(declared: _Declared, path_names: frozenset[str], signature: Signature) -> None:
    type_ = type_ref(declared.annotation) if declared.annotation is not None else None
    marker = _marker(declared)
    if marker is not None and is_dependency(marker.name):
        target = marker.argument(0, "dependency")
        if target is None or (isinstance(target, Known) and target.value is None):
            target = _annotated_class(declared.annotation)
        if target is not None:
            signature.dependencies.append(DependencyUse(target, declared.place, marker))
        return
    if type_ is not None and any(option.is_a(*SPECIAL) for option in type_.options):
        return
    source = SOURCES[marker.name] if marker is not None else _source(declared.name, type_, path_names)
    if declared.name in path_names and source in ("query", "path"):
        source = "path"
    options = {**_constraints(declared), **(marker.named if marker is not None else {})}
    signature.parameters.append(
        Parameter(
            _request_name(declared.name, source, options),
            declared.name,
            source,
            type_,
            declared.place,
            _default(declared, marker),
            options,
            declared.function,
        )
    )


def _marker(declared: _Declared) -> ExternalCall | None:
    """Return the `Query(…)`, `Depends(…)` … of a parameter: in the default, else the last one in `Annotated`."""
    metadata = list(_metadata(declared.annotation))
    for value in (declared.default, *reversed(metadata)):
        if isinstance(value, ExternalObject) and value.call is not None:
            name = value.call.name
            if name in SOURCES or is_dependency(name):
                return value.call
    return None


def _constraints(declared: _Declared) -> Mapping[str, Value]:
    """Return what `Field(…)`, `annotated_types.Le(…)` or `conint(…)` demand of a parameter beside its marker."""
    found: dict[str, Value] = {}
    for value in (declared.annotation, *_metadata(declared.annotation), declared.default):
        call = value.call if isinstance(value, ExternalObject) else None
        if call is None:
            continue
        if call.name in CONSTRAINING:
            found.update(call.named)
        elif call.name in BOUNDS and (bound := call.argument(0, BOUNDS[call.name])) is not None:
            found[BOUNDS[call.name]] = bound
    return found


def _metadata(annotation: Value | None) -> Iterator[Value]:
    if isinstance(annotation, Generic) and annotation.base == External("typing.Annotated"):
        if annotation.arguments:
            yield from _metadata(annotation.arguments[0])
        yield from annotation.arguments[1:]


def _annotated_class(annotation: Value | None) -> Value | None:
    if isinstance(annotation, Generic) and annotation.arguments and annotation.base == External("typing.Annotated"):
        return _annotated_class(annotation.arguments[0])
    return annotation


def _default(declared: _Declared, marker: ExternalCall | None) -> Value | None:
    if marker is None or not isinstance(declared.default, ExternalObject) or declared.default.call is not marker:
        return declared.default
    default = marker.argument(0, "default")
    return None if default == External("Ellipsis") else default


def _request_name(name: str, source: str, options: Mapping[str, Value]) -> str:
    alias = options.get("validation_alias") or options.get("alias")
    if isinstance(alias, Known) and isinstance(alias.value, str):
        return alias.value
    convert = options.get("convert_underscores")
    if source == "header" and not (isinstance(convert, Known) and convert.value is False):
        return name.replace("_", "-")
    return name


def _source(name: str, type_: TypeRef | None, path_names: frozenset[str]) -> str:
    if name in path_names:
        return "path"
    if type_ is None:
        return "query"
    if any(inner.name in UPLOADS for inner in type_.walk()):
        return "file"
    return "body" if any(is_compound(option) for option in type_.options) else "query"


def is_compound(type_: TypeRef) -> bool:
    """Say whether FastAPI takes a parameter of this type from the body when nothing else is said."""
    if type_.name in COMPOUND:
        return type_.name != "typing.Any"
    return type_.cls is not None and (type_.cls.is_a(*MODELS) or _is_record(type_.cls))


def _is_record(cls: Class) -> bool:
    return cls.is_a("typing.TypedDict") or any(ancestor.is_dataclass for ancestor in cls.lineage)
