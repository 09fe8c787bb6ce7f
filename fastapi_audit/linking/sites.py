"""What was recorded while code was read → calls, raises, except clauses and reads of the environment."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.coroutines import coroutine_functions
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.carried_statuses import own_response_status
from fastapi_audit.linking.evaluation.combine import combine, present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import RecordedCall, Recorder
from fastapi_audit.linking.evaluation.types import decorator_name, dotted_name
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.linking.typerefs import value_type
from fastapi_audit.model.code import Call, Comparison, EnvironmentRead, ExceptClause, Raise, Return
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.values import (
    BoundExternal,
    ClassValue,
    Collection,
    External,
    ExternalObject,
    FunctionValue,
    Generic,
    Instance,
    Known,
    Value,
)

_READERS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop"})


def calls_of(recorder: Recorder, module: Module, function: Function | None) -> list[Call]:
    """Return the calls of one scope in the order of the source."""
    return [_call(record, module, function) for record in sorted(recorder.all_calls, key=_position)]


def _position(record: RecordedCall) -> int:
    return record.node.pos


def _call(record: RecordedCall, module: Module, function: Function | None) -> Call:
    return Call(
        module,
        function,
        record.node,
        record.blocks,
        dotted_name(record.callee),
        _target(record.callee),
        record.positional,
        record.named,
        record.result,
        record.is_awaited,
        _is_coroutine_function(record.callee),
        _owner(record.callee),
    )


def _owner(callee: Value) -> Value | None:
    owners = [option.owner for option in present(callee) if isinstance(option, BoundExternal)]
    return combine(owners) if owners else None


def _is_coroutine_function(callee: Value) -> bool:
    """Say whether it is certain that a call gives a coroutine, whatever decorates what is called."""
    options = present(callee)
    value = options[0]
    if isinstance(value, FunctionValue):
        node, kept = value.function.node, names("asynchronous", "decorators")
        is_kept = all(decorator_name(decoration) in kept for decoration in value.decorations)
        return len(options) == 1 and node.is_async and not node.is_generator and is_kept
    return dotted_name(callee) in coroutine_functions()


def _target(callee: Value) -> Function | Class | None:
    options = present(callee)
    value = options[0] if len(options) == 1 else None
    if isinstance(value, FunctionValue):
        return value.original.function
    if isinstance(value, Generic):
        value = value.base
    return value.cls if isinstance(value, ClassValue) else None


def comparisons_of(recorder: Recorder, module: Module, function: Function | None) -> list[Comparison]:
    """Return the comparisons of one scope in the order of the source."""
    found = sorted(recorder.comparisons.values(), key=lambda item: item[0].pos)
    return [Comparison(module, function, node, blocks, node.ops, values) for node, values, blocks in found]


def raises_of(recorder: Recorder, module: Module, function: Function | None, calls: list[Call]) -> list[Raise]:
    """Return the raises of one scope in the order of the source; `calls` are the calls of the same scope."""
    by_node = {id(call.node): call for call in calls}
    found = []
    for pos in sorted(recorder.raises):
        node, value, blocks = recorder.raises[pos]
        call = by_node.get(id(node.exc)) if isinstance(node.exc, syntax.Call) else None
        name, cls = _raised(value, call)
        name = name if node.exc is not None else None
        found.append(Raise(module, function, node, blocks, name, cls, call, value, _status(value)))
    return found


def _raised(value: Value, call: Call | None) -> tuple[str | None, Class | None]:
    options = present(value)
    value = options[0]
    if isinstance(value, Instance):
        return str(value.cls), value.cls
    if isinstance(value, ClassValue):
        return str(value.cls), value.cls
    if isinstance(value, ExternalObject):
        return value.type, None
    if isinstance(value, External):
        return value.name, None
    return (call.name, None) if call is not None else (None, None)


def _status(value: Value) -> int | None:
    made = value.call if isinstance(value, ExternalObject) else None
    return status_code(made.argument(0, "status_code")) if made is not None else None


def returns_of(recorder: Recorder, module: Module, function: Function | None, interpreter: Interpreter) -> list[Return]:
    """Return the returns of one scope that give something, in the order of the source."""
    return [
        Return(module, function, node, blocks, value, value_type(value), _answered(value, node, recorder, interpreter))
        for _, (node, value, blocks) in sorted(recorder.returns.items())
        if node.value is not None
    ]


def _answered(value: Value, node: syntax.Return, recorder: Recorder, interpreter: Interpreter) -> int | None:
    if isinstance(value, Instance):
        call = recorder.calls.get(id(node.value))
        return own_response_status(value, call, interpreter) if value_type(value).is_response else None
    made = value.call if isinstance(value, ExternalObject) else None
    if made is None or not made.name.startswith("fastapi.responses."):
        return None
    given = made.argument(1, "status_code")
    if given is not None or made.is_open:
        return status_code(given)
    return 307 if made.name.endswith(".RedirectResponse") else 200


def clauses_of(recorder: Recorder, module: Module, function: Function | None, calls: list[Call]) -> list[ExceptClause]:
    """Return the except clauses of one scope in the order of the source; `calls` are the calls of the same scope."""
    found = []
    for pos in sorted(recorder.handlers):
        handler, kind, blocks = recorder.handlers[pos]
        found.append(ExceptClause(module, function, handler, blocks, handler, tuple(_caught(handler, kind))))
    found += [_suppression(call) for call in calls if call.name == "contextlib.suppress"]
    return sorted(found, key=lambda clause: clause.node.pos)


def _suppression(call: Call) -> ExceptClause:
    handler = syntax.Handler(call.node.pos, None, None, ())
    catches = tuple(dotted_name(value) for value in call.positional)
    return ExceptClause(call.module, call.function, call.node, call.blocks, handler, catches)


def _caught(handler: syntax.Handler, kind: Value) -> Iterator[str | None]:
    if handler.type is None:
        yield "BaseException"
    elif isinstance(kind, Collection):
        yield from (dotted_name(item) for item in kind.items)
        if kind.is_open:
            yield None
    else:
        yield dotted_name(kind)


def environment_reads_of(
    recorder: Recorder, module: Module, function: Function | None, calls: list[Call]
) -> list[EnvironmentRead]:
    """Return the reads of environment variables in one scope: `os.getenv`, `os.environ.get` and `os.environ[…]`."""
    found = [_read_by_call(call) for call in calls if call.name in _READERS]
    for node, owner, blocks in recorder.subscripts.values():
        if owner == External("os.environ"):
            variable = node.index[0] if node.index else None
            name = variable.value if isinstance(variable, syntax.Constant) else None
            found.append(EnvironmentRead(module, function, node, blocks, str(name) if name is not None else None))
    return sorted(found, key=lambda read: read.node.pos)


def _read_by_call(call: Call) -> EnvironmentRead:
    name = call.argument(0, "key")
    variable = name.value if isinstance(name, Known) and isinstance(name.value, str) else None
    return EnvironmentRead(call.module, call.function, call.node, call.blocks, variable, call.argument(1, "default"))
