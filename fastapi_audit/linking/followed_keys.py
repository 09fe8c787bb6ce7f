"""Mapped classes that refer to themselves → the keys that are only followed up, to the primary key of another row.

`parent = relationship("Node", remote_side=[id])` loads by the primary key; who asks for the children goes by the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set

from fastapi_audit.facts import syntax, tree
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.model.module import Class
from fastapi_audit.model.values import Collection, ExternalCall, ExternalObject, Known, Value
from fastapi_audit.model.values import Table as Dict

RELATIONSHIPS = ("sqlalchemy.orm.relationship", "sqlalchemy.orm.relation", "sqlmodel.Relationship")
REVERSED = ("back_populates", "backref")


def followed_keys(cls: Class, interpreter: Interpreter, own: Set[str]) -> frozenset[str]:
    """Return the attributes of a class that are the keys of relationships to its own primary key, and of no others.

    `own` are the keys that refer to the table itself: one of them is meant where a relationship names none.
    """
    scope = interpreter.class_scopes.get(cls)
    attributes = scope.names if scope is not None else {}
    followed: set[str] = set()
    asked: set[str] = set()
    for name, call in _relationships(attributes):
        options = _options(call)
        named = set(_named(options.get("foreign_keys"), attributes))
        remote = set(_named(options.get("remote_side"), attributes))
        is_up = bool(remote) and all(_is_primary(attributes.get(one)) for one in remote)
        if is_up and not any(one in options for one in REVERSED):
            followed |= named or own
        elif named or _is_to_itself(cls, name, call):
            asked |= named or own
    return frozenset((followed & own) - asked)


def _relationships(attributes: Mapping[str, Value]) -> Iterator[tuple[str, ExternalCall]]:
    for name, value in attributes.items():
        call = value.call if isinstance(value, ExternalObject) else None
        if call is not None and call.name in RELATIONSHIPS:
            yield name, call


def _is_to_itself(cls: Class, name: str, call: ExternalCall) -> bool:
    """Say whether a relationship is to rows of the same class, by its argument or the annotation of its attribute."""
    target = call.argument(0, "argument")
    if isinstance(target, Known):
        return str(target.value).rpartition(".")[2] == cls.name
    attribute = cls.attributes.get(name)
    written = [attribute.annotation] if attribute is not None and attribute.annotation is not None else []
    return any(cls.name in _words(node) for node in tree.descendants(written))


def _words(node: syntax.Node) -> list[str]:
    text = node.value if isinstance(node, syntax.Constant) and isinstance(node.value, str) else tree.name_of(node) or ""
    return re.findall(r"\w+", text)


def _options(call: ExternalCall) -> dict[str, Value]:
    """Return the options of a relationship, those that SQLModel hands on included."""
    handed = call.named.get("sa_relationship_kwargs")
    pairs = handed.items if isinstance(handed, Dict) else []
    inner = {name.value: value for name, value in pairs if isinstance(name, Known) and isinstance(name.value, str)}
    return {**call.named, **inner}


def _named(value: Value | None, attributes: Mapping[str, Value]) -> Iterator[str]:
    """Yield the attributes that an option names: by themselves, in a list, or as text."""
    for one in value.items if isinstance(value, Collection) else [value]:
        if isinstance(one, Known) and isinstance(one.value, str):
            yield from (part.strip(" []").rpartition(".")[2] for part in one.value.split(","))
        else:
            yield from (name for name, given in attributes.items() if given is one)


def _is_primary(value: Value | None) -> bool:
    call = value.call if isinstance(value, ExternalObject) else None
    option = call.named.get("primary_key") if call is not None else None
    return isinstance(option, Known) and bool(option.value)
