"""Routes that take POST and search, or make a file of what they are sent: nothing is seen to change anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_audit.rule_api import Call, Class, Function, Known, Project, Route, names, syntax, tree

from ._reading import CONTAINERS, MAX_FUNCTIONS, is_left_to_others, leads_to_a_write, made_here, reads, root_of

ANSWER = "fastapi.responses.FileResponse"
KEEPING = frozenset("awx+")  # in the mode of `open`


def only_asks(route: Route, project: Project) -> bool:
    """Say whether a POST route asks a search engine, or answers with a temporary file, and nothing changes by its name.

    What no code is seen of may change something all the same.
    """
    handler = route.handler
    if route.methods != ("POST",) or handler is None or _changes_what_is_given(handler):
        return False
    if leads_to_a_write(route, project):
        return False
    functions = _reached(handler, project)
    calls = [call for function in functions for call in _foreign_calls(function, project)]
    makes_file = _makes_file(project.calls_in(handler))
    if len(functions) > 2 * MAX_FUNCTIONS or not (makes_file or any(map(_searches, calls))):
        return False
    if any(is_left_to_others(one, project) and _is_change(one.name, is_awaited=one.is_async) for one in functions):
        return False
    accesses = [access for function in functions for access in project.data_accesses_in(function)]
    return all(map(reads, accesses)) and not any(_changes(call, makes_file=makes_file) for call in calls)


def _reached(handler: Function, project: Project) -> list[Function]:
    found = {handler: None}
    waiting = [handler]
    while waiting and len(found) <= 2 * MAX_FUNCTIONS:
        below = {edge.callee: None for edge in project.flow.callees(waiting.pop()) if edge.callee not in found}
        found |= below
        waiting += below
    return list(found)


def _foreign_calls(function: Function, project: Project) -> Iterator[Call]:
    """Yield the calls that are not looked into: neither of the project nor of loggers nor of the data layer."""
    seen = {id(access.call.node) for access in project.data_accesses_in(function)}
    seen |= {id(log.call.node) for log in project.log_calls_in(function)}
    for call in project.calls_in(function):
        if not isinstance(call.target, (Function, Class)) and id(call.node) not in seen:
            yield call


def _makes_file(calls: Iterable[Call]) -> bool:
    called = {call.name for call in calls}
    return ANSWER in called and not called.isdisjoint(names("reading", "temporary"))


def _searches(call: Call) -> bool:
    owner, _, method = (call.name or "").rpartition(".")
    return owner in names("reading", "searchers") and method in names("reading", "searches")


def _changes(call: Call, *, makes_file: bool) -> bool:
    name = call.name or call.method or ""
    owner, _, method = name.rpartition(".")
    if owner in names("reading", "searchers"):
        return method not in names("reading", "searches")
    if owner.partition("[")[0] in CONTAINERS or owner in names("reading", "types"):
        return False
    if name.partition(".")[0].removesuffix("()") in names("reading", "files"):
        return not makes_file and _keeps(call, name)
    return _is_change(method, is_awaited=call.is_awaited)


def _keeps(call: Call, name: str) -> bool:
    """Say whether a call of the file system leaves something there."""
    if name != "open":
        return _is_change(name.rpartition(".")[2], is_awaited=True)
    mode = call.argument(1, "mode")
    return mode is not None and not (isinstance(mode, Known) and KEEPING.isdisjoint(str(mode.value)))


def _is_change(method: str, *, is_awaited: bool) -> bool:
    verb = method.lstrip("_").partition("_")[0]
    return not {verb, method}.isdisjoint(names("reading", "changes")) or (
        is_awaited and verb in names("reading", "waited-changes")
    )


def _changes_what_is_given(handler: Function) -> bool:
    """Say whether a handler binds globals, or attributes and items of what it did not make, headers left out."""
    made = made_here(handler)
    nodes = handler.nodes
    return any(isinstance(node, (syntax.Scope, syntax.Delete)) for node in nodes) or any(
        isinstance(target, (syntax.Attribute, syntax.Subscript)) and root_of(target) not in made
        for node in nodes
        for target in _bound(node)
    )


def _bound(node: syntax.Node) -> Iterator[syntax.Node]:
    targets = node.targets if isinstance(node, syntax.Assign) else ()
    if isinstance(node, (syntax.AnnAssign, syntax.AugAssign)):
        targets = (node.target,)
    for target in targets:
        if not (isinstance(target, syntax.Subscript) and tree.name_of(target.value) == "headers"):
            yield target
