"""Several possible values as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from fastapi_audit.model.values import (
    NONE,
    ClassValue,
    Collection,
    ExternalObject,
    FunctionValue,
    Known,
    OneOf,
    Origin,
    Table,
    Unknown,
    Value,
)

MAX_OPTIONS = 8
MAX_ITEMS = 32  # items of a collection that a loop over it tells apart
MAX_TYPES = 200  # a union in an annotation is as long as its author wrote it


def combine(values: Iterable[Value], most: int = MAX_OPTIONS) -> Value:
    """Return the only value there is, or all of them as `OneOf`: equal ones once; more than `most` are unknown."""
    options: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, OneOf) else (value,):
            if option not in options:
                options.append(option)
    if not options:
        return NONE
    if len(options) > most:
        return Unknown("too many possible values")
    return options[0] if len(options) == 1 else OneOf(tuple(options))


def present(value: Value) -> tuple[Value, ...]:
    """Return the possibilities of a value that can be used: neither None nor unknown, unless there is nothing else."""
    if not isinstance(value, OneOf):
        return (value,)
    useful = tuple(
        option
        for option in value.options
        if not isinstance(option, Unknown) and not (isinstance(option, Known) and option.value is None)
    )
    return useful or value.options[:1]


def for_each(value: Value, of: Callable[[Value], Value]) -> Value:
    """Return what something gives for a value, or for all the possibilities of it that can be used."""
    if not isinstance(value, OneOf):
        found = of(value)
        return combine((found,)) if isinstance(found, OneOf) else found
    return combine(of(option) for option in present(value))


def the_text(value: Value) -> str | None:
    """Return the only text that a value may be; None when there is none, or more than one."""
    found = {option.value for option in present(value) if isinstance(option, Known) and isinstance(option.value, str)}
    return found.pop() if len(found) == 1 else None


def truth(value: Value) -> bool | None:
    """Say whether a value is true; None when that depends on the environment or is not known.

    What is empty now may be filled later.
    """
    if isinstance(value, Known):
        return None if value.is_default else bool(value.value)
    if isinstance(value, (FunctionValue, ClassValue)):
        return True
    return True if isinstance(value, (Collection, Table)) and value.items else None


def coming_from(value: Value, origin: Origin) -> Value:
    """Return a value that is only known by its type, or not at all, with where it came in."""
    if isinstance(value, OneOf):
        return OneOf(tuple(coming_from(option, origin) for option in value.options))
    return replace(value, origin=origin) if isinstance(value, (ExternalObject, Unknown)) else value
