"""Blocks that build HTML in code: what stands in them is a page, as in a template."""

from fastapi_audit.rule_api import Call, ExternalObject, Function, Item, Project, Unknown, names, syntax

MAX_STEPS = 4


def rendering_blocks(function: Function, project: Project) -> frozenset[int]:
    """Return the `with` statements of a function that open elements of a page, by their identities."""
    entered = (call for call in project.calls_in(function) if is_entered(call))
    return frozenset(id(call.around[1]) for call in entered if opens_element(call, project))


def opens_element(call: Call, project: Project, steps: int = MAX_STEPS) -> bool:
    """Say whether a call opens an element of a library, or a component of the project that is made of such."""
    if is_of_builder(call):
        return True
    target = call.target
    if not steps or not isinstance(target, Function) or not target.node.is_generator:
        return False
    entered = (inner for inner in project.calls_in(target) if is_entered(inner))
    return any(opens_element(inner, project, steps - 1) for inner in entered)


def is_of_builder(call: Call) -> bool:
    name = call.name or made_by(call)
    return any(name.startswith(f"{library}.") for library in names("rendering", "builders"))


def made_by(call: Call) -> str:
    """Return the call that gave the tuple that what is called was taken of: `doc, tag, text = Doc().tagtext()`."""
    derived = call.result.derived if isinstance(call.result, Unknown) else None
    owner = derived.owner if isinstance(derived, Item) else None
    return owner.call.name if isinstance(owner, ExternalObject) and owner.call is not None else ""


def is_entered(call: Call) -> bool:
    return any(isinstance(outer, syntax.WithItem) for outer in call.around[:1])
