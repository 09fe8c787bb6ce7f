"""What a value may be, followed through parameters to the arguments that callers give for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Function,
    Known,
    OneOf,
    Project,
    Unknown,
    Value,
    options_of,
    syntax,
)

MAX_DEPTH = 3


@dataclass(frozen=True, eq=False)
class Source:
    """One possibility, and the functions whose calls handed it on, the nearest first."""

    value: Value
    through: tuple[Function, ...] = ()


def sources(value: Value, project: Project, through: tuple[Function, ...] = ()) -> Iterator[Source]:
    """Yield what a value may be; a parameter that nobody is seen to call with an argument stays what it is."""
    for option in map(bare, options_of(value)):
        if isinstance(option, OneOf):
            yield from sources(option, project, through)
            continue
        handed = list(arguments_for(option, project)) if len(through) < MAX_DEPTH else []
        for call, argument in handed:
            yield from sources(argument, project, through if call.function is None else (*through, call.function))
        if not handed:
            yield Source(option, through)


def bare(value: Value) -> Value:
    """Return what `str(…)` was made of, else the value itself."""
    if not isinstance(value, ExternalObject) or value.type != "str" or value.origin is not None:
        return value
    return value.arguments[0] if value.call is None and len(value.arguments) == 1 else value


def arguments_for(value: Value, project: Project) -> Iterator[tuple[Call, Value]]:
    """Yield the calls of the function that a value is a parameter of, each with what it gives for the parameter."""
    origin = value.origin if isinstance(value, (ExternalObject, Unknown)) else None
    if origin is None or origin.kind != "parameter" or not isinstance(origin.owner, Function):
        return
    function = origin.owner
    names = [parameter.name for parameter in function.node.params if parameter.kind in ("positional", "normal")]
    is_bound = function.owner is not None and "staticmethod" not in function.decorators
    position = names.index(origin.name) - is_bound if origin.name in names else None
    for call in project.calls:
        if call.target is function or (call.target is function.owner and function.name == "__init__" and call.target):
            given = call.argument(position, origin.name)
            yield call, given if given is not None else default_of(function, origin.name)


def default_of(function: Function, name: str) -> Value:
    """Return the default of a parameter, where it is written as a constant."""
    default = next((one.default for one in function.node.params if one.name == name), None)
    return Known(default.value) if isinstance(default, syntax.Constant) else Unknown("a default that is computed")
