"""Routes that take POST and only read, as a search with a body does: all that their handler calls is known to."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Class,
    DataAccess,
    ExternalObject,
    Function,
    Known,
    Project,
    Route,
    names,
    syntax,
    tree,
)

MAX_FUNCTIONS = 60
CONTAINERS = frozenset({"dict", "list", "set"})
SELECTS = frozenset({"sqlalchemy.Select", "sqlmodel.Select"})
MODELS = ("pydantic.BaseModel", "sqlmodel.SQLModel")


def changes_nothing(route: Route, project: Project) -> bool:
    """Say whether a POST route works on something, and nothing that it calls, at any depth, changes anything."""
    if route.methods != ("POST",) or route.handler is None or not _works(route.handler, project):
        return False
    if leads_to_a_write(route, project):
        return False
    waiting, seen = [route.handler], {route.handler}
    while waiting:
        function = waiting.pop()
        is_open = function is not route.handler and is_left_to_others(function, project)
        if len(seen) > MAX_FUNCTIONS or is_open or _sets_state(function) or not _only_reads(function, project):
            return False
        below = {edge.callee for edge in project.flow.callees(function)} - seen
        seen |= below
        waiting += below
    return True


def leads_to_a_write(route: Route, project: Project) -> bool:
    """Say whether the handler of a route, or a dependency of it, is seen to write to a database."""
    functions = (route.handler, *(one.function for one in route.all_dependencies))
    return any(project.writes.reached_from(function) for function in functions if function is not None)


def _works(handler: Function, project: Project) -> bool:
    """Say whether a handler does more than to refuse: what has no body yet says nothing about what it will do."""
    raised = {id(node.exc) for node in handler.nodes if isinstance(node, syntax.Raise)}
    return any(id(call.node) not in raised for call in project.calls_in(handler))


def is_left_to_others(function: Function, project: Project) -> bool:
    """Say whether a function has no body of its own: what carries it out may not be in the project."""
    has_result = any(isinstance(node, syntax.Return) for node in function.nodes)
    return not has_result and not _works(function, project)


def _sets_state(function: Function) -> bool:
    """Say whether a function binds or changes what others see: globals, attributes and items of what it was given."""
    nodes = function.nodes
    made = made_here(function)
    return any(isinstance(node, (syntax.Scope, syntax.Delete, syntax.FunctionDef)) for node in nodes) or any(
        isinstance(target, (syntax.Attribute, syntax.Subscript)) and root_of(target) not in made
        for node in nodes
        for target in _targets(node)
    )


def _targets(node: syntax.Node) -> Iterator[syntax.Node]:
    if isinstance(node, syntax.Assign):
        yield from tree.descendants(node.targets)
    elif isinstance(node, (syntax.AnnAssign, syntax.AugAssign)):
        yield node.target


def made_here(function: Function) -> frozenset[str]:
    """Return the names of containers and objects that a function makes itself, by a display or a call of a class."""
    made = {
        target.id
        for node in function.nodes
        if isinstance(node, (syntax.Assign, syntax.AnnAssign))
        and isinstance(node.value, (syntax.Sequence, syntax.Dict))
        for target in (node.targets if isinstance(node, syntax.Assign) else (node.target,))
        if isinstance(target, syntax.Name)
    }
    return frozenset({*made, *(("self",) if function.name == "__init__" else ())})


def root_of(node: syntax.Expr) -> str:
    while isinstance(node, (syntax.Attribute, syntax.Subscript)):
        node = node.value
    return node.id if isinstance(node, syntax.Name) else ""


def _only_reads(function: Function, project: Project) -> bool:
    accesses = {id(access.call.node): access for access in project.data_accesses_in(function)}
    logged = {id(one.call.node) for one in project.log_calls_in(function)}
    made = made_here(function)
    return all(
        id(call.node) in logged or _is_harmless(call, accesses.get(id(call.node)), made)
        for call in project.calls_in(function)
    )


def _is_harmless(call: Call, access: DataAccess | None, made: frozenset[str]) -> bool:
    if isinstance(call.target, Function):
        return True  # it is looked into
    if isinstance(call.target, Class):
        return call.target.find_method("__init__") is not None or call.target.is_a(*MODELS) or call.target.is_dataclass
    if access is not None:
        return reads(access)
    if call.name is None:
        return False
    owner, _, method = call.name.rpartition(".")
    if call.name in names("reading", "functions") or owner in names("reading", "types"):
        return True
    if owner in CONTAINERS:
        node = call.node.func if isinstance(call.node, syntax.Call) else None
        return method in names("reading", "containers") or (
            isinstance(node, syntax.Attribute) and root_of(node) in made
        )
    known = (*names("reading", "modules"), *names("reading", "builders"))
    return any(call.name.startswith(f"{module}.") for module in known)


def reads(access: DataAccess) -> bool:
    """Say whether an access surely reads: by its method, or by the SQL or the builder that it is given."""
    method = (access.call.name or "").rpartition(".")[2]
    if access.statement is not None:
        text = access.statement.value if isinstance(access.statement, Known) else None
        return isinstance(text, str) and text.lstrip()[:6].lower() == "select"
    if method in names("reading", "accesses"):
        return True
    given = access.call.argument(0, "statement", "query")
    is_select = isinstance(given, ExternalObject) and given.type in SELECTS
    return is_select and method.startswith(("exec", "scalar", "stream"))
