"""What an application opens when it starts, and what it closes when it stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fastapi_audit.rule_api import (
    Application,
    Call,
    Function,
    Passage,
    Project,
    may_be_true,
    names,
    syntax,
    texts,
    tree,
)

MAX_STEPS = 4
TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Resource:
    """A call that opens something of a kind. `is_left`: no `with` and no stack closes it by itself."""

    call: Call
    kind: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """What an application closes: kinds, with the calls that do, and where something of unknown type is closed."""

    kinds: dict[str, Call]
    other: Call | None
    is_handed_on: bool

    def covers(self, kind: str) -> bool:
        """Say whether something of a kind is closed, or may be."""
        return kind in self.kinds or self.other is not None or self.is_handed_on


def opened(application: Application, project: Project) -> Iterator[Resource]:
    """Yield what is opened at startup, then what modules have opened for good."""
    for function in reached(application, project):
        for call in project.calls_in(function):
            kind = kind_opened(call, project)
            is_own = function in application.lifecycle
            is_left = kind is not None and not is_left_by_itself(call, project)
            if kind is None or (kind in names("resources", "quiet") and not is_own):
                continue
            if is_left or (is_own and function.node.is_generator):
                yield Resource(call, kind, is_left)
    for call in made_by_modules(project):
        yield Resource(call, texts("resources", "opens")[str(call.name)], is_left=True)


@lru_cache(maxsize=1)
def made_by_modules(project: Project) -> tuple[Call, ...]:
    """Return the calls outside of functions that open what warns when it is left open."""
    kinds = texts("resources", "opens")
    found = (call for call in project.calls if call.function is None and not call.blocks)
    return tuple(call for call in found if kinds.get(call.name or "") in names("resources", "warning"))


def reached(application: Application, project: Project) -> tuple[Function, ...]:
    """Return the functions that run at startup and shutdown, with those that they call and wait for."""
    found = dict.fromkeys(application.lifecycle)
    frontier = list(found)
    for _ in range(MAX_STEPS):
        edges = (edge for function in frontier for edge in project.flow.callees(function))
        below = [edge.callee for edge in edges if not edge.is_apart and edge.passage is not Passage.LOOP]
        frontier = [function for function in dict.fromkeys(below) if function not in found]
        found.update(dict.fromkeys(frontier))
    return tuple(found)


def kind_opened(call: Call, project: Project) -> str | None:
    """Return what kind of thing a call opens; one that starts an endless task opens a task."""
    if call.name in names("concurrency", "starters") and isinstance(call.node, syntax.Call) and call.node.args:
        made = next((one for one in _calls_in_scope(call, project) if one.node is call.node.args[0].value), None)
        is_endless = made is not None and isinstance(made.target, Function) and _never_ends(made.target)
        return TASKS if is_endless else None
    return texts("resources", "opens").get(call.name or "")


def _calls_in_scope(call: Call, project: Project) -> Iterator[Call]:
    yield from project.calls_in(call.function) if call.function is not None else ()


def _never_ends(function: Function) -> bool:
    loops = (node for node in function.nodes if isinstance(node, syntax.While))
    return any(isinstance(loop.test, syntax.Constant) and bool(loop.test.value) for loop in loops)


def is_left_by_itself(call: Call, project: Project) -> bool:
    """Say whether a `with` or a stack closes what a call opens, there or where it or a local of it is returned to."""
    for node in call.around:
        if isinstance(node, syntax.WithItem):
            return True
        if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
            return node.func.attr in names("resources", "stacks")
        if call.function is not None and (isinstance(node, syntax.Return) or _is_returned(node, call.function)):
            callers = project.flow.callers(call.function)
            return any(edge.call is not call and is_left_by_itself(edge.call, project) for edge in callers)
    return False


def _is_returned(node: syntax.Node, function: Function) -> bool:
    """Say whether something is assigned to a local that the function gives back, and to nothing else."""
    match node:
        case syntax.Assign(targets=(syntax.Name(id=name),)) | syntax.AnnAssign(target=syntax.Name(id=name)):
            returns = (one for one in function.nodes if isinstance(one, syntax.Return))
            return any(tree.is_name(one.value, name) for one in returns)
        case _:
            return False


def closing(application: Application, project: Project) -> Closing:
    """Return what is closed at shutdown, or right after startup has used it."""
    kinds: dict[str, Call] = {}
    other = next((call for call in project.calls if registers_closing(call)), None)
    known = texts("resources", "closes")
    for function in reached(application, project):
        for call in project.calls_in(function):
            if (kind := known.get(call.name or "")) is not None:
                kinds.setdefault(kind, call)
            elif call.method == "cancel":
                kinds.setdefault(TASKS, call)
            elif call.method in names("resources", "methods") and not isinstance(call.target, Function):
                other = other or call
    return Closing(kinds, other, may_be_true(application.arguments.get("on_shutdown")))


def registers_closing(call: Call) -> bool:
    """Say whether a call registers the method of something for shutdown: `add_event_handler("shutdown", x.close)`."""
    if call.method != "add_event_handler" or not isinstance(call.node, syntax.Call):
        return False
    given = [item.value for item in call.node.args]
    return any(isinstance(one, syntax.Attribute) and one.attr in names("resources", "methods") for one in given)
