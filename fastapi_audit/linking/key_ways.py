"""Relationships of mapped classes → the foreign keys that they go by, and in which direction.

`Order.customer` goes along `Order.customer_id`, to a row that is found by its primary key. `Customer.orders` goes back:
the orders are looked for by that key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fastapi_audit.facts import syntax, tree
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.relationships import is_primary, named_in, options_of, relationships_in, texts_in
from fastapi_audit.model.classes import ForeignKey, Relationship, Table
from fastapi_audit.model.module import Class
from fastapi_audit.model.values import ClassValue, ExternalCall, ExternalObject, Known, LambdaValue, Value

LIBRARIES = ("sqlalchemy", "sqlmodel")
CASCADING = frozenset({"all", "delete"})


@dataclass(eq=False)
class _Mapped:
    """A mapped class with its names, own and inherited, and what is found out about its keys."""

    table: Table
    attributes: Mapping[str, Value]
    parents: dict[str, frozenset[Class]] = field(default_factory=dict)
    followed: dict[str, set[str]] = field(default_factory=dict)
    back: dict[str, list[Relationship]] = field(default_factory=dict)
    cascading: set[str] = field(default_factory=set)


def with_ways(tables: Sequence[Table], interpreter: Interpreter) -> list[Table]:
    """Return tables whose foreign keys say what they refer to, and which relationships go by them."""
    mapped = [_Mapped(table, _names(table.cls, interpreter)) for table in tables if table.library in LIBRARIES]
    if not any(one.table.foreign_keys for one in mapped):
        return list(tables)
    _find_parents(mapped)
    by_name: dict[str, list[_Mapped]] = {}
    for one in mapped:
        by_name.setdefault(one.table.cls.name, []).append(one)
    for one in mapped:
        for name, call in relationships_in(one.attributes):
            _note(one, name, call, by_name)
    known = {one.table.cls: one for one in mapped}
    return [_told(table, known[table.cls]) if table.cls in known else table for table in tables]


def _told(table: Table, mapped: _Mapped) -> Table:
    return replace(table, foreign_keys=tuple(_key(key, mapped) for key in table.foreign_keys))


def _key(key: ForeignKey, mapped: _Mapped) -> ForeignKey:
    return replace(
        key,
        parents=mapped.parents[key.name],
        followed_by=frozenset(mapped.followed.get(key.name, ())),
        looked_up_by=tuple(mapped.back.get(key.name, ())),
        goes_with_parent=key.goes_with_parent or key.name in mapped.cascading,
    )


def _names(cls: Class, interpreter: Interpreter) -> dict[str, Value]:
    scopes = [interpreter.class_scopes.get(ancestor) for ancestor in cls.lineage]
    return {name: value for scope in reversed(scopes) if scope is not None for name, value in scope.names.items()}


def _find_parents(mapped: Sequence[_Mapped]) -> None:
    """Find the classes that each key refers to: by the name of their table, or by one of their columns."""
    owners: dict[int, set[Class]] = {}
    for one in mapped:
        for value in one.attributes.values():
            owners.setdefault(id(value), set()).add(one.table.cls)
    said: dict[str, set[Class]] = {}
    computed: dict[str, set[Class]] = {}
    for one in mapped:
        table = one.attributes.get("__tablename__")
        is_said = isinstance(table, Known) and isinstance(table.value, str)
        name = str(table.value) if is_said and isinstance(table, Known) else one.table.cls.name.lower()
        (said if is_said or one.table.library == "sqlmodel" else computed).setdefault(name, set()).add(one.table.cls)
    for one in mapped:
        for key in one.table.foreign_keys:
            text = key.reference.value if isinstance(key.reference, Known) else None
            if isinstance(text, str):
                table_name = text.rpartition(".")[0].rpartition(".")[2]
                found = said.get(table_name) or computed.get(table_name.replace("_", "").lower()) or set()
            else:
                having = owners.get(id(key.reference), set())
                found = having if len(having) == 1 else set()  # a column of a mixin is that of many tables
            one.parents[key.name] = frozenset(found)


def _note(mapped: _Mapped, name: str, call: ExternalCall, by_name: Mapping[str, Sequence[_Mapped]]) -> None:
    """Note which key a relationship goes by, and in which direction."""
    options = options_of(call)
    targets = [one for word in _target_words(mapped.table.cls, name, call) for one in by_name.get(word, ())]
    if "secondary" in options or not targets:
        return
    relationship = next((one for one in mapped.table.relationships if one.name == name), None)
    if relationship is None:
        return
    along, back = _ways(mapped, targets, options)
    cascade = options.get("cascade")
    if len(back) == 1 and not along:
        owner, key = back[0]
        _look_up(owner, key, relationship)
        if isinstance(cascade, Known) and not CASCADING.isdisjoint(re.findall(r"[\w-]+", str(cascade.value))):
            owner.cascading.add(key)
    elif len(along) == 1 and not back:
        (key,) = along
        mapped.followed.setdefault(key, set()).add(name)
        if (reverse := _reverse(options)) is not None:
            _look_up(mapped, key, Relationship(reverse, relationship.place, "select"))


def _look_up(mapped: _Mapped, key: str, relationship: Relationship) -> None:
    known = mapped.back.setdefault(key, [])
    if all(one.place != relationship.place for one in known):
        known.append(relationship)


def _ways(
    mapped: _Mapped, targets: Sequence[_Mapped], options: Mapping[str, Value]
) -> tuple[list[str], list[tuple[_Mapped, str]]]:
    """Return the keys that a relationship may go along, and those of the other table that it may go back by."""
    joined = texts_in(options.get("primaryjoin"))
    own = _chosen(mapped, {one.table.cls for one in targets}, options, joined)
    if mapped in targets:
        remote = set(named_in(options.get("remote_side"), mapped.attributes))
        is_up = bool(remote) and all(is_primary(mapped.attributes.get(one)) for one in remote)
        return (own, []) if is_up else ([], [(mapped, key) for key in own])
    lineage = set(mapped.table.cls.lineage)
    return own, [(one, key) for one in targets for key in _chosen(one, lineage, options, joined)]


def _chosen(mapped: _Mapped, parents: set[Class], options: Mapping[str, Value], joined: frozenset[str]) -> list[str]:
    """Return the keys of a class to one of some others, those that the relationship names where it names any."""
    named = options.get("foreign_keys")
    keys = [key for key, found in mapped.parents.items() if not found.isdisjoint(parents)]
    if named is not None:
        keys = [key for key in keys if key in set(named_in(named, mapped.attributes))]
    return [key for key in keys if not joined or key in joined]


def _reverse(options: Mapping[str, Value]) -> str | None:
    """Return the name of the relationship that `backref` makes on the other side."""
    value = options.get("backref")
    if isinstance(value, ExternalObject) and value.call is not None:
        value = value.call.argument(0, "name")
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _target_words(cls: Class, name: str, call: ExternalCall) -> Iterator[str]:
    """Yield the words that may name the class which a relationship leads to."""
    target = call.argument(0, "argument")
    if isinstance(target, ClassValue):
        yield target.cls.name
    elif isinstance(target, Known):
        yield str(target.value).rpartition(".")[2]
    elif isinstance(target, LambdaValue):
        yield tree.name_of(target.node.body) or ""
    else:
        attributes = (ancestor.attributes.get(name) for ancestor in cls.lineage)
        written = next((one.annotation for one in attributes if one is not None and one.annotation is not None), None)
        yield from dict.fromkeys(
            word for node in tree.descendants([written] if written else []) for word in _words(node)
        )


def _words(node: syntax.Node) -> list[str]:
    text = node.value if isinstance(node, syntax.Constant) and isinstance(node.value, str) else tree.name_of(node) or ""
    return re.findall(r"\w+", text)
