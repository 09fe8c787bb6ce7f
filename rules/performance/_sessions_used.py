"""Database sessions that a coroutine uses and that are not its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.rule_api import ExternalObject, Function, Project, Value, names, options_of, syntax, tree

from ._side_by_side import Started


def sessions_of(one: Started, function: Function, project: Project) -> Iterator[str]:
    """Yield the sessions that a coroutine started by a function shares with others, as they are written there."""
    positional = one.call.positional[1:] if one.call is one.by else one.call.positional
    handed = _handed(one.arguments, positional, one.call.named)
    found = dict.fromkeys([*handed, *_receivers(one, project), *_closed_over(one, function, project)])
    own = tree.names_bound(one.loops)
    yield from (session for session in found if session and session.partition(".")[0] not in own)


def _handed(
    arguments: Sequence[syntax.Argument], positional: Sequence[Value], named: Mapping[str, Value]
) -> Iterator[str]:
    """Yield the sessions among the arguments of a call."""
    values = iter(positional)
    for argument in arguments:
        value = named.get(argument.keyword) if argument.keyword else next(values, None)
        if value is not None and _is_session(value):
            yield _written(argument.value)


def _receivers(one: Started, project: Project) -> Iterator[str]:
    """Yield the session whose method a coroutine is, or the object that keeps one and whose method it is."""
    node, target = one.call.node, one.call.target
    if one.call is one.by or not isinstance(node, syntax.Call) or not isinstance(node.func, syntax.Attribute):
        return
    is_of_session = _owner(one.call.name) in names("concurrency", "sessions")
    if is_of_session or (isinstance(target, Function) and _uses_kept_session(target, project)):
        yield _written(node.func.value)


def _uses_kept_session(method: Function, project: Project) -> bool:
    """Say whether a method uses a session that its object keeps."""
    owner = method.owner
    reached = project.reached([method]) if owner is not None else ()
    methods = [one for one in reached if one.owner is not None and owner is not None and owner.inherits(one.owner)]
    return any(
        session.startswith(f"{one.node.params[0].name}.")
        for one in methods
        if one.node.params
        for session in _used(one, project)
    )


def _closed_over(one: Started, function: Function, project: Project) -> Iterator[str]:
    """Yield the sessions of the function around that a nested function uses, unless it takes a lock first."""
    target = one.call.target
    if not isinstance(target, Function) or not target.qualname.startswith(f"{function.qualname}.<locals>."):
        return
    own = tree.names_bound(target.statements) | {param.name for param in target.node.params}
    if not _takes_lock(target):
        yield from (session for session in _used(target, project) if session.partition(".")[0] not in own)


def _takes_lock(function: Function) -> bool:
    """Say whether a function enters something that it has not made itself."""
    entered = (node for node in function.nodes if isinstance(node, syntax.With))
    return any(not isinstance(item.value, syntax.Call) for node in entered for item in node.items)


def _used(function: Function, project: Project) -> Iterator[str]:
    """Yield the sessions whose methods a function calls, and those that it hands on."""
    for call in project.calls_in(function):
        if isinstance(call.node, syntax.Call):
            if _owner(call.name) in names("concurrency", "sessions") and isinstance(call.node.func, syntax.Attribute):
                yield _written(call.node.func.value)
            yield from _handed(call.node.args, call.positional, call.named)


def _owner(name: str | None) -> str:
    return (name or "").rpartition(".")[0]


def _is_session(value: Value) -> bool:
    sessions = names("concurrency", "sessions")
    return any(isinstance(option, ExternalObject) and option.type in sessions for option in options_of(value))


def _written(node: syntax.Expr) -> str:
    """Return a name, or a chain of attributes of one, as it is written; "" for anything else."""
    if isinstance(node, syntax.Attribute):
        owner = _written(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return node.id if isinstance(node, syntax.Name) else ""
