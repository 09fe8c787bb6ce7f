"""Which calls in `async def` functions keep the event loop from serving others, directly or through plain functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.calls import CallKnowledge
from fastapi_audit.knowledge.effects import Confidence, Effect
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.data_access import data_access
from fastapi_audit.linking.once import runs_once
from fastapi_audit.model.code import Call
from fastapi_audit.model.flow import Edge, LoopCall, Passage
from fastapi_audit.model.module import Function
from fastapi_audit.model.values import Known, Value

DATABASE = Effect("database", "database", "", "the asynchronous driver or session of the same library")
LOWER: Mapping[Confidence, Confidence] = {"high": "medium", "medium": "low", "low": "low"}
STAYING = (Passage.HERE, Passage.GREENLET, Passage.LOOP)
A_MOMENT = 0.01  # seconds
_RANKS = ("high", "medium", "low")

EffectOf = Callable[[Call], Effect | None]
Callees = Mapping[Function, list[Edge]]


@dataclass(frozen=True, slots=True)
class _Reach:
    """What calling a plain function leads to: the calls on the way, the last one is the cause."""

    chain: tuple[Call, ...]
    effect: Effect
    confidence: Confidence


def loop_calls(
    code: CodeIndex, edges: Iterable[Edge], knowledge: CallKnowledge
) -> dict[Function, tuple[LoopCall, ...]]:
    """Return the calls of each `async def` that hold up its event loop, in the order of the source."""
    kinds: dict[str, EffectOf] = {
        "blocking": lambda call: _blocking_effect(call, knowledge),
        "data": _data_effect,
        "processor": lambda call: knowledge.processor(call.name) if call.name is not None else None,
    }
    own = (call for call in code.calls() if call.function is not None and not call.is_awaited)
    calls = [call for call in own if not _is_trusted(call, knowledge)]
    by_caller: dict[Function, list[Edge]] = {}
    for edge in edges:
        if edge.caller is not None and _stays(edge) and not _is_trusted(edge.call, knowledge):
            by_caller.setdefault(edge.caller, []).append(edge)
    found: dict[Function, list[LoopCall]] = {}
    for kind, effect_of in kinds.items():
        for held in _of_kind(kind, effect_of, calls, by_caller):
            if held.function is not None:
                found.setdefault(held.function, []).append(held)
    return {function: tuple(sorted(held, key=lambda one: one.place)) for function, held in found.items()}


def _stays(edge: Edge) -> bool:
    """Say whether a plain function runs in its caller's stead, and not only once."""
    return (
        edge.passage in (Passage.HERE, Passage.GREENLET, Passage.LOOP) and not edge.callee.is_async and not edge.is_once
    )


def _is_trusted(call: Call, knowledge: CallKnowledge) -> bool:
    """Say whether the project trusts a call, or the function in which it stands."""
    if not knowledge.trusted:
        return False
    return knowledge.trusts(call.name) or (call.function is not None and knowledge.trusts(str(call.function)))


def _blocking_effect(call: Call, knowledge: CallKnowledge) -> Effect | None:
    effect = knowledge.blocking(call.name) if call.name is not None else None
    if call.name in names("concurrency", "lazy") and not _is_walked(call):
        return None
    if effect is not None and effect.subject == "sleep" and _is_moment(call.argument(0, "secs")):
        return replace(effect, confidence="low")
    return effect


def _is_walked(call: Call) -> bool:
    """Say whether a loop of the same function goes over what a call returns, at once or by its only name."""
    nodes = call.function.nodes if call.function is not None else []
    bound = [node for node in nodes if isinstance(node, syntax.Assign) and node.value is call.node]
    kept = {target.id for node in bound for target in node.targets if isinstance(target, syntax.Name)}
    walked = [node.iter for node in nodes if isinstance(node, (syntax.For, syntax.Clause))]
    return any(one is call.node or (isinstance(one, syntax.Name) and one.id in kept) for one in walked)


