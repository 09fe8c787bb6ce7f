"""What a call hands to a function that runs later, or beside it."""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import (
    Call,
    Collection,
    Destination,
    ExternalObject,
    Function,
    Instance,
    Project,
    Value,
    names,
    options_of,
    syntax,
    tree,
)

WAITING = ("TaskGroup.", "Nursery.")  # a group of tasks ends when they have ended
KEEPING = frozenset({"add_done_callback", "daemon", "name", "set_name", "start"})


def runs_after_response(call: Call, project: Project) -> bool:
    """Say whether a call hands a function to the background tasks of FastAPI."""
    return destination(call, project) is Destination.BACKGROUND


def runs_unattended(call: Call, project: Project) -> bool:
    """Say whether a call starts a task or a thread that the function around it does not wait for."""
    if destination(call, project) not in (Destination.LOOP, Destination.THREAD) or call.is_of_coroutine_function:
        return False
    return not any(part in (call.name or "") for part in WAITING) and is_left_alone(call)


def destination(call: Call, project: Project) -> Destination | None:
    """Return where a call takes the function that it is given."""
    offload = project.known_calls.offloads(call.name) if call.name is not None else None
    return offload.destination if offload is not None and not offload.wraps else None


def is_left_alone(call: Call) -> bool:
    """Say whether a task or thread is only started and kept, never awaited, joined, returned or handed on."""
    match call.parent:
        case syntax.ExprStmt() | syntax.Attribute(attr="start"):
            return True
        case syntax.Assign(targets=(syntax.Name(id=name),)) if call.function is not None:
            return all(_keeps(node, call.function) for node in _mentions(name, call.function))
        case _:
            return False


def _mentions(name: str, function: Function) -> Iterator[syntax.Name]:
    for node in function.nodes:
        if isinstance(node, syntax.Name) and node.id == name:
            yield node


def _keeps(node: syntax.Name, function: Function) -> bool:
    """Say whether a task is only assigned, given a callback, or put into a set that is not the function's own."""
    around = function.parents.get(id(node))
    if isinstance(around, syntax.Argument):
        call = function.parents.get(id(around))
        keeper = call.func if isinstance(call, syntax.Call) else None
        return isinstance(keeper, syntax.Attribute) and keeper.attr == "add" and not _is_own(keeper.value, function)
    return isinstance(around, syntax.Assign) or (isinstance(around, syntax.Attribute) and around.attr in KEEPING)


def _is_own(node: syntax.Expr, function: Function) -> bool:
    return isinstance(node, syntax.Name) and node.id in tree.names_bound(function.statements)


def sessions_of_request(call: Call, project: Project) -> Iterator[str]:
    """Yield the parameters with a session that a call hands on: itself, in a tuple, or to the coroutine it is given."""
    function = call.function
    if function is None:
        return
    parameters = {parameter.name for parameter in function.node.params}
    for node, value in _given(call, project.calls_in(function)):
        if isinstance(node, syntax.Name) and node.id in parameters and is_session(value):
            yield node.id


def is_session(value: Value) -> bool:
    """Say whether a value is a database session."""
    known = names("sessions", "sessions")
    for option in options_of(value):
        if isinstance(option, ExternalObject) and option.type in known:
            return True
        if isinstance(option, Instance) and option.cls.is_a(*known):
            return True
    return False


def _given(call: Call, calls: Sequence[Call]) -> Iterator[tuple[syntax.Expr, Value]]:
    """Yield the arguments of a call with what they are, those of a call and the items of a tuple among them too."""
    position = 0
    for argument in call.node.args if isinstance(call.node, syntax.Call) else ():
        if argument.star:
            return
        value = call.named.get(argument.keyword or "") if argument.keyword else None
        if argument.keyword is None and position < len(call.positional):
            value, position = call.positional[position], position + 1
        if value is None:
            continue
        yield argument.value, value
        if isinstance(argument.value, syntax.Sequence) and isinstance(value, Collection):
            yield from zip(argument.value.items, value.items, strict=False)
        for inner in calls:
            if inner.node is argument.value:
                yield from _given(inner, ())
