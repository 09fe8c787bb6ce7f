"""Attribute access: what `owner.name` stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import table
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import combine, coming_from
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.imports import resolved
from fastapi_audit.linking.evaluation.invocation import invoke
from fastapi_audit.linking.evaluation.types import ENUMS
from fastapi_audit.linking.names import canonical
from fastapi_audit.model.module import Class, Module
from fastapi_audit.model.values import (
    NONE,
    BoundExternal,
    ClassValue,
    Collection,
    External,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    Known,
    ModuleValue,
    NamespaceValue,
    Origin,
    Pending,
    Scope,
    Unknown,
    Value,
)
from fastapi_audit.model.values import SuperValue as Super
from fastapi_audit.model.wiring import RouterObject

if TYPE_CHECKING:
    from fastapi_audit.linking.evaluation.interpreter import Interpreter

SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
SECRETS = ("pydantic.SecretStr", "pydantic.SecretBytes")
PROPERTIES = ("property", "functools.cached_property", "pydantic.computed_field")
_LISTS = ("tags", "dependencies")  # attributes of a router that are lists, whatever its constructor was given
FIELDS = (
    "attrs.field",
    "attr.field",
    "attr.ib",
    "attr.attrib",
    "dataclasses.field",
    "pydantic.Field",
    "sqlmodel.Field",
)
SCHEMA = "pydantic.BaseModel"  # what a field of it holds comes from outside: its default says little


def get_attribute(owner: Value, name: str, node: syntax.Node, frame: Frame) -> Value:
    """Return an attribute of a value."""
    if isinstance(owner, External):
        return External(canonical(f"{owner.name}.{name}"))
    if isinstance(owner, ModuleValue):
        return module_attribute(owner.module, name, node, frame)
    if isinstance(owner, NamespaceValue):
        return _member(f"{owner.name}.{name}", node, frame)
    if isinstance(owner, Instance):
        return instance_attribute(owner, name, frame)
    if isinstance(owner, RouterObject):
        return _router_attribute(owner, name, frame)
    if isinstance(owner, ClassValue):
        return class_attribute(owner, name, frame)
    if isinstance(owner, Super):
        return _super_attribute(owner, name, frame)
    if isinstance(owner, Generic):
        return get_attribute(owner.base, name, node, frame)
    if isinstance(owner, Unknown):
        return owner
    if isinstance(owner, FunctionValue) and name == "__name__":
        return Known(owner.function.name)
    return BoundExternal(owner, name)


def module_attribute(module: Module, name: str, node: syntax.Node, frame: Frame) -> Value:
    """Return a name of a module: one it defines or imports, or a module below it."""
    scope = frame.interpreter.module_scope(module)
    found = scope.names.get(name)
    if isinstance(found, Pending):
        return resolved(found, node, frame)
    if found is not None:
        return found
    return _member(f"{module.name}.{name}", node, frame)


def _member(dotted: str, node: syntax.Node, frame: Frame) -> Value:
    index = frame.interpreter.index
    module = index.find(dotted)
    if module is not None:
        frame.interpreter.module_scope(module)
        return ModuleValue(module)
    if index.is_namespace(dotted):
        return NamespaceValue(dotted)
    return frame.interpreter.unknown(dotted, frame.module, node, f"{dotted} is not in the project")


def instance_attribute(instance: Instance, name: str, frame: Frame) -> Value:
    """Return an attribute of an object of a project class: set on it, by its class, or by `__init__`."""
    if name in instance.attributes:
        return _as_of_now(instance.attributes[name], frame)
    found = find_in_class(instance.cls, name, frame.interpreter, scope=instance.scope)
    if isinstance(found, FunctionValue):
        return _bind_method(found, instance, frame)
    declared = frame.interpreter.declared_attribute(instance.cls, name)
    origin = Origin("field", name, instance.cls)
    if found is not None and instance.cls.is_a(*SETTINGS):
        return coming_from(replaceable(found), origin)
    if found is not None and (declared is None or not (instance.cls.is_a(SCHEMA) or is_field(found))):
        return combine((found, *_overrides(instance, name, frame)))
    if declared is not None:
        return coming_from(declared, origin)
    typical = frame.interpreter.typical_instance(instance.cls)
    if name in typical.attributes:
        return typical.attributes[name]
    computed = _computed_attribute(instance, name, frame)
    if computed is not None:
        return computed
    external = next((base for base in instance.cls.ancestors if isinstance(base, str)), None)
    if external is not None:
        return BoundExternal(instance, name)
    return Unknown(f"{instance.cls.name} has no known attribute {name}")


def _overrides(instance: Instance, name: str, frame: Frame) -> Iterator[Value]:
    """Yield what derived classes bind to a name: an object that is known by its class alone may be one of theirs."""
    if frame.wires or frame.interpreter.instances.get(instance.cls) is not instance:
        return
    for heir in frame.interpreter.heirs(instance.cls):
        scope = frame.interpreter.class_scopes.get(heir)
        if scope is not None and name in scope.names:
            yield scope.names[name]


def _as_of_now(value: Value, frame: Frame) -> Value:
    """Return what an attribute was set to; where functions are only read, another one may have changed a constant."""
    return Known(value.value, is_default=True) if isinstance(value, Known) and not frame.wires else value


def _computed_attribute(instance: Instance, name: str, frame: Frame) -> Value | None:
    """Return what `__getattr__` gives for a name, carried out even where functions are only read: it hangs on the name.

    None where the class has none, where it asks for another one itself, or where nothing can be said.
    """
    method = find_in_class(instance.cls, "__getattr__", frame.interpreter, scope=instance.scope)
    if not isinstance(method, FunctionValue) or frame.owner is method.function:
        return None
    result = invoke(bound_to(method, instance), Arguments([Known(name)]), replace(frame, wires=True))
    return None if isinstance(result, Unknown) else result


def class_attribute(owner: ClassValue, name: str, frame: Frame) -> Value:
    """Return an attribute of a class itself; of an enumeration, the member."""
    cls = owner.cls
    found = find_in_class(cls, name, frame.interpreter, scope=owner.scope)
    if isinstance(found, FunctionValue):
        return _bind_class_method(found, cls)
    if found is not None and cls.is_a(*ENUMS):
        return Instance(cls, {"value": found, "name": Known(name)}, cls.place)
    if found is not None:
        return found
    if name == "__name__":
        return Known(cls.name)
    if any(isinstance(base, str) for base in cls.ancestors):
        return BoundExternal(owner, name)
    return Unknown(f"{cls.name} has no known attribute {name}")


def find_in_class(
    cls: Class, name: str, interpreter: Interpreter, after: Class | None = None, scope: Scope | None = None
) -> Value | None:
    """Return a name of a class body, own or inherited; `after` starts the search behind that class.

    `scope` is what the class's own body bound, where that is known better than by its last execution.
    """
    lineage = cls.lineage
    start = lineage.index(after) + 1 if after in lineage and after is not None else 0
    for ancestor in lineage[start:]:
        names = scope if scope is not None and ancestor is cls else interpreter.class_scopes.get(ancestor)
        if names is not None and name in names.names:
            return names.names[name]
    return None


def is_field(value: Value) -> bool:
    """Say whether a class attribute describes a field (`dataclasses.field(…)` and its kin): it is not its value."""
    return isinstance(value, ExternalObject) and value.call is not None and value.call.name in FIELDS


def replaceable(value: Value) -> Value:
    """Return the default of a settings field: the environment may say otherwise."""
    if isinstance(value, Known):
        return Known(value.value, is_default=True)
    if isinstance(value, Instance):
        return replace(value, is_default=True)
    if isinstance(value, Collection):
        return Collection(value.kind, [replaceable(item) for item in value.items], value.is_open)
    call = value.call if isinstance(value, ExternalObject) else None
    if call is not None and call.name == "pydantic.Field":
        default = call.argument(0, "default")
        return replaceable(default) if default is not None else Unknown("a setting without a default")
    if call is not None and call.name in SECRETS and call.positional:
        return replaceable(call.positional[0])
    return value


def _bind_method(method: FunctionValue, instance: Value, frame: Frame) -> Value:
    kinds = {value.name for value in method.decorations if isinstance(value, External)}
    if "staticmethod" in kinds:
        return method
    bound = bound_to(method, instance)
    if not kinds.isdisjoint(PROPERTIES):
        return invoke(bound, Arguments(), frame)
    return bound


def _bind_class_method(method: FunctionValue, cls: Class) -> Value:
    if External("classmethod") in method.decorations:
        return bound_to(method, ClassValue(cls))
    return method


def bound_to(method: FunctionValue, owner: Value) -> FunctionValue:
    """Return a method taken from an object."""
    return replace(method, bound=owner)


def _router_attribute(router: RouterObject, name: str, frame: Frame) -> Value:
    if name in router.attributes:
        return router.attributes[name]
    if router.cls is not None:
        found = find_in_class(router.cls, name, frame.interpreter)
        if isinstance(found, FunctionValue):
            return _bind_method(found, router, frame)
        if found is not None:
            return found
    if name == "router" and router.is_application:
        return router
    default = table("wiring")["attributes"].get(name)
    if name in _LISTS and isinstance(router.arguments.get(name, NONE), Known):
        router.arguments = {**router.arguments, name: Collection("list", [])}
    if name in router.arguments:
        return router.arguments[name]
    if isinstance(default, str):
        return Known(default)
    return BoundExternal(router, name)


def _super_attribute(owner: Super, name: str, frame: Frame) -> Value:
    cls = owner.instance.cls if isinstance(owner.instance, (Instance, RouterObject)) else owner.cls
    found = find_in_class(cls or owner.cls, name, frame.interpreter, after=owner.cls)
    if isinstance(found, FunctionValue):
        return _bind_method(found, owner.instance, frame)
    return found if found is not None else BoundExternal(owner.instance, name)
