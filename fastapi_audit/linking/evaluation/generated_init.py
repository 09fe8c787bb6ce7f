"""The `__init__` that dataclasses, attrs and Pydantic generate: arguments, then defaults, then the hook behind them."""

from __future__ import annotations

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.attributes import (
    SCHEMA,
    SETTINGS,
    bound_to,
    find_in_class,
    is_field,
    replaceable,
)
from fastapi_audit.linking.evaluation.combine import coming_from
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.invocation import invoke
from fastapi_audit.linking.evaluation.types import HTTP_EXCEPTIONS
from fastapi_audit.model.module import Class
from fastapi_audit.model.values import (
    External,
    ExternalCall,
    ExternalObject,
    FunctionValue,
    Instance,
    Origin,
    Unknown,
    Value,
)

EXCEPTIONS = ("Exception", "Error", "Warning")
_HOOKS = ("__post_init__", "__attrs_post_init__", "model_post_init")
_FACTORIES = ("attrs.Factory", "attr.Factory")


def initialise(instance: Instance, arguments: Arguments, node: syntax.Call, frame: Frame) -> None:
    """Set the fields of a new instance as its generated `__init__` does, and carry out the hook behind it."""
    cls = instance.cls
    if _is_exception(cls):
        instance.attributes.update(kept_by_base(instance, arguments))
        return
    given = {**dict(zip(_field_names(cls), arguments.positional, strict=False)), **arguments.named}
    instance.attributes.update({**_defaults(instance, given, node, frame), **given})
    for name in _HOOKS:
        hook = find_in_class(cls, name, frame.interpreter, scope=instance.scope)
        if isinstance(hook, FunctionValue):
            invoke(bound_to(hook, instance), Arguments(), frame)


def kept_by_base(made: Instance, arguments: Arguments) -> dict[str, Value]:
    """Return what the `__init__` of an external base keeps: named arguments, and an HTTP error's first one."""
    takes_status = arguments.positional and made.cls.is_a(*HTTP_EXCEPTIONS)
    return {**({"status_code": arguments.positional[0]} if takes_status else {}), **arguments.named}


def _is_exception(cls: Class) -> bool:
    """Say whether a class has the `__init__` of exceptions, which takes anything and sets no attribute of the class."""
    bases = [ancestor.rpartition(".")[2] for ancestor in cls.ancestors if isinstance(ancestor, str)]
    return any(base.endswith(EXCEPTIONS) for base in bases) and not any(one.is_dataclass for one in cls.lineage)


def _field_names(cls: Class) -> list[str]:
    """Return the names of the class attributes, the outermost ancestor's first."""
    return list(dict.fromkeys(name for ancestor in reversed(cls.lineage) for name in ancestor.attributes))


def _defaults(instance: Instance, given: dict[str, Value], node: syntax.Call, frame: Frame) -> dict[str, Value]:
    cls = instance.cls
    found: dict[str, Value] = {}
    for name in _field_names(cls):
        declared = find_in_class(cls, name, frame.interpreter, scope=instance.scope)
        default = _default(declared, node, frame) if declared is not None and name not in given else None
        if default is not None and cls.is_a(SCHEMA, *SETTINGS):  # the environment or a caller may say otherwise
            found[name] = coming_from(replaceable(default), Origin("field", name, cls))
        elif default is not None:
            found[name] = default
    return found


def _default(declared: Value, node: syntax.Call, frame: Frame) -> Value | None:
    """Return what a field holds when nothing is given for it; None when it must be given."""
    call = declared.call if isinstance(declared, ExternalObject) else None
    if call is None or not (is_field(declared) or call.name in _FACTORIES):
        return declared
    default = call.argument(0, "default")
    factory = _factory(call)
    if isinstance(default, ExternalObject) and default.call is not None and default.call.name in _FACTORIES:
        factory, default = _factory(default.call), None
    if factory is not None:
        return frame.interpreter.call(factory, Arguments(), node, frame)
    return None if isinstance(default, Unknown) or default == External("Ellipsis") else default


def _factory(call: ExternalCall) -> Value | None:
    if call.name in _FACTORIES:
        return call.argument(0, "factory")
    return call.argument(None, "default_factory", "factory")
