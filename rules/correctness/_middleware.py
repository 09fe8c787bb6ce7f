"""What a middleware of the project does before the application gets the request, and what it answers itself."""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Function,
    Known,
    Middleware,
    Place,
    Project,
    Return,
    options_of,
    syntax,
    tree,
)

RESPONSES = "fastapi.responses."
ERRORS_FROM = 400
OWN_CORS = "access-control-allow-origin"


def entry(middleware: Middleware) -> Function | None:
    """Return the function that gets the requests first."""
    return next(iter(middleware.entries), None)


def refusals(function: Function, project: Project) -> Iterator[tuple[Place, bool]]:
    """Yield where a middleware answers with an error of its own and without CORS headers, and whether it does so in
    place of an exception.
    """
    if any(text.lower() == OWN_CORS for text in _texts(function)):
        return
    if function.name == "__call__":
        yield from ((call.place, False) for call in project.calls_in(function) if _makes_error(call))
        return
    for answer in project.returns_in(function):
        if answer.status is None or answer.status < ERRORS_FROM or not _is_made_here(answer):
            continue
        is_handed_on = _is_handed_on(function, answer.place, project)
        is_instead = any(isinstance(block, syntax.Handler) for block in answer.blocks)
        if is_instead or not is_handed_on:
            yield answer.place, is_handed_on


def reads_before(function: Function, attribute: str, project: Project) -> Place | None:
    """Return where a middleware reads an attribute of the request before it hands the request on."""
    if attribute in _texts(function):  # it may ask whether the scope has it
        return None
    request = _parameters(function)[0] if len(_parameters(function)) == 2 else None
    for node in function.nodes:
        if isinstance(node, syntax.Attribute) and node.attr == attribute and isinstance(node.value, syntax.Name):
            place = function.module.at(node)
            if node.value.id == request and not _is_handed_on(function, place, project):
                return place
    return None


def reads_texts_of_bodies(function: Function) -> Place | None:
    """Return where a middleware takes the response's body for a text."""
    nodes = function.nodes
    read = next((one for one in nodes if isinstance(one, syntax.Attribute) and one.attr == "body_iterator"), None)
    decodes = any(isinstance(one, syntax.Attribute) and one.attr in ("decode", "loads") for one in nodes)
    return function.module.at(read) if read is not None and decodes else None


def _is_made_here(answer: Return) -> bool:
    made = [one.call for one in options_of(answer.value) if isinstance(one, ExternalObject)]
    return any(call is not None and call.name.startswith(RESPONSES) for call in made)


def _is_handed_on(function: Function, place: Place, project: Project) -> bool:
    """Say whether the request was handed on before a place, on a way that gets there."""
    following = _parameters(function)[-1] if _parameters(function) else ""
    return any(
        call.place < place and not any(isinstance(node, syntax.Return) for node in call.around[:2])
        for call in project.calls_in(function)
        if _calls_or_takes(call, following)
    )


def _calls_or_takes(call: Call, name: str) -> bool:
    if not isinstance(call.node, syntax.Call):
        return False
    nodes = (call.node.func, *(argument.value for argument in call.node.args))
    return any(tree.is_name(node, name) for node in nodes)


def _makes_error(call: Call) -> bool:
    made = call.result if isinstance(call.result, ExternalObject) else None
    if made is None or made.call is None or not made.call.name.startswith(RESPONSES):
        return False
    status = made.call.argument(1, "status_code")
    return isinstance(status, Known) and isinstance(status.value, int) and status.value >= ERRORS_FROM


def _parameters(function: Function) -> list[str]:
    names = [parameter.name for parameter in function.node.params]
    return names[1:] if function.owner is not None else names


def _texts(function: Function) -> frozenset[str]:
    nodes = function.nodes
    return frozenset(node.value for node in nodes if isinstance(node, syntax.Constant) and isinstance(node.value, str))
