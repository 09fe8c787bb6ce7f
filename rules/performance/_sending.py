"""Handlers that are there to send something, and that answer whether it went."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import Call, Function, Project, syntax, tree

from ._heavy import Work
from ._repetition import dependent, mentions


def is_what_was_asked_for(function: Function, work: Work, project: Project) -> bool:
    """Say whether a handler stores nothing and answers with what became of a message: its caller waits for that."""
    if any(not write.is_apart for write in project.writes.reached_from(function)):
        return False
    return _tells_error(work.call, function) or _gives_result(work, project)


def _gives_result(work: Work, project: Project) -> bool:
    """Say whether each function on the way returns what the next one gives; the last may say so by no error."""
    *way, last = work.chain
    if not way:
        return _is_returned(last)
    is_told = last.function is not None and bool(project.returns_in(last.function))
    return is_told and all(map(_is_returned, way))


def _is_returned(call: Call) -> bool:
    """Say whether a function returns what a call gives, or something that it makes of it."""
    if any(isinstance(node, syntax.Return) for node in call.around):
        return True
    bound = {name for node in call.around if isinstance(node, syntax.Assign) for name in tree.names_bound([node])}
    return call.function is not None and _reaches_return(bound, call.function)


def _reaches_return(bound: set[str], function: Function) -> bool:
    found = dependent(bound, function.statements)
    returns = (node for node in function.nodes if isinstance(node, syntax.Return))
    return bool(bound) and any(node.value is not None and mentions(node.value, found) for node in returns)


def _tells_error(call: Call, function: Function) -> bool:
    """Say whether the answer has the error of a message, caught around the call."""
    for clause in _clauses_around(call):
        bound = {clause.name} if clause.name is not None else set[str]()
        if any(isinstance(node, (syntax.Raise, syntax.Return)) for node in tree.descendants(clause.body)):
            return True
        if _reaches_return(bound, function):
            return True
    return False


def _clauses_around(call: Call) -> Iterator[syntax.Handler]:
    for block in call.blocks:
        if isinstance(block, syntax.Try):
            yield from block.handlers
