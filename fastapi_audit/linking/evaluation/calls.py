"""Calls: what `callee(arguments)` gives, by what is called."""

from __future__ import annotations

from msgspec.structs import replace

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.attributes import bound_to, find_in_class
from fastapi_audit.linking.evaluation.combine import coming_from
from fastapi_audit.linking.evaluation.construction import construct, construct_router, library_router
from fastapi_audit.linking.evaluation.external_calls import call_external
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.generated_init import kept_by_base
from fastapi_audit.linking.evaluation.invocation import invoke, invoke_lambda
from fastapi_audit.linking.evaluation.methods import call_method
from fastapi_audit.linking.evaluation.registration import call_router_method, note_opaque_use, register_decorated
from fastapi_audit.linking.evaluation.types import APPLICATION, MODELS, ROUTER, dotted_name
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    External,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    LambdaValue,
    PartialValue,
    RouteDecorator,
    Unknown,
    Value,
)
from fastapi_audit.model.wiring import RouterObject

_DUMPS = frozenset(f"{base}.{name}" for base in MODELS for name in ("model_dump", "model_dump_json", "dict", "json"))
_MAKERS = frozenset(
    f"{base}.{name}"
    for base in MODELS
    for name in ("from_orm", "model_construct", "model_validate", "model_validate_json", "parse_obj", "parse_raw")
)


def call(callee: Value, arguments: Arguments, node: syntax.Call, frame: Frame) -> Value:
    """Return the result of a call. Whatever is unknown gives `Unknown`; routers passed to it may have been changed."""
    if isinstance(callee, External) and callee.name in (APPLICATION, ROUTER):
        return construct_router(callee.name == APPLICATION, None, arguments, node, frame)
    if isinstance(callee, External):
        made = library_router(callee.name, arguments, node, frame)
        return made if made is not None else call_external(callee.name, arguments, node, frame)
    if isinstance(callee, FunctionValue):
        return invoke(callee, arguments, frame)
    if isinstance(callee, ClassValue):
        return construct(callee, arguments, node, frame)
    if isinstance(callee, RouteDecorator):
        return register_decorated(callee, arguments, frame)
    if isinstance(callee, BoundExternal):
        return _call_bound(callee, arguments, node, frame)
    if isinstance(callee, LambdaValue):
        return invoke_lambda(callee, arguments, frame)
    if isinstance(callee, PartialValue):
        merged = Arguments(
            [*callee.positional, *arguments.positional], {**callee.named, **arguments.named}, arguments.is_open
        )
        return call(callee.function, merged, node, frame)
    if isinstance(callee, Generic):
        return call(callee.base, arguments, node, frame)
    if isinstance(callee, Instance):
        return _call_instance(callee, arguments, node, frame)
    note_opaque_use(dotted_name(callee) or "an unknown function", arguments, node, frame)
    name = dotted_name(callee)
    if isinstance(callee, ExternalObject) and name is not None:
        return call_external(name, arguments, node, frame)
    return callee if isinstance(callee, Unknown) else Unknown("the result of an unknown call")


def _call_bound(callee: BoundExternal, arguments: Arguments, node: syntax.Call, frame: Frame) -> Value:
    if isinstance(callee.owner, RouterObject):
        return call_router_method(callee.owner, callee.name, arguments, node, frame)
    if isinstance(callee.owner, Instance) and callee.name == "__init__":
        callee.owner.attributes.update(kept_by_base(callee.owner, arguments))
    result = call_method(callee.owner, callee.name, arguments)
    if result is not None:
        return result
    name = dotted_name(callee)
    if name is None:
        note_opaque_use(callee.name, arguments, node, frame)
        return Unknown(f"what {callee.name} returns is not known")
    made = library_router(name, arguments, node, frame)
    if made is not None:
        return made
    result = call_external(name, arguments, node, frame, callee.owner)
    if name in _MAKERS and isinstance(callee.owner, ClassValue):
        return frame.interpreter.typical_instance(callee.owner.cls)
    if name in _DUMPS and isinstance(callee.owner, Instance) and isinstance(result, ExternalObject):
        return replace(result, arguments=(callee.owner,))
    is_text = name.startswith(("pydantic.Secret", "str."))
    if is_text and isinstance(callee.owner, ExternalObject) and callee.owner.origin is not None:
        return coming_from(result, callee.owner.origin)
    return result


def _call_instance(instance: Instance, arguments: Arguments, node: syntax.Call, frame: Frame) -> Value:
    method = find_in_class(instance.cls, "__call__", frame.interpreter, scope=instance.scope)
    if isinstance(method, FunctionValue):
        return invoke(bound_to(method, instance), arguments, frame)
    name = dotted_name(instance)
    return call_external(name, arguments, node, frame) if name else Unknown("the object cannot be called")
