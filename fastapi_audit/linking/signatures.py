"""What FastAPI makes of a callable's signature: parameters of the request, and dependencies.

The rules are those of `fastapi.dependencies.utils.analyze_param`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi_audit.linking.declared import (
    SOURCES,
    Declared,
    declared_by,
    declared_by_view,
    metadata_of,
    view_class_of,
)
from fastapi_audit.linking.evaluation.combine import the_text
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.reading import is_dependency
from fastapi_audit.linking.evaluation.types import MODELS
from fastapi_audit.linking.library_signatures import library_parameters
from fastapi_audit.linking.taint.constraints import cleaned_by
from fastapi_audit.linking.typerefs import type_ref
from fastapi_audit.model.module import Class
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Parameter
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import (
    NONE,
    ClassValue,
    External,
    ExternalCall,
    ExternalObject,
    Generic,
    Known,
    Value,
)

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
    "annotated_types.Interval", "pydantic.StringConstraints", "pydantic.types.StringConstraints",
})  # fmt: skip
ALIASES = frozenset({"alias", "validation_alias", "serialization_alias"})  # those of a marker count only
BOUNDS = {f"annotated_types.{name}": name.lower() for name in ("Ge", "Gt", "Le", "Lt")}


@dataclass(frozen=True, slots=True)
class DependencyUse:
    """One `Depends` or `Security` found in a signature: what it names, and where. `is_view`: the class of a class-based
    view, which nobody names but whose instance its methods need. `variable` is the parameter that gets the result.
    """

    target: Value
    place: Place
    call: ExternalCall | None
    is_view: bool = False
    variable: str = ""


@dataclass(slots=True)
class Signature:
    """The parameters and dependencies of one callable, in the order of the source."""

    parameters: list[Parameter] = field(default_factory=list)
    dependencies: list[DependencyUse] = field(default_factory=list)


def read_signature(use: DependencyUse, path_names: frozenset[str], interpreter: Interpreter) -> Signature:
    """Return what FastAPI takes from the request, and what it calls first, for a handler or dependency."""
    signature = Signature(list(library_parameters(use.target, use.place)))
    if use.is_view and isinstance(use.target, ClassValue):
        declared = declared_by_view(use.target.cls, interpreter)
    else:
        declared = declared_by(use.target, interpreter)
    for one in declared:
        _add(one, path_names, signature)
    return signature


def read_endpoint(endpoint: Value, place: Place, path_names: frozenset[str], interpreter: Interpreter) -> Signature:
    """Return the signature of a handler; one that is a method of a class-based view depends on the class first."""
    signature = read_signature(DependencyUse(endpoint, place, None), path_names, interpreter)
    view = view_class_of(endpoint)
    if view is not None:
        signature.dependencies.insert(0, DependencyUse(ClassValue(view), place, None, is_view=True))
    return signature


def _add(declared: Declared, path_names: frozenset[str], signature: Signature) -> None:
    if declared.is_of_container:
        return
    type_ = type_ref(declared.annotation) if declared.annotation is not None else None
    marker = declared.marker
    if marker is not None and is_dependency(marker.name):
        target = marker.argument(0, "dependency")
        if target is None or (isinstance(target, Known) and target.value is None):
            target = _annotated_class(declared.annotation)
        if target is not None:
            signature.dependencies.append(DependencyUse(target, declared.place, marker, variable=declared.name))
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
            cleaned=cleaned_by(type_, options, tuple(metadata_of(declared.annotation))),
            is_said_required=_is_said_required(declared, marker),
        )
    )


def _constraints(declared: Declared) -> Mapping[str, Value]:
    """Return what `Field(…)`, `annotated_types.Le(…)` or `conint(…)` demand of a parameter beside its marker."""
    found: dict[str, Value] = {}
    for value in (declared.annotation, *metadata_of(declared.annotation), declared.default):
        call = value.call if isinstance(value, ExternalObject) else None
        if call is None:
            continue
        if call.name in CONSTRAINING:
            found.update((name, value) for name, value in call.named.items() if name not in ALIASES)
        elif call.name in BOUNDS and (bound := call.argument(0, BOUNDS[call.name])) is not None:
            found[BOUNDS[call.name]] = bound
    return found


def _annotated_class(annotation: Value | None) -> Value | None:
    if isinstance(annotation, Generic) and annotation.arguments and annotation.base == External("typing.Annotated"):
        return _annotated_class(annotation.arguments[0])
    return annotation


def _default(declared: Declared, marker: ExternalCall | None) -> Value | None:
    if marker is None or not isinstance(declared.default, ExternalObject) or declared.default.call is not marker:
        return declared.default
    default = marker.argument(0, "default")
    return None if default == External("Ellipsis") else default


def _is_said_required(declared: Declared, marker: ExternalCall | None) -> bool:
    given = marker.argument(0, "default") if marker is not None else None
    return External("Ellipsis") in (declared.default, given)


def _request_name(name: str, source: str, options: Mapping[str, Value]) -> str:
    alias = the_text(options.get("validation_alias") or options.get("alias") or NONE)
    if alias is not None:
        return alias
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
