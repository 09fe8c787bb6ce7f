"""What an expression may stand for, as far as it can be told without running anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

import msgspec

from fastapi_audit.facts import syntax
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place

if TYPE_CHECKING:
    from fastapi_audit.model.wiring import RouterObject


class Origin(msgspec.Struct, frozen=True):
    """Where a value that is not computed came in: a "parameter" of a function, a "field" of a class, an "exception"
    that was caught, or the "environment"; the last two have no owner.
    """

    kind: str
    name: str
    owner: Function | Class | None = None


class Item(msgspec.Struct, frozen=True, eq=False):
    """What was taken out of a value: `owner[key]`, or any item of it when the key is None."""

    owner: Value
    key: Value | None = None


class Given(msgspec.Struct, frozen=True, eq=False):
    """What a call of a project function gave, with the arguments of that call."""

    function: FunctionValue
    positional: tuple[Value, ...]
    named: Mapping[str, Value]


class Unknown(msgspec.Struct, frozen=True, eq=False):
    """Nothing can be said, and why. `derived` is what it comes from, where that is seen; it makes no difference."""

    reason: str
    origin: Origin | None = None
    derived: Item | Given | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and (self.reason, self.origin) == (other.reason, other.origin)

    def __hash__(self) -> int:
        return hash((self.reason, self.origin))


class Pending(msgspec.Struct, frozen=True):
    """A name imported from a module that is not finished yet, or for type checkers only: looked up when it is used."""

    module: Module
    name: str


class Known(msgspec.Struct, frozen=True, gc=False):
    """A constant. `is_default`: the environment or a caller may replace it (a settings default, say)."""

    value: bool | int | float | str | bytes | None
    is_default: bool = False


class Template(msgspec.Struct, frozen=True):
    """A text of which only some parts are known: strings, and values for the rest."""

    parts: tuple[str | Value, ...]
    is_default: bool = False


class Collection(msgspec.Struct, eq=False):
    """A list, tuple or set. `is_open`: there may be more items than are known."""

    kind: str
    items: list[Value]
    is_open: bool = False


class Table(msgspec.Struct, eq=False):
    """A dict: keys with values, in order. `is_open`: there may be more."""

    items: list[tuple[Value, Value]]
    is_open: bool = False

    def get(self, key: object) -> Value | None:
        """Return the value under a constant key, the last one given."""
        found = None
        for name, value in self.items:
            if isinstance(name, Known) and name.value == key:
                found = value
        return found


class External(msgspec.Struct, frozen=True, gc=False):
    """Something of the standard library or an installed package, by its dotted name; builtins have no dot."""

    name: str


class ExternalObject(msgspec.Struct, frozen=True, eq=False):
    """An object of external make: what it is an instance of (None if that is not known), and the call that made it.

    `arguments` are those of a generic type; of a text, path or time, its parts; of plain data that a
    model was dumped to, the model. `derived` is what it was taken out of, or the project function that gave it.
    """

    type: str | None
    call: ExternalCall | None = None
    arguments: tuple[Value, ...] = ()
    origin: Origin | None = None
    derived: Item | Given | None = None


class ExternalCall(msgspec.Struct, frozen=True, eq=False):
    """A call of something external, with its evaluated arguments. `is_open`: `*` or `**` may have passed more; `owner`
    is the object whose method it is.
    """

    name: str
    positional: tuple[Value, ...]
    named: Mapping[str, Value]
    place: Place
    node: syntax.Call
    is_open: bool = False
    owner: Value | None = None

    def argument(self, position: int | None, *names: str) -> Value | None:
        """Return an argument by position (counted from 0; None if it has none) or by one of its names."""
        for name in names:
            if name in self.named:
                return self.named[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None


class ModuleValue(msgspec.Struct, frozen=True):
    module: Module


class NamespaceValue(msgspec.Struct, frozen=True, gc=False):
    """A package directory without `__init__.py`."""

    name: str


class FunctionValue(msgspec.Struct, frozen=True, eq=False):
    """A function of the project with what it closes over.

    `defaults` and `annotations` are by parameter, as they were when it was defined ("return" for the result). `bound`
    is the object that a method was taken from, `wraps` the function that a wrapper stands for (`functools.wraps`),
    `decorations` what was applied to it and left it as it is, `signature` the `inspect.Signature` in place of its own.
    """

    function: Function
    scope: Scope
    defaults: Mapping[str, Value] = msgspec.field(default_factory=dict)
    annotations: Mapping[str, Value] = msgspec.field(default_factory=dict)
    bound: Value | None = None
    wraps: FunctionValue | None = None
    decorations: tuple[Value, ...] = ()
    signature: Value | None = None

    @property
    def chain(self) -> tuple[FunctionValue, ...]:
        """This function, then what it wraps, the innermost last."""
        return (self,) if self.wraps is None else (self, *self.wraps.chain)

    @property
    def original(self) -> FunctionValue:
        """The innermost function that this one wraps, or itself."""
        return self.chain[-1]


class RouteDecorator(msgspec.Struct, frozen=True, eq=False):
    """What `router.get("/x")` returns: called with a handler, it registers a route, of FastAPI's or of Starlette's."""

    router: RouterObject
    kind: str
    methods: tuple[str, ...]
    path: Value
    arguments: Mapping[str, Value]
    place: Place
    is_operation: bool = True


class LambdaValue(msgspec.Struct, frozen=True, eq=False):
    """A lambda; `name` is that of its module, then as Python calls it: `app.deps:Loader.<lambda>`."""

    node: syntax.Lambda
    scope: Scope
    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the project; `scope` is what its body bound when it was carried out, which may be more than once."""

    cls: Class
    scope: Scope | None = field(default=None, compare=False)


