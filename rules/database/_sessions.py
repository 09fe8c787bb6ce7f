"""What becomes of sessions and connections in the function that makes them."""

from collections.abc import Iterable

from fastapi_audit.rule_api import Call, Function, Project, syntax, tree


def user_of(call: Call) -> syntax.Node | None:
    """Return what stands around a call, or around the `await` of it."""
    return next((outer for outer in call.around if not isinstance(outer, syntax.Await)), None)


def with_around(call: Call) -> syntax.With | None:
    """Return the `with` statement that a call opens something for, itself or inside `closing(…)`."""
    for outer, further in zip(call.around, call.around[1:], strict=False):
        if isinstance(outer, syntax.WithItem):
            return further if isinstance(further, syntax.With) else None
        if not isinstance(outer, (syntax.Await, syntax.Argument, syntax.Call)):
            return None
    return None


def assigned_name(call: Call) -> str | None:
    """Return the name that a call's result is assigned to, if that is all that is done with it."""
    match user_of(call):
        case syntax.Assign(targets=(syntax.Name(id=name),)) | syntax.AnnAssign(target=syntax.Name(id=name)):
            return name
        case _:
            return None


def mentions(nodes: Iterable[syntax.Node], name: str) -> bool:
    """Say whether a name stands somewhere in some nodes."""
    return any(tree.is_name(node, name) for node in tree.descendants(nodes))


def dependencies_of(project: Project) -> frozenset[Function]:
    """Return the functions that FastAPI calls as dependencies."""
    handlers = {route.handler for route in project.routes}
    return frozenset(function for function in project.flow.entries if function not in handlers)
