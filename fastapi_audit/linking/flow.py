"""The call graph with where every function runs: from handlers, dependencies, middleware and tasks along the edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.knowledge.offloading import Destination
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import decorator_name
from fastapi_audit.linking.flow_edges import EdgeFinder
from fastapi_audit.linking.loop_calls import loop_calls
from fastapi_audit.model.flow import Context, Edge, Flow, Passage
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.routing import Application, Route
from fastapi_audit.model.values import FunctionValue

Root = tuple[Function, Context]


def build_flow(
    code: CodeIndex,
    interpreter: Interpreter,
    applications: Sequence[Application],
    classes: Sequence[Class],
    knowledge: CallKnowledge,
) -> Flow:
    """Return the call graph of a service."""
    finder = EdgeFinder(interpreter, knowledge, classes)
    edges = tuple(finder.edges(code.recorded()))
    entries = _entries(applications)
    roots = [*_roots(applications, entries, interpreter, finder), *_decorated(interpreter, knowledge)]
    held_up = loop_calls(code, edges, knowledge)
    return Flow(edges, _contexts(edges, roots), {key: tuple(routes) for key, routes in entries.items()}, held_up)


def _entries(applications: Iterable[Application]) -> dict[Function, list[Route]]:
    """Return the functions that FastAPI itself calls for requests, with the routes for which it does."""
    found: dict[Function, list[Route]] = {}
    for route in (route for application in applications for route in application.routes):
        functions = [route.handler, *(dependency.function for dependency in route.all_dependencies)]
        for function in dict.fromkeys(functions):
            if function is not None:
                found.setdefault(function, []).append(route)
    return found


def _roots(
    applications: Iterable[Application],
    entries: Iterable[Function],
    interpreter: Interpreter,
    finder: EdgeFinder,
) -> Iterator[Root]:
    for function in entries:
        value = interpreter.function_values.get(function)
        chain = [part.function for part in value.chain] if value is not None else [function]
        context = Context.LOOP if any(part.is_async for part in chain) else Context.THREAD
        yield from _entered(function, value, context, finder)
    for application in applications:
        for middleware in application.middlewares:
            yield from ((function, Context.LOOP) for function in middleware.entries)
        for handler in application.exception_handlers:
            if handler.function is not None:
                yield handler.function, Context.LOOP if handler.function.is_async else Context.THREAD
        yield from ((function, Context.STARTUP) for function in application.lifecycle)


def _entered(function: Function, value: FunctionValue | None, context: Context, finder: EdgeFinder) -> Iterator[Root]:
    """Yield where a handler or dependency runs, with the wrappers around it."""
    if value is None:
        yield function, context
        return
    for target, passage, _ in finder.targets(value):
        yield target, _after(passage, context)


def _decorated(interpreter: Interpreter, knowledge: CallKnowledge) -> Iterator[Root]:
    """Yield the functions that a decorator makes tasks of a queue or jobs of a scheduler."""
    for function, value in interpreter.function_values.items():
        for decoration in (decoration for part in value.chain for decoration in part.decorations):
            name = decorator_name(decoration)
            offload = knowledge.offloads(name) if name is not None else None
            if offload is not None and offload.destination is Destination.TASKS:
                yield function, Context.ELSEWHERE
            elif offload is not None and offload.destination is Destination.SCHEDULED:
                yield function, Context.LOOP if function.is_async else Context.THREAD


def _contexts(edges: Iterable[Edge], roots: Iterable[Root]) -> dict[Function, frozenset[Context]]:
    """Carry the contexts of the roots along the edges; each function gets each context once."""
    outgoing: dict[Function, list[Edge]] = {}
    waiting = list(roots)
    for edge in edges:
        if edge.caller is not None:
            outgoing.setdefault(edge.caller, []).append(edge)
        else:
            waiting.append((edge.callee, _after(edge.passage, Context.IMPORT)))
    found: dict[Function, set[Context]] = {}
    while waiting:
        function, context = waiting.pop()
        known = found.setdefault(function, set())
        if context not in known:
            known.add(context)
            waiting += [(edge.callee, _after(edge.passage, context)) for edge in outgoing.get(function, ())]
    return {function: frozenset(contexts) for function, contexts in found.items()}


def _after(passage: Passage, context: Context) -> Context:
    """Return where something runs that is reached from a context in some way."""
    if passage is Passage.OWN_LOOP:
        return Context.OWN_LOOP
    if passage is Passage.ELSEWHERE:
        return Context.ELSEWHERE
    if passage is Passage.THREAD and context is Context.LOOP:
        return Context.THREAD
    if passage is Passage.LOOP and context in (Context.THREAD, Context.STARTUP):
        return Context.LOOP
    return context
