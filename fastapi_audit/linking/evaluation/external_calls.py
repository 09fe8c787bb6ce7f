"""Calls of the standard library and of installed packages: the few whose result the wiring depends on, and the rest."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.attributes import get_attribute
from fastapi_audit.linking.evaluation.combine import combine
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.registration import note_opaque_use, register_called, wrapped_application
from fastapi_audit.linking.evaluation.types import object_of, returned_object
from fastapi_audit.linking.names import canonical
from fastapi_audit.model.values import (
    NONE,
    ClassValue,
    Collection,
    ExternalCall,
    ExternalObject,
    FunctionValue,
    Instance,
    Known,
    ModuleValue,
    Origin,
    PartialValue,
    SuperValue,
    Table,
    Template,
    Unknown,
    Value,
)
from fastapi_audit.model.values import External as Name
from fastapi_audit.model.wiring import RouterObject

DECORATORS = frozenset({
    "staticmethod", "classmethod", "property", "functools.cached_property", "functools.lru_cache", "functools.cache",
    "contextlib.contextmanager", "contextlib.asynccontextmanager", "typing.no_type_check", "typing.overload",
    "typing.override", "typing_extensions.override", "abc.abstractmethod", "pydantic.computed_field",
    "typing.final",
})  # fmt: skip


def call_external(
    name: str, arguments: Arguments, node: syntax.Call, frame: Frame, owner: Value | None = None
) -> Value:
    """Return the result of calling something that is not of the project; `owner` is the object of a method."""
    special = _SPECIAL.get(name)
    result = special(arguments, node, frame) if special else None
    if result is None and name in DECORATORS:
        result = _decorate(name, arguments)
    if result is None:
        result = register_called(name, arguments, frame.module.at(node), frame)
    if result is not None:
        return result
    note_opaque_use(name, arguments, node, frame)
    wrapped = wrapped_application(name, arguments, frame)
    if wrapped is not None:
        return wrapped
    record = ExternalCall(
        name,
        tuple(arguments.positional),
        dict(arguments.named),
        frame.module.at(node),
        node,
        arguments.is_open,
        owner,
    )
    return returned_object(canonical(name), ExternalObject(None, record))


def _decorate(name: str, arguments: Arguments) -> Value | None:
    function = arguments.get(0, "func")
    if isinstance(function, FunctionValue):
        return decorated(function, Name(name))
    return None


def decorated(function: FunctionValue, decoration: Value) -> FunctionValue:
    """Return a function that carries one more decoration."""
    return replace(function, decorations=(*function.decorations, decoration))


def _partial(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    if not arguments.positional:
        return None
    return PartialValue(arguments.positional[0], tuple(arguments.positional[1:]), dict(arguments.named))


def _wraps(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    wrapped = arguments.get(0, "wrapped")
    return None if wrapped is None else PartialValue(Name("functools.update_wrapper"), (), {"wrapped": wrapped})


def _update_wrapper(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    wrapper, wrapped = arguments.get(0, "wrapper"), arguments.get(1, "wrapped")
    if not isinstance(wrapper, FunctionValue):
        return wrapper
    inner = wrapped if isinstance(wrapped, FunctionValue) else None
    return replace(wrapper, wraps=inner)


def _with_signature(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    """`makefun.with_signature(signature)`, a decorator: the function gets another signature."""
    signature = arguments.get(0, "func_signature")
    return None if signature is None else PartialValue(Name(RESIGN), (), {"signature": signature})


def _resign(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    function = arguments.get(0, "func")
    return replace(function, signature=arguments.named["signature"]) if isinstance(function, FunctionValue) else None


def _super(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    scope = frame.scope
    if frame.cls is None or frame.function is None:
        return None
    params = frame.function.function.node.params
    instance = scope.lookup(params[0].name) if params else None
    return SuperValue(frame.cls, instance) if instance is not None else None


def _getattr(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    owner, name = arguments.get(0, "object"), arguments.get(1, "name")
    if owner is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return Unknown("an attribute by a computed name")
    return get_attribute(owner, name.value, node, frame)


def _setattr(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    owner, name, value = (arguments.get(position, "") for position in range(3))
    if isinstance(owner, (Instance, RouterObject)) and isinstance(name, Known) and value is not None:
        owner.attributes[str(name.value)] = value
    return NONE


def _cast(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    type_ = arguments.get(0, "typ")
    typed = object_of(type_, frame.interpreter) if type_ is not None else Unknown("a cast")
    return arguments.get(1, "val") if isinstance(typed, Unknown) else typed


def _new_type(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    return arguments.get(1, "tp")


def _collection(kind: str) -> Callable[[Arguments, syntax.Call, Frame], Value | None]:
    def make(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
        if not arguments.positional:
            return Collection(kind, [])
        items = iterate(arguments.positional[0])
        return Collection(kind, items) if items is not None else None

    return make


def _dict(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    base = arguments.positional[0] if arguments.positional else Table([])
    if isinstance(base, ExternalObject) and base.type == "dict":
        base = Table([], is_open=True)
    if not isinstance(base, Table):
        return None
    named: list[tuple[Value, Value]] = [(Known(name), value) for name, value in arguments.named.items()]
    return Table([*base.items, *named], base.is_open or arguments.is_open)


def _environment(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    name, default = arguments.get(0, "key"), arguments.get(1, "default")
    if isinstance(default, Known):
        return Known(default.value, is_default=True)
    if isinstance(default, Instance):
        return replace(default, is_default=True)
    variable = str(name.value) if isinstance(name, Known) else "?"
    read = ExternalObject("str", origin=Origin("environment", variable))
    return combine((read, default if default is not None else NONE))


def _str(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    value = arguments.get(0, "object")
    if isinstance(value, Known) and not isinstance(value.value, bytes):
        return Known(str(value.value), value.is_default)
    if isinstance(value, Template) or value is None:
        return value
    return ExternalObject("str", arguments=(value,))


def _number(kind: type[int] | type[float]) -> Callable[[Arguments, syntax.Call, Frame], Value | None]:
    def make(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
        value = arguments.get(0, "x")
        if not isinstance(value, Known) or not isinstance(value.value, (int, float, str)):
            return ExternalObject(kind.__name__, arguments=() if value is None else (value,))
        try:
            return Known(kind(value.value), value.is_default)
        except (ValueError, OverflowError):
            return ExternalObject(kind.__name__)

    return make


def _import_module(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    name = arguments.get(0, "name")
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Unknown("a module by a computed name")
    module = frame.interpreter.index.find(name.value.lstrip("."))
    if module is None:
        return Name(name.value)
    frame.interpreter.module_scope(module)
    return ModuleValue(module)


def _type(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    owner = arguments.get(0, "object")
    return ClassValue(owner.cls) if isinstance(owner, Instance) else None


def _vars(arguments: Arguments, node: syntax.Call, frame: Frame) -> Value | None:
    return Unknown("the names of an object")


RESIGN = "fastapi-audit.with-signature"  # the name under which that decorator is passed around

_SPECIAL: dict[str, Callable[[Arguments, syntax.Call, Frame], Value | None]] = {
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "functools.update_wrapper": _update_wrapper,
    "makefun.with_signature": _with_signature,
    RESIGN: _resign,
    "super": _super,
    "getattr": _getattr,
    "setattr": _setattr,
    "typing.cast": _cast,
    "typing.NewType": _new_type,
    "typing_extensions.NewType": _new_type,
    "list": _collection("list"),
    "tuple": _collection("tuple"),
    "set": _collection("set"),
    "frozenset": _collection("frozenset"),
    "sorted": _collection("list"),
    "reversed": _collection("list"),
    "dict": _dict,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "starlette.config.Config()": _environment,
    "decouple.config": _environment,
    "str": _str,
    "int": _number(int),
    "float": _number(float),
    "importlib.import_module": _import_module,
    "type": _type,
    "vars": _vars,
    "globals": _vars,
    "locals": _vars,
}
