"""The coroutines that a function starts side by side: in `gather`, as tasks, in task groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi_audit.rule_api import Call, Function, Project, names, syntax, tree

ADDING = frozenset({"add", "append", "extend"})


@dataclass(frozen=True, slots=True)
class Started:
    """A call that makes a coroutine, or hands over a function with its arguments, and the call that starts it.

    `loops` are the loops and comprehensions that make several of it; the last one may be of the list it waits in.
    """

    call: Call
    by: Call
    loops: tuple[syntax.Node, ...]

    @property
    def arguments(self) -> tuple[syntax.Argument, ...]:
        """The arguments that the coroutine's function gets."""
        given = self.call.node.args if isinstance(self.call.node, syntax.Call) else ()
        return given[1:] if self.call is self.by else given


def started_in(function: Function, project: Project) -> tuple[Started, ...]:
    """Return what a function starts, each once."""
    calls = {id(call.node): call for call in project.calls_in(function)}
    found: dict[int, Started] = {}
    for by in calls.values():
        for started in _started_by(by, calls, function):
            found.setdefault(id(started.call.node), started)
    return tuple(found.values())


def _started_by(by: Call, calls: Mapping[int, Call], function: Function) -> Iterator[Started]:
    if not isinstance(by.node, syntax.Call):
        return
    if by.name in names("concurrency", "groups_of_functions"):
        yield Started(by, by, _loops(by.around))
    elif by.name in names("concurrency", "starters") | names("concurrency", "groups"):
        for node, loops in _coroutines(by.node.args[0].value, function, calls) if by.node.args else ():
            yield Started(calls[id(node)], by, (*_loops(by.around), *loops))
    elif by.name in names("concurrency", "gatherers"):
        for argument in by.node.args:
            for node, loops in _coroutines(argument.value, function, calls):
                yield Started(calls[id(node)], by, loops)


def _coroutines(
    node: syntax.Expr, function: Function, calls: Mapping[int, Call], depth: int = 0
) -> Iterator[tuple[syntax.Call, tuple[syntax.Node, ...]]]:
    """Yield the calls that make the coroutines which an expression stands for, and the loops around each."""
    if isinstance(node, syntax.Call):
        call = calls.get(id(node))
        if call is not None and call.name in names("concurrency", "wrappers") and node.args:
            yield from _coroutines(node.args[0].value, function, calls, depth)
        elif call is not None and call.name not in names("concurrency", "starters"):
            yield node, _loops(call.around)
    elif isinstance(node, syntax.Sequence):
        for item in node.items:
            yield from _coroutines(item, function, calls, depth)
    elif isinstance(node, syntax.Starred):
        yield from _coroutines(node.value, function, calls, depth)
    elif isinstance(node, syntax.Comprehension):
        yield from _coroutines(node.element, function, calls, depth)
    elif isinstance(node, syntax.Name) and depth < 2:
        for value in _put_into(node.id, function):
            yield from _coroutines(value, function, calls, depth + 1)


def _put_into(name: str, function: Function) -> Iterator[syntax.Expr]:
    """Yield what a function assigns to a name, and what it appends to it."""
    for node in function.nodes:
        if isinstance(node, syntax.Assign) and any(tree.is_name(target, name) for target in node.targets):
            yield node.value
        if isinstance(node, syntax.AnnAssign) and node.value is not None and tree.is_name(node.target, name):
            yield node.value
        if isinstance(node, syntax.Call) and _appends_to(node, name):
            yield node.args[0].value


def _appends_to(node: syntax.Call, name: str) -> bool:
    is_method = isinstance(node.func, syntax.Attribute) and tree.is_name(node.func.value, name)
    return is_method and bool(node.args) and getattr(node.func, "attr", None) in ADDING


def _loops(around: tuple[syntax.Node, ...]) -> tuple[syntax.Node, ...]:
    return tuple(node for node in around if isinstance(node, (syntax.For, syntax.While, syntax.Comprehension)))
