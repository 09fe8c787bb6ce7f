"""Which services decide something, and how tests get to them: by calls, or by requests only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache

from fastapi_audit.rule_api import Class, Function, Layer, Module, Project, syntax

ABSTRACT = frozenset({"ABC", "Enum", "IntEnum", "Protocol", "StrEnum"})
RAISED = ("Error", "Exception", "Warning")  # ends of the names of exceptions, those of the standard library
DECISIONS = (syntax.If, syntax.IfExp, syntax.For, syntax.While, syntax.Match, syntax.Raise, syntax.Try)


class Trial(Enum):
    """How tests get to a module. MAYBE: they import it and what they call is not seen, or what calls it is not."""

    BY_CALL = "by call"
    BY_REQUEST = "by request"
    MAYBE = "maybe"


def services(project: Project) -> list[Class | Module]:
    """Return the services that decide something, in the order of places: the only class of a module, or the module."""
    data = {*project.schemas, *project.settings, *project.tables}
    kinds = {one.cls for one in data if one.cls is not None}
    homes: dict[Module, dict[Class | Module, None]] = {}
    for function, membership in project.layers.memberships.items():
        is_named = membership.layer is Layer.SERVICE and not membership.is_by_deed
        if is_named and decides(function) and is_of_service(function.owner) and function.owner not in kinds:
            homes.setdefault(function.module, {})[function.home] = None
    found = [next(iter(ones)) if len(ones) == 1 else module for module, ones in homes.items()]
    return sorted(found, key=lambda home: home.place)


def decides(function: Function) -> bool:
    """Say whether others may call a function, and what it does depends on something."""
    if function.name.startswith("_"):
        return False
    return any(isinstance(node, DECISIONS) for node in function.nodes)


def is_of_service(owner: Class | None) -> bool:
    """Say whether a function is of no class, or of one that does something itself, and for others."""
    if owner is None:
        return True
    bases = {one.rpartition(".")[2] for one in owner.ancestors if isinstance(one, str)}
    is_raised = any(base.endswith(RAISED) for base in bases)
    return bases.isdisjoint(ABSTRACT) and not is_raised and not owner.is_dataclass and not owner.name.startswith("_")


@lru_cache(maxsize=1)
def trials(project: Project) -> Mapping[Module, Trial]:
    """Return the modules that tests get to, with the most direct way, and those of which that is not seen."""
    called = [call.target for call in project.suite.calls if call.target is not None]
    functions = {one for one in called if isinstance(one, Function)} | project.exercise.handlers
    made = {one.module for one in called if isinstance(one, Class)}
    imported = {one.target for module in project.suite.modules for one in project.imports.of(module)}
    found = dict.fromkeys(_modules_of(leading_from(entries_asked_for(project), project)), Trial.BY_REQUEST)
    found.update(dict.fromkeys(imported, Trial.MAYBE))
    found.update(dict.fromkeys(made | _modules_of(leading_from(functions, project)), Trial.BY_CALL))
    for module in {function.module for function in project.layers.memberships} - set(found):
        if not is_led_to_by_routes_alone(module, project):
            found[module] = Trial.MAYBE
    return found


def entries_asked_for(project: Project) -> set[Function]:
    """Return the functions that FastAPI calls for the requests of the tests."""
    if project.exercise.generators:
        return set(project.flow.entries)
    asked = {route for request in project.exercise.requests for route in (*request.routes, *request.candidates)}
    return {function for function, routes in project.flow.entries.items() if not asked.isdisjoint(routes)}


def is_led_to_by_routes_alone(module: Module, project: Project) -> bool:
    """Say whether all ways to a module are seen, and begin where FastAPI calls something for a route."""
    edges = [edge for one in _functions_by_module(project).get(module, ()) for edge in project.flow.callers(one)]
    waiting = [edge.caller for edge in edges if edge.caller is None or edge.caller.module is not module]
    found = set(waiting)
    for function in waiting:  # grows on the way
        above = [edge.caller for edge in project.flow.callers(function)] if function is not None else []
        if not above and (function is None or function not in project.flow.entries):
            return False
        new = [one for one in dict.fromkeys(above) if one not in found]
        found.update(new)
        waiting += new
    return bool(found)


@lru_cache(maxsize=1)
def _functions_by_module(project: Project) -> Mapping[Module, list[Function]]:
    found: dict[Module, list[Function]] = {}
    for function in project.functions:
        found.setdefault(function.module, []).append(function)
    return found


def leading_from(functions: Iterable[Function], project: Project) -> set[Function]:
    """Return some functions and all that they lead to."""
    found = set(functions)
    waiting = list(found)
    while waiting:
        new = {edge.callee for edge in project.flow.callees(waiting.pop())} - found
        found |= new
        waiting += new
    return found


def _modules_of(functions: Iterable[Function]) -> set[Module]:
    return {function.module for function in functions}
