"""Calls as they were recorded → the edges of the call graph, through types and not through names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.knowledge.offloading import Destination, Offload
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import decorator_name, dotted_name
from fastapi_audit.linking.generators import is_left_to_others
from fastapi_audit.linking.once import runs_once
from fastapi_audit.model.code import Call
from fastapi_audit.model.flow import Edge, Passage
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import (
    ClassValue,
    Collection,
    FunctionValue,
    Generic,
    Instance,
    PartialValue,
    Value,
)

PASSAGES = {
    Destination.HERE: Passage.HERE,
    Destination.THREAD: Passage.THREAD,
    Destination.PROCESS: Passage.ELSEWHERE,
    Destination.GREENLET: Passage.GREENLET,
    Destination.LOOP: Passage.HERE,
    Destination.LOOP_OF_THREAD: Passage.LOOP,
    Destination.OWN_LOOP: Passage.OWN_LOOP,
    Destination.BACKGROUND: Passage.LOOP,
    Destination.SCHEDULE: Passage.LOOP,
    Destination.WORKER: Passage.ELSEWHERE,
}
APART = frozenset({
    Destination.BACKGROUND, Destination.SCHEDULE, Destination.WORKER, Destination.TASKS, Destination.SCHEDULED,
})  # fmt: skip
TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
CACHES = frozenset({"functools.cache", "functools.lru_cache"})
# Of what is handed to the loop, this runs later, also when it was handed over before any request was served.
SPAWNING = ("create_task", "ensure_future", "start_soon", "call_soon", "call_later", "call_at", "call_soon_threadsafe")


@dataclass(slots=True)
class EdgeFinder:
    """Finds what each call of the project leads to, and where that runs."""

    interpreter: Interpreter
    knowledge: CallKnowledge
    classes: Sequence[Class]
    _wrapped: dict[Function, set[Function]] = field(default_factory=dict)
    _passages: dict[Function, Passage] = field(default_factory=dict)
    _heirs: dict[Class, list[Class]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in self.interpreter.function_values.values():
            for outer, inner in zip(value.chain, value.chain[1:], strict=False):
                self._wrapped.setdefault(outer.function, set()).add(inner.function)
        for cls in self.classes:
            for ancestor in cls.lineage[1:]:
                self._heirs.setdefault(ancestor, []).append(cls)

    def edges(self, scopes: Iterable[tuple[Sequence[Call], dict[int, Value]]]) -> Iterator[Edge]:
        """Yield the edges of scopes, each given as its calls, and what they call by the identity of their nodes."""
        for calls, callees in scopes:
            moved = {node: how for call in calls for node, how in self._moved(call)}
            for call in calls:
                yield from self._called(call, callees[id(call.node)], moved.get(id(call.node), (Passage.HERE, False)))
                yield from self._handed_on(call)

    def targets(self, value: Value) -> Iterator[tuple[Function, Passage, bool]]:
        """Yield the functions that calling a value runs, where they run, and whether that is certain."""
        options = present(value)
        for option in options:
            for function, passage, is_certain in self._targets(option):
                yield function, passage, is_certain and len(options) == 1

    def _targets(self, value: Value) -> Iterator[tuple[Function, Passage, bool]]:
        if isinstance(value, FunctionValue):
            yield from self._of_function(value)
        elif isinstance(value, PartialValue):
            yield from self._targets(value.function)
        elif isinstance(value, Generic):
            yield from self._targets(value.base)
        elif isinstance(value, ClassValue):
            initial = self.interpreter.class_value(value.cls, "__init__", value.scope)
            yield from self._targets(initial) if isinstance(initial, FunctionValue) else ()
        elif isinstance(value, Instance):
            method = self.interpreter.class_value(value.cls, "__call__", value.scope)
            yield from self._targets(method) if isinstance(method, FunctionValue) else ()

    def _of_function(self, value: FunctionValue) -> Iterator[tuple[Function, Passage, bool]]:
        passage = self._by_decoration(value)
        for part in value.chain:
            yield part.function, passage, True
            if part.wraps is not None and passage is Passage.HERE:
                passage = self._through_wrapper(part.function)
        for heir in self._overrides(value.original.function):
            yield heir, passage, False

    def _by_decoration(self, value: FunctionValue) -> Passage:
        for decoration in value.decorations:
            offload = self._offload(decorator_name(decoration))
            if offload is not None and offload.wraps and offload.destination in PASSAGES:
                return PASSAGES[offload.destination]
        return Passage.HERE

    def _through_wrapper(self, wrapper: Function) -> Passage:
        """Return where a decorator's wrapper runs the function that it wraps."""
        if wrapper not in self._passages:
            self._passages[wrapper] = Passage.HERE  # one that meets itself
            self._passages[wrapper] = self._passage_inside(wrapper)
        return self._passages[wrapper]

    def _passage_inside(self, wrapper: Function) -> Passage:
        named = self._offload(str(wrapper).partition(".<locals>")[0])  # the decorator, which the user may have named
        if named is not None and named.wraps:
            return self._passage(named)
        recorder = self.interpreter.readings.get(wrapper)
        wrapped = self._wrapped.get(wrapper, set())
        for record in recorder.calls.values() if recorder is not None else ():
            offload = self._offload(dotted_name(record.callee))
            handed = _handed(offload, record.positional, record.named) if offload is not None else None
            if handed is not None and any(function in wrapped for function, _, _ in self.targets(handed)):
                return self._passage(offload)
        return Passage.HERE

    def _overrides(self, function: Function) -> Iterator[Function]:
        """Yield what subclasses put in the place of a method that only says what it would be."""
        if function.owner is None or not _is_abstract(function):
            return
        for heir in self._heirs.get(function.owner, ()):
            method = heir.methods.get(function.name)
            if method is not None:
                yield method

    def _called(self, call: Call, callee: Value, moved: tuple[Passage, bool]) -> Iterator[Edge]:
        own = self._wrapped.get(call.function, set()) if call.function is not None else set()
        for function, passage, is_certain in self.targets(callee):
            if function in own:
                continue  # a wrapper's record is shared by all that it wraps; their callers lead to them
            is_moved = function.is_async and moved[0] is not Passage.HERE
            runs = moved[0] if is_moved else passage
            if runs is Passage.HERE and is_left_to_others(function, call):
                runs = Passage.THREAD
            is_once = runs_once(call) or self._is_once(function)
            yield Edge(call.function, function, call, runs, is_certain, is_once, is_moved and moved[1])

    def _is_once(self, function: Function) -> bool:
        value = self.interpreter.function_values.get(function)
        if value is None or function.node.params:
            return False
        return any(decorator_name(decoration) in CACHES for part in value.chain for decoration in part.decorations)

    def _handed_on(self, call: Call) -> Iterator[Edge]:
        offload = self._offload(call.name)
        handed = _handed(offload, call.positional, call.named) if offload is not None else None
        if offload is None or handed is None:
            return
        is_apart = offload.destination in APART or _spawns(call.name)
        for function, _, is_certain in self.targets(handed):
            passage = self._passage(offload, function, call.name)
            yield Edge(call.function, function, call, passage, is_certain, is_apart=is_apart)

    def _passage(self, offload: Offload | None, function: Function | None = None, name: str | None = None) -> Passage:
        passage = PASSAGES.get(offload.destination, Passage.HERE) if offload is not None else Passage.HERE
        if offload is not None and offload.destination in (Destination.BACKGROUND, Destination.SCHEDULE):
            return Passage.LOOP if function is not None and function.is_async else Passage.THREAD
        return Passage.LOOP if _spawns(name) else passage

    def _moved(self, call: Call) -> Iterator[tuple[int, tuple[Passage, bool]]]:
        """Yield the calls among the arguments of a call that make the coroutine which it runs, where it runs it, and
        whether nobody waits for that.
        """
        offload = self._offload(call.name)
        if offload is None or not isinstance(call.node, syntax.Call):
            return
        passage = self._passage(offload, name=call.name)
        if passage in (Passage.OWN_LOOP, Passage.LOOP):
            how = passage, _is_left_alone(call)
            yield from ((id(item.value), how) for item in call.node.args if isinstance(item.value, syntax.Call))

    def _offload(self, name: str | None) -> Offload | None:
        return self.knowledge.offloads(name) if name is not None else None


