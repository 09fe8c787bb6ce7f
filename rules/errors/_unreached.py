"""Functions that nothing is seen to call: no route, task or command leads to them."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from fastapi_audit.rule_api import Function, Project, syntax, tree

CALLING_NOTHING = frozenset({"abc.ABC", "object", "typing.Generic", "typing.Protocol"})  # bases that call no method


def is_unreached(function: Function, project: Project) -> bool:
    """Say whether nothing runs a function, nor any of those that lead to it, as far as all of that can be seen."""
    if not project.routes or project.flow.runs_in(function):
        return False
    upwards, waiting = {function}, [function]
    while waiting:
        callers = {edge.caller for edge in project.flow.callers(waiting.pop()) if edge.caller is not None} - upwards
        upwards |= callers
        waiting += callers
    return not any(_may_be_called(one, project) for one in upwards)


def _may_be_called(function: Function, project: Project) -> bool:
    """Say whether something that is not seen may call a function: a library, or a call of what is not known."""
    if function.node.decorators or function.name.startswith("__") or "<locals>" in function.qualname:
        return True
    bases = function.owner.ancestors if function.owner is not None else ()
    return function.name in _names_called(project) or any(
        isinstance(base, str) and base not in CALLING_NOTHING for base in bases
    )


@lru_cache(maxsize=1)
def _names_called(project: Project) -> frozenset[str]:
    """Return the names of what is called and not known, or stands in a `lambda`, which anything may call."""
    found = {call.method for call in project.calls if call.name is None and call.method is not None}
    outside = (tree.descendants(module.facts.statements) for module in project.modules)
    nodes = chain(*outside, *(function.nodes for function in project.functions))
    lambdas = [node for node in nodes if isinstance(node, syntax.Lambda)]
    return frozenset(found | {name for node in tree.descendants(lambdas) if (name := tree.name_of(node)) is not None})
