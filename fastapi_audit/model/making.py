"""What is made by a call: which request makes it anew, and what keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call
from fastapi_audit.model.differing_arguments import differs_by_caller
from fastapi_audit.model.fates import STARTING, Fate, fate_of
from fastapi_audit.model.flow import Edge, Passage
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.project import Project

MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Making:
    """What makes something for each request: `entry` is what FastAPI calls, so many calls away."""

    entry: Function
    calls: int


def making(call: Call, project: Project, *, with_jobs: bool = True) -> Making | None:
    """Return the nearest way from a request to what a call makes, None when no request makes it anew; `with_jobs` also
    what a request starts and does not wait for.
    """
    entries = {*project.flow.entries, *_middlewares(project)}
    waiting: list[tuple[Function, Call | None, int]] = [(call.function, call, 0)] if call.function is not None else []
    seen = set[tuple[Function, Call | None]]()
    for function, made, calls in waiting:  # grows on the way
        fate = fate_of(made) if made is not None else Fate.USED
        if (function, made) in seen or fate in (Fate.KEPT, Fate.SPARE) or _is_kept_once(function):
            continue
        if made is not None and made is not call and differs_by_caller(made, project):
            continue  # a factory, asked for another one by each caller
        seen.add((function, made))
        if function in entries:
            return Making(function, calls)
        for edge in _edges_to(function, project):
            if edge.caller is not None and (with_jobs or not edge.is_apart):
                waiting.append((edge.caller, edge.call if fate is Fate.HANDED_ON else None, calls + 1))
    return None


def is_made_once(call: Call, project: Project) -> bool:
    """Say whether it is known why no request makes anew what a call makes: it runs elsewhere, or its result is kept."""
    found = project.flow.runs_in(call.function) if call.function is not None else frozenset()
    is_elsewhere = bool(found) and call.function is not None and not project.flow.serves(call.function)
    return is_elsewhere or _is_kept(call, project)


def is_used_on_the_spot(call: Call) -> bool:
    """Say whether the function that makes something neither keeps it nor hands it on, and ends when it is done with it.

    A generator does not: what it makes lives while its caller works.
    """
    return call.function is not None and fate_of(call) is Fate.USED and not call.function.node.is_generator


def _is_kept(call: Call, project: Project, depth: int = MAX_DEPTH) -> bool:
    """Say whether what a call makes is kept: there, or by a caller that gets it."""
    fate = fate_of(call)
    if call.function is None or fate is Fate.KEPT or _is_kept_once(call.function):
        return True
    edges = _edges_to(call.function, project) if fate is Fate.HANDED_ON and depth else ()
    return any(_is_kept(edge.call, project, depth - 1) for edge in edges)


def _edges_to(function: Function, project: Project) -> Iterator[Edge]:
    for edge in project.flow.callers(function):
        if edge.caller is not None and edge.is_certain and not edge.is_once and edge.passage is not Passage.ELSEWHERE:
            yield edge


def _middlewares(project: Project) -> Iterator[Function]:
    for middleware in (middleware for application in project.applications for middleware in application.middlewares):
        yield from middleware.entries


def _is_kept_once(function: Function) -> bool:
    """Say whether a function's result is kept, or that of the class that it sets up."""
    if not names("caches", "decorators").isdisjoint(function.decorators):
        return True
    return function.owner is not None and function.name in STARTING and _has_metaclass(function.owner)


def _has_metaclass(cls: Class) -> bool:
    """Say whether a metaclass, other than that of abstract classes, may decide how many instances there are."""
    metaclasses = (base.value for base in cls.node.bases if base.keyword == "metaclass")
    written = [value.attr if isinstance(value, syntax.Attribute) else getattr(value, "id", "") for value in metaclasses]
    return any(name != "ABCMeta" for name in written)
