"""Where it is checked what a caller may do: scopes, roles, permissions, ownership."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import Dependency, Function, Place, Project, Raise, Route, names, syntax, tree

FORBIDDEN = 403
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
DEPTH = 3


def words(name: str) -> frozenset[str]:
    """Return the words of a name in any spelling, in lower case."""
    return frozenset(word.lower() for word in WORD.findall(name))


def role_check(route: Route, project: Project) -> Place | None:
    """Return where it is checked what the caller of a route may do, None when nothing does."""
    for dependency in route.all_dependencies:
        if dependency.scopes or speaks_of_roles(dependency):
            return dependency.place
        place = refusal_in(dependency.function, project, knows_caller=knows_caller(dependency.dependencies))
        if place is not None:
            return place
    if route.handler is None:
        return None
    known = bool(route.guards)
    reached = (refusal_in(function, project, known) for function in project.reached([route.handler], DEPTH))
    return next((place for place in reached if place is not None), None)


def speaks_of_roles(dependency: Dependency) -> bool:
    """Say whether a dependency is called after a role or permission."""
    return not words(dependency.name.rpartition(":")[2]).isdisjoint(names("authorization", "roles"))


def knows_caller(dependencies: tuple[Dependency, ...]) -> bool:
    """Say whether one of some dependencies gives the caller, found by what a scheme, header or cookie gave."""
    return any(one.function is not None and any(map(_takes_credentials, one.walk())) for one in dependencies)


def _takes_credentials(dependency: Dependency) -> bool:
    return dependency.scheme is not None or any(one.source in ("header", "cookie") for one in dependency.parameters)


def refusal_in(function: Function | None, project: Project, knows_caller: bool) -> Place | None:
    """Return where a function refuses a caller for what they may do: after a look at their role, or, where somebody
    else found out who they are, with 403.
    """
    for one in project.raises_in(function) if function is not None else ():
        if asks_for_role(one) or (knows_caller and is_denial(one)):
            return one.place
    return None


def is_denial(one: Raise) -> bool:
    """Say whether an exception says that something is forbidden."""
    name = (one.name or "").rpartition(".")[2]
    return one.status == FORBIDDEN or not words(name).isdisjoint(names("authorization", "denials"))


def asks_for_role(one: Raise) -> bool:
    """Say whether an exception is raised after a look at somebody's role or permissions."""
    tests = (block.test for block in one.blocks if isinstance(block, syntax.If))
    return any(not words(name).isdisjoint(names("authorization", "roles")) for name in names_in(tests))


def names_in(nodes: Iterator[syntax.Expr]) -> Iterator[str]:
    """Yield the names of the attributes that are read in some expressions."""
    for node in tree.descendants(nodes):
        if isinstance(node, syntax.Attribute):
            yield node.attr