class Instance(msgspec.Struct, eq=False):
    """An instance of a class of the project; `attributes` are those that are known, `scope` as of its `ClassValue`.

    `is_default`: the environment may replace it by another (a member of an enumeration, say).
    """

    cls: Class
    attributes: dict[str, Value] = msgspec.field(default_factory=dict)
    place: Place | None = None
    scope: Scope | None = None
    is_default: bool = False


class SuperValue(msgspec.Struct, frozen=True):
    """`super()` inside a method: lookup starts behind `cls`."""

    cls: Class
    instance: Value


class PartialValue(msgspec.Struct, frozen=True, eq=False):
    """`functools.partial(function, …)`."""

    function: Value
    positional: tuple[Value, ...]
    named: Mapping[str, Value]


class BoundExternal(msgspec.Struct, frozen=True, eq=False):
    """A method of a known value that is not of the project: `router.get`, `"a".join`, `list.append`."""

    owner: Value
    name: str


class Generic(msgspec.Struct, frozen=True, eq=False):
    """A subscripted type: `list[User]`, `Annotated[User, …]`; `alias` is the name that an `Annotated` was given."""

    base: Value
    arguments: tuple[Value, ...]
    alias: str = ""


class OneOf(msgspec.Struct, frozen=True, eq=False):
    """Several possibilities: a union of types, or what different branches assigned."""

    options: tuple[Value, ...]


Value = Union[
    Unknown, Pending, Known, Template, Collection, Table, External, ExternalObject, ModuleValue, NamespaceValue,
    FunctionValue, RouteDecorator, LambdaValue, ClassValue, Instance, SuperValue, PartialValue, BoundExternal,
    Generic, OneOf, "RouterObject",
]  # fmt: skip


class Scope(msgspec.Struct, eq=False):
    """Names of one scope, and the scope around it."""

    names: dict[str, Value]
    parent: Scope | None = None
    is_class: bool = False
    globals: set[str] = msgspec.field(default_factory=set)

    def lookup(self, name: str) -> Value | None:
        """Return what a name stands for here, the scopes around included; class bodies are not seen from inside."""
        if name in self.names:
            return self.names[name]
        scope = self.parent
        while scope is not None:
            if not scope.is_class and name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None


NONE = Known(None)


def may_be_true(value: Value | None) -> bool:
    """Say whether something is given that is not known to be false or empty."""
    return value is not None and not (isinstance(value, Known) and not value.value)


def is_given(value: Value | None) -> bool | None:
    """Say whether an argument is given that is not None; None when that cannot be told."""
    options = options_of(value) if value is not None else (NONE,)
    absent = [isinstance(option, Known) and option.value is None for option in options]
    if any(isinstance(option, Unknown) for option in options) or (any(absent) and not all(absent)):
        return None
    return not all(absent)


def options_of(value: Value) -> tuple[Value, ...]:
    """Return the possibilities that a value stands for; of one that is certain, itself."""
    return value.options if isinstance(value, OneOf) else (value,)


def values_inside(value: Value) -> Iterator[Value]:
    """Yield a value and all that its collections, dicts and possibilities hold, at every depth."""
    if not isinstance(value, (OneOf, Collection, Table)):
        yield value
        return
    pending: list[Value] = [value]
    seen: set[int] = set()
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, OneOf):
            pending += current.options
        elif isinstance(current, Collection):
            pending += current.items
        elif isinstance(current, Table):
            pending += [item for pair in current.items for item in pair]
