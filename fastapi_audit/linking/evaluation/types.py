"""From annotations to objects: what a parameter, a field or a result of that type is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastapi_audit.knowledge.tables import names, texts
from fastapi_audit.linking.evaluation.combine import MAX_ITEMS, combine, present
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.names import canonical
from fastapi_audit.model.module import Class, ClassAttribute
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    Collection,
    External,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    Item,
    Known,
    OneOf,
    Table,
    Unknown,
    Value,
)
from fastapi_audit.model.wiring import RouterObject

if TYPE_CHECKING:
    from fastapi_audit.linking.evaluation.interpreter import Interpreter

APPLICATION, ROUTER = "fastapi.FastAPI", "fastapi.APIRouter"
HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")
ANNOTATED = "typing.Annotated"
MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel")
ENUMS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum")
TYPE_VARIABLE = "typing.TypeVar"
CLASSES = ("type", "typing.Type")
UNIONS = ("typing.Union", "typing.Optional")
TRANSPARENT = ("typing.Final", "typing.ClassVar", "typing.Required", "typing.NotRequired", "sqlalchemy.orm.Mapped")
YIELDING = (
    "typing.AsyncGenerator", "typing.Generator", "typing.AsyncIterator", "typing.Iterator", "typing.AsyncIterable",
    "typing.Iterable", "typing.Awaitable", "typing.Coroutine", "contextlib.AbstractAsyncContextManager",
    "contextlib.AbstractContextManager", "typing.AsyncContextManager", "typing.ContextManager",
)  # fmt: skip
SEQUENCES = (
    "list", "set", "tuple", "frozenset", "typing.List", "typing.Set", "typing.Tuple", "typing.Sequence",
    "typing.Iterable", "typing.Collection",
)  # fmt: skip


def object_of(annotation: Value, interpreter: Interpreter) -> Value:
    """Return an object of an annotated type; `Annotated` metadata is left out, a union gives several."""
    if isinstance(annotation, ClassValue):
        return interpreter.typical_instance(annotation.cls)
    if isinstance(annotation, External):
        return Unknown("may be anything") if annotation.name == "typing.Any" else ExternalObject(annotation.name)
    if isinstance(annotation, OneOf):
        return combine(object_of(option, interpreter) for option in annotation.options)
    if isinstance(annotation, Generic):
        return _object_of_generic(annotation, interpreter)
    if isinstance(annotation, Known) and annotation.value is None:
        return annotation
    if isinstance(annotation, ExternalObject) and annotation.type == TYPE_VARIABLE and annotation.call is not None:
        bound = annotation.call.argument(None, "bound")
        return object_of(bound, interpreter) if bound is not None else Unknown("it may be of any type")
    return Unknown("its type is not known")


def _object_of_generic(annotation: Generic, interpreter: Interpreter) -> Value:
    base = annotation.base
    if not isinstance(base, External):
        return object_of(base, interpreter)
    if base.name == ANNOTATED or base.name in TRANSPARENT or base.name in names("injection", "types"):
        return object_of(annotation.arguments[0], interpreter)
    if base.name in UNIONS:
        options = [object_of(option, interpreter) for option in annotation.arguments]
        return combine([*options, Known(None)] if base.name == UNIONS[1] else options)
    if base.name in CLASSES and isinstance(annotation.arguments[0], ClassValue):
        return annotation.arguments[0]
    return ExternalObject(base.name, arguments=annotation.arguments)


def yielded_type(annotation: Value) -> Value:
    """Return what a generator, iterator or coroutine of this annotated type yields, if it says so; other types as they
    are.
    """
    if isinstance(annotation, Generic) and isinstance(annotation.base, External) and annotation.base.name in YIELDING:
        position = 2 if annotation.base.name == "typing.Coroutine" else 0
        return annotation.arguments[min(position, len(annotation.arguments) - 1)]
    if isinstance(annotation, External) and annotation.name in YIELDING:
        return External("typing.Any")
    return annotation


def element_type(source: Value) -> Value:
    """Return what iterating over a value gives, when its items are not known one by one."""
    if isinstance(source, Collection) and source.items:
        return combine(source.items, MAX_ITEMS)
    return Unknown("an item of an unknown collection", derived=Item(source))


def element_object(source: Value, interpreter: Interpreter) -> Value:
    """Return an item of a collection: of one whose items are known, or by its type's argument."""
    if isinstance(source, OneOf) and len(present(source)) == 1:
        source = present(source)[0]
    if isinstance(source, ExternalObject) and source.type in SEQUENCES and source.arguments:
        item = object_of(source.arguments[0], interpreter)
        return replace(item, derived=Item(source)) if isinstance(item, (ExternalObject, Unknown)) else item
    if isinstance(source, ExternalObject) and source.call is not None and source.call.name in ("range", "enumerate"):
        number = ExternalObject("int")
        if source.call.name == "range" or not source.call.positional:
            return number
        return Collection("tuple", [number, element_object(source.call.positional[0], interpreter)])
    return element_type(source)


