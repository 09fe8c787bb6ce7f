"""The imports of modules → the cycles among them, in time linear to their number."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi_audit.model.imports import Import, ImportCycle
from fastapi_audit.model.module import Module

Edges = Mapping[str, Sequence[Import]]
Packages = Mapping[str, Sequence[Module]]


def find_cycles(modules: Sequence[Module], imports: Edges, packages: Packages) -> Iterator[ImportCycle]:
    """Yield the cycles of imports that run at once, but for those in which nothing is needed before all is loaded.

    What a module imports from a package around it is left out: that package comes first, whoever imports the module.
    """
    known = set(modules)
    edges = {
        module.path: [
            one
            for one in imports.get(module.path, ())
            if one.is_at_import and one.target in known and one.target not in packages.get(module.path, ())
        ]
        for module in modules
    }
    for tangle in _tangles(modules, edges):
        inside = frozenset(tangle)
        ordered = sorted(tangle, key=lambda module: module.path)
        own = (one for module in ordered for one in edges[module.path] if one.target in inside)
        first = next((one for one in own if one.needs_content), None)
        if first is not None:
            yield ImportCycle(inside, (first, *_way(first.target, first.module, inside, edges)))


def _way(start: Module, end: Module, inside: frozenset[Module], edges: Edges) -> tuple[Import, ...]:
    """Return the shortest chain of imports from one module of a tangle to another."""
    came_by: dict[Module, Import | None] = {start: None}
    waiting = deque([start])
    while end not in came_by:
        for one in edges[waiting.popleft().path]:
            if one.target in inside and one.target not in came_by:
                came_by[one.target] = one
                waiting.append(one.target)
    way: list[Import] = []
    step = came_by[end]
    while step is not None:
        way.append(step)
        step = came_by[step.module]
    return tuple(reversed(way))


@dataclass(slots=True)
class _Visit:
    """A module on the way: which import of it comes next."""

    module: Module
    next: int = 0


def _tangles(modules: Sequence[Module], edges: Edges) -> Iterator[list[Module]]:
    """Yield the strongly connected components of more than one module (Tarjan's algorithm, without recursion)."""
    numbers: dict[Module, int] = {}
    lowest: dict[Module, int] = {}
    stack: dict[Module, None] = {}
    for root in modules:
        visits = [] if root in numbers else [_Visit(root)]
        while visits:
            visit = visits[-1]
            module = visit.module
            if module not in numbers:
                numbers[module] = lowest[module] = len(numbers)
                stack[module] = None
            if visit.next < len(edges[module.path]):
                target = edges[module.path][visit.next].target
                visit.next += 1
                if target not in numbers:
                    visits.append(_Visit(target))
                elif target in stack:
                    lowest[module] = min(lowest[module], numbers[target])
                continue
            visits.pop()
            if visits:
                outer = visits[-1].module
                lowest[outer] = min(lowest[outer], lowest[module])
            if lowest[module] == numbers[module]:
                component = _popped(stack, module)
                if len(component) > 1:
                    yield component


def _popped(stack: dict[Module, None], last: Module) -> list[Module]:
    found: list[Module] = []
    while not found or found[-1] is not last:
        found.append(stack.popitem()[0])
    return found
