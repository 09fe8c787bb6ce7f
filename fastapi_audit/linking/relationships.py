"""Calls of `relationship`: which attributes they make, with which options, and which columns those name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fastapi_audit.facts import syntax, tree
from fastapi_audit.model.values import Collection, ExternalCall, ExternalObject, Known, LambdaValue, Value
from fastapi_audit.model.values import Table as Dict

RELATIONSHIPS = ("sqlalchemy.orm.relationship", "sqlalchemy.orm.relation", "sqlmodel.Relationship")


def relationships_in(attributes: Mapping[str, Value]) -> Iterator[tuple[str, ExternalCall]]:
    """Yield the names of a class that are relationships, with the calls that make them."""
    for name, value in attributes.items():
        call = value.call if isinstance(value, ExternalObject) else None
        if call is not None and call.name in RELATIONSHIPS:
            yield name, call


def options_of(call: ExternalCall) -> dict[str, Value]:
    """Return the options of a relationship, those that SQLModel hands on included."""
    handed = call.named.get("sa_relationship_kwargs")
    pairs = handed.items if isinstance(handed, Dict) else []
    inner = {name.value: value for name, value in pairs if isinstance(name, Known) and isinstance(name.value, str)}
    return {**call.named, **inner}


def named_in(value: Value | None, attributes: Mapping[str, Value]) -> Iterator[str]:
    """Yield the attributes that an option names: by themselves, in a list, in a function, or as text."""
    for one in value.items if isinstance(value, Collection) else [value]:
        if isinstance(one, (Known, LambdaValue)):
            yield from texts_in(one)
        else:
            yield from (name for name, given in attributes.items() if given is one)


def texts_in(value: Value | None) -> frozenset[str]:
    """Return the words of an option that is given as text, or as a function."""
    if isinstance(value, LambdaValue):
        nodes = tree.descendants([value.node.body])
        return frozenset(name for node in nodes if isinstance(node, syntax.Attribute) and (name := tree.name_of(node)))
    return frozenset(
        re.findall(r"\w+", value.value if isinstance(value, Known) and isinstance(value.value, str) else "")
    )


def is_primary(value: Value | None) -> bool:
    """Say whether a value is a column that is the primary key."""
    call = value.call if isinstance(value, ExternalObject) else None
    option = call.named.get("primary_key") if call is not None else None
    return isinstance(option, Known) and bool(option.value)
