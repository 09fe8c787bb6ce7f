"""Functions carried out as for a stranger, a caller that shows no credentials, to see what keeps it from passing.

What a stranger shows is known, so the branches that hang on it are decided; all others are taken both ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi_audit.facts import syntax
from fastapi_audit.linking.callees import called_function
from fastapi_audit.linking.dependants import SECURITY, scheme_of
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import combine, truth
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.invocation import bind_parameters
from fastapi_audit.linking.evaluation.reading import parameter_value
from fastapi_audit.linking.evaluation.recorder import Blocks, Recorder
from fastapi_audit.linking.evaluation.types import HTTP_EXCEPTIONS, dotted_name, type_name
from fastapi_audit.linking.refusals import REDIRECTS, REFUSALS, REQUESTS, Refusals, is_refusing
from fastapi_audit.model.code import BROAD
from fastapi_audit.model.values import (
    NONE,
    BoundExternal,
    ClassValue,
    Collection,
    ExternalObject,
    FunctionValue,
    Instance,
    Known,
    Scope,
    Unknown,
    Value,
    options_of,
)

MAX_DEPTH = 4
MAX_CALLS = 100  # functions carried out for one dependency
SHOWN = frozenset(f"{request}.{part}" for request in REQUESTS for part in ("headers", "cookies", "session"))
GETTERS = frozenset(f"{shown}.get" for shown in SHOWN)
SPLIT = f"{SECURITY}utils.get_authorization_scheme_param"
ANY_ERROR = frozenset({"*"})  # what clauses around a call name is taken for what it raises
UNKNOWN = frozenset({"?"})


@dataclass(frozen=True, eq=False, slots=True)
class Obstacle:
    """What keeps a stranger from passing, or may: the blocks around it, and the names under which it can be caught."""

    blocks: Blocks
    names: frozenset[str]


@dataclass(slots=True)
class Trial:
    """One dependency carried out for a stranger, with the functions that it calls; notes the obstacles on the way."""

    interpreter: Interpreter
    refusals: Refusals
    obstacles: list[Obstacle] = field(default_factory=list)
    outside: list[Blocks] = field(default_factory=list)  # around calls of libraries, which raise what they want
    caught: dict[int, frozenset[str]] = field(default_factory=dict)  # by except clauses
    passing_on: set[int] = field(default_factory=set)  # except clauses that raise again what they caught
    calls: int = 0

    def run(self, function: FunctionValue, arguments: Arguments, depth: int = 0, blocks: Blocks = ()) -> Value:
        """Carry out a function and return what it gives; `blocks` are around the call."""
        self.calls += 1
        record, recorder = function.function, Recorder()
        frame = Frame(
            self.interpreter,
            record.module,
            Scope(self._bound(function, arguments), function.scope),
            wires=False,
            recorder=recorder,
            function=function,
            cls=record.owner,
            owner=record,
            depth=depth,
            blocks=blocks,
            suppose=self._suppose,
        )
        leaves = self.interpreter.execute(record.statements, frame)
        self._note(recorder, blocks, is_dead_end=leaves and not frame.returned and not frame.yielded)
        if record.node.is_generator:
            return Collection("generator", frame.yielded)
        return combine(frame.returned if leaves else [*frame.returned, NONE])

    def escapes(self, obstacle: Obstacle) -> bool:
        """Say whether an obstacle is met, and no clause on the way keeps it from the caller."""
        return not any(self._keeps(block, obstacle) for block in obstacle.blocks)

    def _bound(self, function: FunctionValue, arguments: Arguments) -> dict[str, Value]:
        bound = bind_parameters(function, arguments)
        for param in function.function.node.params:
            if isinstance(bound[param.name], Unknown):
                bound[param.name] = parameter_value(param.name, param.kind, function, self.interpreter)
        return bound

    def _suppose(self, callee: Value, arguments: Arguments, frame: Frame) -> Value | None:
        results = [self._result(option, arguments, frame) for option in options_of(callee)]
        known = [result for result in results if result is not None]
        return combine(known) if len(known) == len(results) else None

    def _result(self, callee: Value, arguments: Arguments, frame: Frame) -> Value | None:
        """Return what a call gives to a stranger, None where that is what it gives to everybody."""
        if isinstance(callee, (FunctionValue, Instance)):
            function = called_function(callee, self.interpreter)
            if function is not None and frame.depth < MAX_DEPTH and self.calls < MAX_CALLS:
                return self.run(function, arguments, frame.depth + 1, frame.blocks)
        is_own = isinstance(callee, BoundExternal) and callee.name == "__call__"  # that of `super()`
        scheme, raises = scheme_of(callee.owner if isinstance(callee, BoundExternal) and is_own else callee)
        name = dotted_name(callee)
        if scheme is not None and not raises:
            return NONE
        if name in GETTERS:
            return arguments.get(1, "default") or NONE
        if name == SPLIT and not any(map(truth, arguments.values())):
            return Collection("tuple", [Known(""), Known("")])
        if name is not None and "." not in name:  # a builtin
            return None
        self.outside.append(frame.blocks)
        if scheme is not None:
            self.obstacles.append(Obstacle(frame.blocks, BROAD.union(HTTP_EXCEPTIONS)))
        elif name is None or isinstance(callee, (FunctionValue, Instance)) or any(map(_is_request, arguments.values())):
            self.obstacles.append(Obstacle(frame.blocks, BROAD))
        elif NONE in arguments.values() and not isinstance(callee, ClassValue):
            self.obstacles.append(Obstacle(frame.blocks, ANY_ERROR))
        return None

    def _note(self, recorder: Recorder, blocks: Blocks, is_dead_end: bool) -> None:
        self.caught.update((id(clause), _caught(clause, kind)) for clause, kind, _ in recorder.handlers.values())
        for node, value, around in recorder.raises.values():
            clause = next((block for block in reversed(around) if isinstance(block, syntax.Handler)), None)
            if clause is not None and (node.exc is None or _is_caught(value)):
                self.passing_on.add(id(clause))
            elif is_dead_end or self._may_refuse(recorder, node, value):
                self.obstacles.append(Obstacle(around, _names_of(value)))
        refusing = (call for call in recorder.calls.values() if is_refusing(call))
        self.obstacles += [Obstacle(call.blocks, BROAD) for call in refusing]
        for _, owner, around in recorder.subscripts.values():
            if owner == NONE or dotted_name(owner) in SHOWN:
                self.obstacles.append(Obstacle(around, BROAD.union({"KeyError", "TypeError"})))
        if any(owner == NONE for _, owner in recorder.attributes.values()):
            self.obstacles.append(Obstacle(blocks, BROAD.union({"AttributeError"})))

    def _may_refuse(self, recorder: Recorder, node: syntax.Raise, value: Value) -> bool:
        statuses = self.refusals.carried_by(value, recorder.calls.get(id(node.exc)))
        return not statuses or not statuses.isdisjoint(REFUSALS | REDIRECTS)

    def _keeps(self, block: syntax.Stmt | syntax.Handler, obstacle: Obstacle) -> bool:
        if isinstance(block, syntax.Handler):
            return self._is_never_entered(block)
        if not isinstance(block, syntax.Try) or any(id(clause) in self.passing_on for clause in block.handlers):
            return False
        caught = [self._names(clause) for clause in block.handlers]
        return any(obstacle.names == ANY_ERROR or not obstacle.names.isdisjoint(names) for names in caught)

    def _names(self, clause: syntax.Handler) -> frozenset[str]:
        return self.caught.get(id(clause), UNKNOWN)

    def _is_never_entered(self, clause: syntax.Handler) -> bool:
        """Say whether a clause waits for what FastAPI answers with, and nothing in its `try` raises that."""
        if not self._names(clause) <= frozenset(HTTP_EXCEPTIONS):
            return False
        around = (*self.outside, *(obstacle.blocks for obstacle in self.obstacles))
        tried = (block for blocks in around for block in blocks if isinstance(block, syntax.Try))
        return not any(other is clause for block in tried for other in block.handlers)


def _caught(clause: syntax.Handler, kind: Value) -> frozenset[str]:
    """Return the names of what a clause catches, "?" for what is not known."""
    kinds = kind.items if isinstance(kind, Collection) else options_of(kind)
    return BROAD if clause.type is None else frozenset(dotted_name(one) or "?" for one in kinds)


def _is_request(value: Value) -> bool:
    return any(type_name(option) in REQUESTS | SHOWN for option in options_of(value))


def _is_caught(value: Value) -> bool:
    return any(
        isinstance(option, ExternalObject) and option.origin is not None and option.origin.kind == "exception"
        for option in options_of(value)
    )


def _names_of(raised: Value) -> frozenset[str]:
    """Return the names under which what is raised can be caught."""
    if isinstance(raised, (ClassValue, Instance)):
        own = {str(raised.cls), *map(str, raised.cls.ancestors)}
    else:
        own = {type_name(raised) or dotted_name(raised) or "?"}
    return BROAD.union(own, () if own.isdisjoint(HTTP_EXCEPTIONS) else HTTP_EXCEPTIONS)
