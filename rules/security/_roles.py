"""Where it is checked what a caller may do: scopes, roles, permissions, ownership."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fastapi_audit.rule_api import Dependency, Function, Place, Project, Raise, Route, names, syntax, tree

from ._public_routes import plain

FORBIDDEN = 403
OWNERS = names("authorization", "owner_columns") | names("authorization", "identity_fields")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
DEPTH = 3


def words(name: str) -> frozenset[str]:
    """Return the words of a name in any spelling, in lower case."""
    return frozenset(word.lower() for word in WORD.findall(name))


def permission_check(route: Route, project: Project) -> Place | None:
    """Return where it is checked what the caller of a route may do: their role, or whether something is theirs."""
    if (place := role_check(route, project)) is not None or route.handler is None:
        return place
    is_known = any(guard.place != route.handler.place for guard in route.guards)
    found = (_permission_in(function, project, is_known) for function in project.reached([route.handler], DEPTH))
    return next((place for place in found if place is not None), None)


def role_check(route: Route, project: Project) -> Place | None:
    """Return where it is checked which role or permissions the caller of a route has, None when nothing does."""
    for dependency in route.all_dependencies:
        if dependency.scopes or speaks_of_roles(dependency):
            return dependency.place
        is_known = knows_caller(dependency.dependencies)
        for one in project.raises_in(dependency.function) if dependency.function is not None else ():
            if asks_for_role(one) or (is_known and is_denial(one)):
                return one.place
    reached = project.reached([route.handler], DEPTH) if route.handler is not None else ()
    raised = (one for function in reached for one in project.raises_in(function))
    return next((one.place for one in raised if asks_for_role(one)), None)


def _permission_in(function: Function, project: Project, is_caller_known: bool) -> Place | None:
    denial = next((one for one in project.raises_in(function) if is_caller_known and is_denial(one)), None)
    return denial.place if denial is not None else ownership_check(function)


def ownership_check(function: Function) -> Place | None:
    """Return where a function compares to whom something belongs, in a query or with what it found."""
    for node in function.nodes:
        if isinstance(node, syntax.Compare) and not OWNERS.isdisjoint(map(plain, names_in([node]))):
            return function.module.at(node)
    return None


def speaks_of_roles(dependency: Dependency) -> bool:
    """Say whether a dependency is called after a role or permission."""
    return not words(dependency.name.rpartition(":")[2]).isdisjoint(names("authorization", "roles"))


def knows_caller(dependencies: tuple[Dependency, ...]) -> bool:
    """Say whether one of some dependencies gives the caller, found by what a scheme, header or cookie gave."""
    return any(
        one.function is not None and not _gives_text(one.function) and any(map(_takes_credentials, one.walk()))
        for one in dependencies
    )


def _gives_text(function: Function) -> bool:
    """Say whether a function gives a text: the token, and not yet whose it is."""
    return tree.name_of(function.node.returns) == "str" if function.node.returns is not None else False


def _takes_credentials(dependency: Dependency) -> bool:
    return dependency.scheme is not None or any(one.source in ("header", "cookie") for one in dependency.parameters)


def is_denial(one: Raise) -> bool:
    """Say whether an exception says that something is forbidden."""
    name = (one.name or "").rpartition(".")[2]
    return one.status == FORBIDDEN or not words(name).isdisjoint(names("authorization", "denials"))


def asks_for_role(one: Raise) -> bool:
    """Say whether an exception is raised after a look at somebody's role or permissions."""
    tests = (block.test for block in one.blocks if isinstance(block, syntax.If))
    return any(not words(name).isdisjoint(names("authorization", "roles")) for name in names_in(tests))


def names_in(nodes: Iterable[syntax.Expr]) -> Iterator[str]:
    """Yield the names of the attributes and keys that are read in some expressions."""
    for node in tree.descendants(nodes):
        if isinstance(node, (syntax.Attribute, syntax.Subscript)) and (name := tree.name_of(node)) is not None:
            yield name


def mentioned(function: Function) -> Iterator[str]:
    """Yield the names of attributes, keys and keyword arguments that a function writes out."""
    for node in function.nodes:
        if isinstance(node, syntax.Attribute):
            yield node.attr
        elif isinstance(node, syntax.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, syntax.Argument) and node.keyword is not None:
            yield node.keyword
