"""Where rows are looked for by a foreign key: in queries, by relationships that lead back, by deletions of parents."""

import re
from collections.abc import Mapping
from functools import lru_cache

from fastapi_audit.rule_api import Effect, ForeignKey, Function, Place, Project, syntax, tree

from ._conditions import Column, asked_columns, classes_of

KINDS = re.compile(r"^(db|orm)_|_(db|entity|model|orm|row|table)$")
EAGER = frozenset({"joined", "selectin", "subquery", "immediate"})


def lookup_by(key: ForeignKey, project: Project) -> tuple[Place, str] | None:
    """Return a place where rows are looked for by a key, and how; None where none is seen."""
    asked = asked_columns(project)
    for cls in classes_of(key):
        for name in (key.name, *sorted(key.followed_by)):
            if (place := asked.get((cls, name))) is not None:
                return place, "a query asks for it"
    for relationship in key.looked_up_by:
        if relationship.loading in EAGER:
            return relationship.place, f"`{relationship.name}` is loaded by it"
        read = attributes_read(project)
        for parent in sorted(one.name for one in key.parents):
            if (place := read.get((parent, relationship.name))) is not None:
                return place, f"`{relationship.name}` is loaded by it"
    if key.goes_with_parent:
        deleted = deleted_classes(project)
        found = next((deleted[cls.name] for cls in key.parents if cls.name in deleted), None)
        return (found, "what it refers to is deleted") if found is not None else None
    return None


@lru_cache(maxsize=1)
def attributes_read(project: Project) -> Mapping[Column, Place]:
    """Return the relationships that lead back by keys and that functions read, by their class, with the first place."""
    keys = [key for table in project.tables for key in table.foreign_keys]
    wanted: dict[str, set[str]] = {}
    for key in keys:
        for one in key.looked_up_by:
            wanted.setdefault(one.name, set()).update(cls.name for cls in key.parents)
    found: dict[Column, Place] = {}
    for function in project.functions if wanted else ():
        nodes = function.nodes
        called = {id(node.func) for node in nodes if isinstance(node, syntax.Call)}
        written = {id(node) for one in nodes if isinstance(one, syntax.Assign) for node in one.targets}
        for node in nodes:
            if isinstance(node, syntax.Attribute) and node.attr in wanted and id(node) not in called | written:
                for cls in wanted[node.attr]:
                    if is_meant(node.value, cls, function):
                        found.setdefault((cls, node.attr), function.module.at(node))
    return found


def is_meant(owner: syntax.Expr, cls: str, function: Function) -> bool:
    """Say whether an expression stands for a class or one of its objects: by its annotation, or by its name."""
    name = tree.name_of(owner)
    if name is None:
        return False
    if name in ("self", "cls"):
        return function.owner is not None and cls in {one.name for one in function.owner.lineage}
    annotations = [one.annotation for one in function.node.params if one.name == name and one.annotation is not None]
    if annotations:
        return any(tree.name_of(node) == cls for node in tree.descendants(annotations))
    plain = KINDS.sub("", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls).lower())
    return name == cls or f"_{name.lower()}".endswith(f"_{plain}")


@lru_cache(maxsize=1)
def deleted_classes(project: Project) -> Mapping[str, Place]:
    """Return the names of the classes whose rows are deleted by what runs in the service, with the first such place."""
    found: dict[str, Place] = {}
    for function, writes in project.writes.own.items():
        for write in writes:
            if write.effect is Effect.DELETE and write.subject is not None and project.flow.runs_in(function):
                found.setdefault(write.subject, write.access.place)
    return found
