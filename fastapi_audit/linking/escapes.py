"""Which errors leave which functions: raises, carried up the call graph to the first clause that catches them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import numbers
from fastapi_audit.linking.carried_statuses import CarriedStatuses
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import HTTP_EXCEPTIONS
from fastapi_audit.model.code import BROAD, ExceptClause, Raise, Site
from fastapi_audit.model.escapes import ErrorAnswer, Escapes
from fastapi_audit.model.flow import Edge
from fastapi_audit.model.module import Function
from fastapi_audit.model.project import Project


def build_escapes(project: Project, interpreter: Interpreter) -> Escapes:
    """Return the errors that leave the functions of a service."""
    finder = _Finder(project, CarriedStatuses(interpreter))
    found: dict[Function, list[ErrorAnswer]] = {}
    for raised in project.raises:
        answer = finder.answer(raised)
        if answer is not None:
            for function in finder.left_by(raised):
                found.setdefault(function, []).append(answer)
    return Escapes({function: tuple(answers) for function, answers in found.items()})


class _Finder:
    def __init__(self, project: Project, carried: CarriedStatuses) -> None:
        self._project = project
        self._carried = carried

    def answer(self, raised: Raise) -> ErrorAnswer | None:
        """Return what becomes of a raise; None when it is no answer that somebody meant."""
        if raised.name is None or raised.value is None:
            return None
        if raised.name in numbers("errors", "statuses"):
            return ErrorAnswer(raised, numbers("errors", "statuses")[raised.name])
        is_http = raised.is_a(*HTTP_EXCEPTIONS)
        handler = self._carried.handler(raised.value)
        if not is_http and handler is None:
            return None
        status = self._carried.status(raised.value, raised.call)
        if status is None and handler is not None:
            answers = self._carried.answers(handler)
            status = answers.pop() if len(answers) == 1 else None
        return ErrorAnswer(raised, status)

    def left_by(self, raised: Raise) -> Iterator[Function]:
        """Yield the functions that a raise leaves, the one around it first."""
        names = _names(raised)
        if raised.function is None or self._is_caught(raised, names):
            return
        waiting, seen = [raised.function], {raised.function}
        while waiting:
            current = waiting.pop()
            yield current
            for edge in self._project.flow.callers(current):
                caller = edge.caller
                if caller is not None and caller not in seen and self._passes_on(edge, names):
                    seen.add(caller)
                    waiting.append(caller)

    def _passes_on(self, edge: Edge, names: frozenset[str]) -> bool:
        """Say whether an exception goes from a callee to its caller, and out of that."""
        return edge.is_certain and not edge.is_apart and not self._is_caught(edge.call, names)

    def _is_caught(self, site: Site, names: frozenset[str]) -> bool:
        """Say whether a `try` around a place, in the same function, keeps an exception of some names."""
        if site.function is None:
            return False
        clauses = self._project.except_clauses_in(site.function)
        by_handler = {id(clause.handler): clause for clause in clauses} if clauses else {}
        for position, block in enumerate(site.blocks):
            inner = site.blocks[position + 1] if position + 1 < len(site.blocks) else None
            if isinstance(block, syntax.Try) and not isinstance(inner, syntax.Handler):
                caught = [by_handler[id(one)] for one in block.handlers if id(one) in by_handler]
                if _keeps(caught, names):
                    return True
        return False


def _names(raised: Raise) -> frozenset[str]:
    """Return the names under which an exception can be caught."""
    own = {raised.name} if raised.name is not None else set()
    bases = {str(ancestor) for ancestor in raised.cls.ancestors} if raised.cls is not None else set()
    web = set(HTTP_EXCEPTIONS) if raised.is_a(*HTTP_EXCEPTIONS) else set()
    return frozenset(own | bases | web | BROAD)


def _keeps(clauses: Sequence[ExceptClause], names: frozenset[str]) -> bool:
    """Say whether the first clause that catches an exception does not pass it on as it is."""
    first = next((clause for clause in clauses if not names.isdisjoint(clause.catches)), None)
    return first is not None and not any(
        isinstance(node, syntax.Raise) and (node.exc is None or tree.is_name(node.exc, first.handler.name))
        for node in tree.descendants(first.handler.body)
    )
