"""What a value may be, followed through parameters to the arguments that callers give for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.rule_api import (
    Edge,
    ExternalObject,
    Function,
    OneOf,
    Project,
    Unknown,
    Value,
    options_of,
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
        for edge, argument in handed:
            yield from sources(argument, project, through if edge.caller is None else (*through, edge.caller))
        if not handed:
            yield Source(option, through)


def bare(value: Value) -> Value:
    """Return what `str(…)` was made of, else the value itself."""
    if not isinstance(value, ExternalObject) or value.type != "str" or value.origin is not None:
        return value
    return value.arguments[0] if value.call is None and len(value.arguments) == 1 else value


def arguments_for(value: Value, project: Project) -> Iterator[tuple[Edge, Value]]:
    """Yield the calls of the function that a value is a parameter of, each with what it gives for the parameter."""
    origin = value.origin if isinstance(value, (ExternalObject, Unknown)) else None
    if origin is not None and isinstance(origin.owner, Function):
        for edge, given in project.given(origin.owner, origin.name):
            yield edge, given if given is not None else Unknown("a default that is computed")
