"""Work that a request waits for without need, and what hands such work to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from fastapi_audit.rule_api import (
    BoundExternal,
    Call,
    Destination,
    Edge,
    External,
    ExternalObject,
    Function,
    FunctionValue,
    Passage,
    Project,
    Value,
    names,
    syntax,
    tree,
)

from ._side_by_side import started_in

MAX_STEPS = 6
STAYING = frozenset({Passage.HERE, Passage.THREAD, Passage.GREENLET, Passage.OWN_LOOP})
HANDED_OVER = frozenset({Destination.BACKGROUND, Destination.SCHEDULE, Destination.WORKER})


@dataclass(frozen=True, slots=True)
class Work:
    """What a function leads to: the calls on the way, the last of them does it, and what that is.

    `is_certain`: no other implementation may be meant, and it is no mere guess that nobody needs the result.
    """

    chain: tuple[Call, ...]
    what: str
    is_certain: bool = True

    @property
    def call(self) -> Call:
        """The call that the function itself makes."""
        return self.chain[0]


@lru_cache(maxsize=1)
def messages(project: Project) -> Mapping[Function, Work]:
    """Return the functions that send a message, or tell another service something and go on."""
    return _reached(_direct(project, message), project)


@lru_cache(maxsize=1)
def documents(project: Project) -> Mapping[Function, Work]:
    """Return the functions that render a document."""
    return _reached(_direct(project, document), project)


@lru_cache(maxsize=1)
def handed_over(project: Project) -> Mapping[Function, Work]:
    """Return the functions that give work to a background task or a queue."""
    heavy = messages(project)
    found = dict(started for function in heavy for started in _starting(function, project))
    for call in reversed(project.calls):
        if call.function is not None and hands_over(call, project):
            found[call.function] = Work((call,), call.method or call.name or "?")
    return _reached(found, project)


def message(call: Call) -> Work | None:
    if call.name in names("heavy_work", "mail"):
        return Work((call,), "sends a message")
    if call.name in names("heavy_work", "webhooks") and is_forgotten(call):
        return Work((call,), "tells another service something and does nothing with the answer", is_certain=False)
    return None


def document(call: Call) -> Work | None:
    is_one = call.name in names("heavy_work", "documents")
    return Work((call,), "renders a document", is_certain=False) if is_one else None


def hands_over(call: Call, project: Project) -> bool:
    """Say whether a call gives a function to a background task, or a job to a queue."""
    if call.name in names("heavy_work", "queues") or _sends_task(call, project):
        return True
    offload = project.known_calls.offloads(call.name) if call.name is not None else None
    if offload is None or offload.destination not in HANDED_OVER:
        return False
    handed = call.argument(offload.position, *filter(None, (offload.keyword,)))
    return handed is None or not _is_light(handed)


def _sends_task(call: Call, project: Project) -> bool:
    """Say whether a call is `task.delay(…)` or its kin, of a function that a decorator has made a task."""
    if not isinstance(call.owner, FunctionValue) or call.method not in names("heavy_work", "sending"):
        return False
    made = [project.known_calls.offloads(name) for name in call.owner.original.function.decorators]
    return any(one is not None and one.destination is Destination.TASKS for one in made)


def _is_light(handed: Value) -> bool:
    """Say whether what is handed over is a library's, and neither a message nor a document: it removes a file, say."""
    if isinstance(handed, BoundExternal):
        owner = handed.owner.type if isinstance(handed.owner, ExternalObject) else None
        name = f"{owner}.{handed.name}" if owner is not None else None
    else:
        name = handed.name if isinstance(handed, External) else None
    return name is not None and name not in names("heavy_work", "mail") | names("heavy_work", "documents")


def _starting(function: Function, project: Project) -> Iterator[tuple[Function, Work]]:
    """Yield the functions that start this one as a task of its own."""
    for edge in project.flow.callers(function):
        if edge.caller is not None and not _stays(edge):
            yield edge.caller, Work((edge.call,), "a task of its own")


def _direct(project: Project, work_of: Callable[[Call], Work | None]) -> dict[Function, Work]:
    found: dict[Function, Work] = {}
    for call in project.calls:
        work = work_of(call) if call.function is not None and call.function not in found else None
        if work is not None and call.function is not None and not _is_started(call, call.function, project):
            found[call.function] = work
    return found


def _is_started(call: Call, function: Function, project: Project) -> bool:
    """Say whether a call only makes the coroutine of a task that nobody waits for."""
    starters = names("concurrency", "starters")
    return any(one.call is call and one.by.name in starters for one in started_in(function, project))


def _reached(direct: Mapping[Function, Work], project: Project) -> Mapping[Function, Work]:
    """Return what leads to some functions while the caller waits, by the shortest way."""
    found, frontier = dict(direct), list(direct)
    for _ in range(MAX_STEPS):
        above: list[Function] = []
        for function in frontier:
            for edge in project.flow.callers(function):
                if edge.caller is None or edge.caller in found or not _stays(edge):
                    continue
                if edge.is_certain or _most_do(edge, found, project):
                    work = found[function]
                    is_certain = work.is_certain and edge.is_certain
                    found[edge.caller] = Work((edge.call, *work.chain), work.what, is_certain)
                    above.append(edge.caller)
        frontier = above
    return found


def _most_do(edge: Edge, found: Mapping[Function, Work], project: Project) -> bool:
    """Say whether most of the implementations that a call may mean lead there."""
    others = [one.callee for one in project.flow.callees(edge.caller) if one.call is edge.call and not one.is_certain]
    return 2 * sum(one in found for one in others) >= len(others)


def _stays(edge: Edge) -> bool:
    return not edge.is_apart and edge.passage in STAYING


def is_forgotten(call: Call) -> bool:
    """Say whether nothing but a log is made of what a call of another service gives, its errors included."""
    around = call.around[1:] if isinstance(call.parent, syntax.Await) else call.around
    if not around or call.function is None:
        return False
    if isinstance(around[0], syntax.ExprStmt):
        return True
    if not isinstance(around[0], syntax.Assign) or len(around[0].targets) != 1:
        return False
    target = around[0].targets[0]
    return isinstance(target, syntax.Name) and _only_logs_errors(call) and _is_only_logged(target.id, call.function)


def _only_logs_errors(call: Call) -> bool:
    tries = [block for block in call.blocks if isinstance(block, syntax.Try) and block.handlers]
    handled = [inner for block in tries[-1:] for inner in tree.descendants(block.handlers)]
    return bool(handled) and not any(isinstance(inner, (syntax.Raise, syntax.Return)) for inner in handled)


def _is_only_logged(name: str, function: Function) -> bool:
    """Say whether each use of a name is a statement that logs or checks the answer."""
    reads = [node for node in function.nodes if tree.is_name(node, name)]
    return all(_is_reported(node, function) for node in reads)


def _is_reported(node: syntax.Node, function: Function) -> bool:
    for outer in _around(node, function):
        if isinstance(outer, syntax.Assign):
            return any(target is node for target in outer.targets)
        if isinstance(outer, syntax.ExprStmt):
            func = outer.value.func if isinstance(outer.value, syntax.Call) else None
            name = func.attr if isinstance(func, syntax.Attribute) else getattr(func, "id", "")
            return name in names("heavy_work", "reporting")
        if isinstance(outer, syntax.Stmt):
            return False
    return False


def _around(node: syntax.Node, function: Function) -> Iterable[syntax.Node]:
    outer = function.parents.get(id(node))
    while outer is not None:
        yield outer
        outer = function.parents.get(id(outer))
