"""The parts that SQL text is put together from: which are written in the code, and which come in from outside."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from fastapi_audit.rule_api import (
    BoundExternal,
    Call,
    Class,
    ClassValue,
    Collection,
    External,
    ExternalObject,
    Function,
    Instance,
    Known,
    OneOf,
    Origin,
    Project,
    Template,
    Unknown,
    Value,
    syntax,
)

MAX_DEPTH = 4
ENUMS = ("enum.Enum", "enum.StrEnum", "enum.IntEnum")
SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")
REQUESTS = ("fastapi.Request", "fastapi.WebSocket", "starlette.requests.HTTPConnection")
HARMLESS_TYPES = frozenset({
    "None", "bool", "complex", "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta",
    "decimal.Decimal", "float", "int", "ipaddress.IPv4Address", "ipaddress.IPv6Address", "slice", "typing.Literal",
    "uuid.UUID", "zoneinfo.ZoneInfo",
})  # fmt: skip
HARMLESS_MAKERS = ("psycopg.sql.", "psycopg2.sql.", "sqlalchemy.", "sqlmodel.")
NUMBERS = frozenset({"float", "hash", "id", "int", "len", "max", "min", "round", "sum"})
PASSED_ON = frozenset({"inspect.cleandoc", "repr", "str.join", "textwrap.dedent", "textwrap.indent"})


class Danger(IntEnum):
    """How a part of a statement came in."""

    CONSTANT = 0
    UNKNOWN = 1
    PARAMETER = 2
    INPUT = 3


Judged = tuple[Danger, str]
CONSTANT: Judged = (Danger.CONSTANT, "")


def judge(value: Value, project: Project, depth: int = 0) -> Judged:
    """Return the worst that a statement may hold, and what that is."""
    inner = list(parts(value))
    if inner:
        return max((judge(part, project, depth) for part in inner), key=lambda judged: judged[0])
    if is_constant(value):
        return CONSTANT
    origin = origin_of(value)
    if origin is not None:
        return judge_origin(origin, project, depth)
    if is_request(value):
        return Danger.INPUT, "the request"
    return Danger.UNKNOWN, value.reason if isinstance(value, Unknown) else "a value that cannot be told"


def parts(value: Value) -> Iterator[Value]:
    """Yield the values that a text is made of; none for one that is not put together."""
    if isinstance(value, Template):
        yield from (part for part in value.parts if not isinstance(part, str))
    elif isinstance(value, OneOf):
        yield from value.options
    elif isinstance(value, Collection):
        yield from value.items
    elif isinstance(value, ExternalObject) and value.type == "str" and value.arguments:
        yield from value.arguments
    elif isinstance(value, ExternalObject) and value.call is not None and value.call.name in PASSED_ON:
        yield from value.call.positional


def is_constant(value: Value) -> bool:
    """Say whether a value is written in the code, or is of a type that holds no SQL."""
    if isinstance(value, (Template, Known, ClassValue, External)):
        return True
    if isinstance(value, Collection):
        return not value.is_open
    if isinstance(value, Instance):
        return value.cls.is_a(*ENUMS)
    if isinstance(value, BoundExternal):
        return is_harmless(value.owner)
    if not isinstance(value, ExternalObject):
        return False
    made_by = value.call.name if value.call is not None else value.type or ""
    return value.type in HARMLESS_TYPES or made_by in NUMBERS or made_by.startswith(HARMLESS_MAKERS)


def is_harmless(owner: Value) -> bool:
    """Say whether what an object holds or its methods give can be trusted: it is of a type that holds no SQL."""
    if isinstance(owner, ExternalObject):
        return owner.type in HARMLESS_TYPES
    return not isinstance(owner, Unknown) and is_constant(owner)


def is_request(value: Value) -> bool:
    """Say whether a value is part of a request."""
    while isinstance(value, BoundExternal):
        value = value.owner
    if not isinstance(value, ExternalObject):
        return False
    made_by = value.call.name if value.call is not None else value.type or ""
    return value.type in REQUESTS or made_by.startswith(tuple(f"{name}." for name in REQUESTS))


def origin_of(value: Value) -> Origin | None:
    """Return where a value, or the object that it is an attribute of, came in."""
    while isinstance(value, BoundExternal):
        value = value.owner
    is_whole = isinstance(value, Unknown) or (isinstance(value, ExternalObject) and not is_request(value))
    return value.origin if is_whole and isinstance(value, (ExternalObject, Unknown)) else None


def judge_origin(origin: Origin, project: Project, depth: int) -> Judged:
    """Judge a parameter by what callers hand in, a field by what its class is for."""
    if isinstance(origin.owner, Class):
        if origin.owner.is_a(*SETTINGS):
            return CONSTANT
        is_schema = any(schema.cls is origin.owner for schema in project.schemas)
        return (Danger.INPUT if is_schema else Danger.UNKNOWN), f"the field {origin.name} of {origin.owner.name}"
    if origin.owner is None:
        return CONSTANT
    if is_checked(origin.name, origin.owner):
        return CONSTANT
    if any(route.handler is origin.owner for route in project.routes):
        return Danger.INPUT, f"the parameter {origin.name}"
    return judge_parameter(origin.name, origin.owner, project, depth)


def judge_parameter(name: str, function: Function, project: Project, depth: int) -> Judged:
    unseen: Judged = (Danger.PARAMETER, f"the parameter {name}")
    given = [argument_of(call, name, function) for call in project.calls if is_call_of(call, function)]
    if not given or depth >= MAX_DEPTH or project.is_dependency(function):
        return unseen
    judged = [judge(value, project, depth + 1) if value is not None else unseen for value in given]
    return max(judged, key=lambda item: item[0])


def is_call_of(call: Call, function: Function) -> bool:
    return call.target is function or (
        isinstance(call.target, Class)
        and function.name == "__init__"
        and call.target.find_method("__init__") is function
    )


def argument_of(call: Call, name: str, function: Function) -> Value | None:
    """Return what a call hands to a parameter; a default that is a constant stands for a missing one."""
    names = [param.name for param in function.node.params if param.kind in ("positional", "normal")]
    is_bound = function.owner is not None and bool(names) and names[0] in ("self", "cls")
    position = names.index(name) - is_bound if name in names else None
    value = call.argument(position, name)
    if value is not None:
        return value
    param = next(param for param in function.node.params if param.name == name)
    return Known(None) if isinstance(param.default, syntax.Constant) else None


def is_checked(name: str, function: Function) -> bool:
    """Say whether a function compares a parameter with a set of values: `name in ALLOWED`, or `not in` and away."""
    return any(
        any(op in ("in", "not in") for op in test.ops) and isinstance(test.left, syntax.Name) and test.left.id == name
        for test in tests_in(function.statements)
    )


def tests_in(node: object) -> Iterator[syntax.Compare]:
    """Yield the comparisons in the conditions and assertions of a body."""
    if isinstance(node, tuple):
        for item in node:
            yield from tests_in(item)
    elif isinstance(node, syntax.Compare):
        yield node
    elif isinstance(node, syntax.Node):
        for name in node.__struct_fields__:
            yield from tests_in(getattr(node, name))