def declared_attribute(cls: Class, name: str, interpreter: Interpreter) -> Value | None:
    """Return an object of the type that a class body declares for an attribute."""
    for ancestor in cls.lineage:
        attribute = ancestor.attributes.get(name)
        if attribute is not None and attribute.annotation is not None:
            return object_of(attribute_annotation(ancestor, attribute, interpreter), interpreter)
    return None


def attribute_annotation(cls: Class, attribute: ClassAttribute, interpreter: Interpreter) -> Value:
    """Evaluate the annotation of a class attribute in the scope of its class."""
    if attribute.annotation is None:
        return Unknown("it has no annotation")
    frame = Frame(interpreter, cls.module, interpreter.class_scopes[cls], wires=False, cls=cls)
    return interpreter.evaluate(attribute.annotation, frame)


def type_name(value: Value) -> str | None:
    """Return the dotted name of a value's type: of a library's, or of the project's as `module.Class`.

    What a library's function returned, of a type not known, is named by the call: `package.function()`.
    """
    if isinstance(value, ExternalObject):
        return value.type or (f"{value.call.name}()" if value.call is not None else None)
    if isinstance(value, Instance):
        return str(value.cls)
    if isinstance(value, RouterObject):
        return APPLICATION if value.is_application else ROUTER
    if isinstance(value, Known):
        return type(value.value).__name__
    if isinstance(value, Collection):
        return "list" if value.kind == "generator" else value.kind
    if isinstance(value, Table):
        return "dict"
    if isinstance(value, BoundExternal):
        return dotted_name(value)
    return None


def is_application(value: Value) -> bool:
    """Say whether a value is an application of FastAPI: one that was seen to be made, or of that type."""
    if isinstance(value, ExternalObject):
        return value.type == APPLICATION
    return isinstance(value, RouterObject) and value.is_application


def dotted_name(value: Value) -> str | None:
    """Return the name of what is called: `sqlalchemy.orm.Session.execute`, `app.services.create`; None if unknown."""
    if isinstance(value, External):
        return value.name
    if isinstance(value, FunctionValue):
        return str(value.original.function)
    if isinstance(value, ClassValue):
        return str(value.cls)
    if isinstance(value, Generic):
        return dotted_name(value.base)
    if isinstance(value, BoundExternal):
        owner = _owner_name(value.owner)
        return canonical(f"{owner}.{value.name}") if owner else None
    if isinstance(value, (ExternalObject, Instance)):
        name = type_name(value)
        return f"{name}()" if name else None
    if isinstance(value, OneOf):
        found = {dotted_name(option) for option in present(value)}
        return found.pop() if len(found) == 1 else None
    return None


def decorator_name(decoration: Value) -> str | None:
    """Return the name of a decorator, or of what made it."""
    made_by = decoration.call if isinstance(decoration, ExternalObject) else None
    return made_by.name if made_by is not None else dotted_name(decoration)


def _owner_name(owner: Value) -> str | None:
    """Return the class that a method comes from: the first external ancestor of a project class."""
    if isinstance(owner, Instance):
        return next((base for base in owner.cls.ancestors if isinstance(base, str)), str(owner.cls))
    if isinstance(owner, ClassValue):
        return next((base for base in owner.cls.ancestors if isinstance(base, str)), str(owner.cls))
    return type_name(owner)


def returned_object(callee: str, call_value: ExternalObject) -> ExternalObject:
    """Return what an external callable gives: by the knowledge tables, or an instance if its name is a class's."""
    returns = texts("types", "returns")
    if callee in returns:
        return ExternalObject(returns[callee], call_value.call)
    owner, _, last = callee.rpartition(".")
    ends = texts("types", "fluent").get(owner)
    if ends is not None and last not in ends.split():
        return ExternalObject(owner, call_value.call)
    is_class = last[:1].isupper() or last.lstrip("_")[:1].isupper()
    return ExternalObject(callee if is_class else None, call_value.call)