def _handed(offload: Offload, positional: Sequence[Value], named: dict[str, Value] | object) -> Value | None:
    """Return the callable that a call hands on; of several items (`gather(*calls)`), none."""
    if isinstance(named, dict) and offload.keyword is not None and offload.keyword in named:
        value: Value | None = named[offload.keyword]
    elif offload.position is not None and offload.position < len(positional):
        value = positional[offload.position]
    else:
        value = None
    return None if isinstance(value, Collection) else value


def _spawns(name: str | None) -> bool:
    return name is not None and name.rpartition(".")[2] in SPAWNING


def _is_left_alone(call: Call) -> bool:
    """Say whether a call makes a task for which its function does not wait: it drops it, or awaits nothing of it."""
    if call.name not in TASKS or call.function is None:
        return False
    around = call.function.parents.get(id(call.node))
    if isinstance(around, syntax.ExprStmt):
        return True
    if not isinstance(around, (syntax.Assign, syntax.AnnAssign)):
        return False
    told = [one for one in call.function.nodes if isinstance(one, (syntax.Await, syntax.Return))]
    return tree.names_bound([around]).isdisjoint(tree.names_read(told))


def _is_abstract(function: Function) -> bool:
    """Say whether a method has no body of its own: `...`, `pass`, or `raise NotImplementedError`."""
    body = function.statements
    return all(
        (isinstance(item, syntax.ExprStmt) and isinstance(item.value, syntax.EllipsisLiteral))
        or (isinstance(item, syntax.Jump) and item.kind == "pass")
        or isinstance(item, syntax.Raise)
        for item in body
    )