def _is_moment(seconds: Value | None) -> bool:
    """Say whether a time to sleep is too short to be felt, as when a thread gives way to others."""
    return isinstance(seconds, Known) and isinstance(seconds.value, (int, float)) and seconds.value <= A_MOMENT


def _data_effect(call: Call) -> Effect | None:
    access = data_access(call)
    return DATABASE if access is not None and access.waits and not access.is_async else None


def _of_kind(kind: str, effect_of: EffectOf, calls: Iterable[Call], by_caller: Callees) -> Iterator[LoopCall]:
    direct: dict[Function, _Reach] = {}
    for call in calls:
        effect = effect_of(call)
        if effect is None or call.function is None or runs_once(call):
            continue
        reach = _Reach((call,), effect, effect.confidence)
        if call.function.is_async:
            yield _loop_call(kind, reach)
        elif _is_better(reach, direct.get(call.function)):
            direct[call.function] = reach
    reached = _reach(kind, direct, by_caller)
    for function, edges in by_caller.items():
        if function.is_async:
            yield from (_loop_call(kind, reach) for reach in _first_of_each_call(kind, edges, reached))


def _reach(kind: str, direct: dict[Function, _Reach], by_caller: Callees) -> dict[Function, _Reach]:
    """Return what every plain function leads to, by the shortest way, to files only where it leads to nothing else."""
    callers: dict[Function, list[Edge]] = {}
    for function, edges in by_caller.items():
        if not function.is_async:
            for edge in edges:
                callers.setdefault(edge.callee, []).append(edge)
    reached: dict[Function, _Reach] = {}
    for is_moment in (False, True):
        waiting = [function for function, reach in direct.items() if _is_of_file(reach.effect) is is_moment]
        reached = {**{function: direct[function] for function in waiting}, **reached}
        for function in waiting:  # grows while it is walked, so that near ones come first
            for edge in callers.get(function, ()):
                if edge.caller is not None and edge.caller not in reached and _passes(kind, edge):
                    reached[edge.caller] = _behind(edge, reached[function])
                    waiting.append(edge.caller)
    return reached


def _is_of_file(effect: Effect) -> bool:
    """Say whether it is one look into a local file: nobody means that by a function that needs one on its way."""
    return effect.subject == "file" and effect.confidence != "high"


def _first_of_each_call(kind: str, edges: Iterable[Edge], reached: Mapping[Function, _Reach]) -> Iterator[_Reach]:
    best: dict[int, _Reach] = {}
    for edge in edges:
        reach = reached.get(edge.callee) if _passes(kind, edge) else None
        if reach is not None:
            behind = _behind(edge, reach)
            if _is_better(behind, best.get(id(edge.call.node))):
                best[id(edge.call.node)] = behind
    yield from best.values()


def _passes(kind: str, edge: Edge) -> bool:
    """A greenlet over the loop lets the database be waited for, and nothing else."""
    return edge.passage is not Passage.GREENLET or kind != "data"


def _behind(edge: Edge, reach: _Reach) -> _Reach:
    is_sure = edge.is_certain and not _is_of_file(reach.effect)
    confidence = reach.confidence if is_sure else LOWER[reach.confidence]
    return _Reach((edge.call, *reach.chain), reach.effect, confidence)


def _is_better(reach: _Reach, known: _Reach | None) -> bool:
    if known is None:
        return True
    return (_RANKS.index(reach.confidence), len(reach.chain)) < (_RANKS.index(known.confidence), len(known.chain))


def _loop_call(kind: str, reach: _Reach) -> LoopCall:
    call, effect = reach.chain[0], reach.effect
    return LoopCall(
        call.module,
        call.function,
        call.node,
        call.blocks,
        call,
        kind,
        reach.chain[-1],
        reach.chain,
        effect.subject,
        effect.instead,
        reach.confidence,
    )
