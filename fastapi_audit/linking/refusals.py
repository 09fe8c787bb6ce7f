"""Which code refuses callers: what status an exception or response carries, and what reads credentials."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.evaluation.types import dotted_name, type_name
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.module import Function
from fastapi_audit.model.values import ClassValue, ExternalObject, FunctionValue, Instance, Value

REFUSALS = frozenset({401, 403})
MAX_DEPTH = 4
REQUESTS = frozenset({"fastapi.Request", "fastapi.WebSocket", "starlette.requests.HTTPConnection"})
CREDENTIALS = frozenset({"headers", "cookies", "session", "auth", "user", "state", "query_params", "scope"})


class Refusals:
    """Answers, for functions, whether they refuse callers and whether they look at the request's credentials."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._refuses: dict[Function, bool] = {}
        self._reads: dict[Function, bool] = {}

    def refuses(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, answers 401 or 403, or calls a library that does."""
        if function not in self._refuses:
            self._refuses[function] = any(self._refuses_itself(inner) for inner in self._reached(function))
        return self._refuses[function]

    def reads_credentials(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, looks at the headers, cookies, session or user of a request."""
        if function not in self._reads:
            self._reads[function] = any(_reads_request(inner) for inner in self._reached(function))
        return self._reads[function]

    def _reached(self, function: Function) -> Iterator[Recorder]:
        pending, seen = [(function, 0)], {function}
        while pending:
            current, depth = pending.pop()
            value = self._interpreter.function_values.get(current)
            if value is None:
                continue
            for part in value.chain:
                recorder = self._interpreter.read(part)
                yield recorder
                for callee in _called(recorder) if depth < MAX_DEPTH else ():
                    if callee not in seen:
                        seen.add(callee)
                        pending.append((callee, depth + 1))

    def _refuses_itself(self, recorder: Recorder) -> bool:
        if any(self.raised_status(value) in REFUSALS for _, value, _ in recorder.raises.values()):
            return True
        return any(_refusing_call(call.callee, call.result) for call in recorder.calls.values())

    def raised_status(self, value: Value) -> int | None:
        """Return the HTTP status that a raised value stands for, if it can be told."""
        return next((status for option in present(value) if (status := self._status(option)) is not None), None)

    def _status(self, value: Value) -> int | None:
        if isinstance(value, ExternalObject) and value.call is not None:
            return status_code(value.call.argument(0, "status_code", "code"))
        if isinstance(value, ClassValue):
            return self._status_of(self._interpreter.constructed(value.cls))
        if isinstance(value, Instance):
            own = self._status_of(value)
            return own if own is not None else self._status_of(self._interpreter.constructed(value.cls))
        return None

    def _status_of(self, instance: Instance) -> int | None:
        for name in ("status_code", "status", "http_status", "code"):
            value = instance.attributes.get(name) or self._interpreter.class_value(instance.cls, name)
            status = status_code(value)
            if status is not None:
                return status
        return None


def _called(recorder: Recorder) -> Iterator[Function]:
    for call in recorder.calls.values():
        for option in present(call.callee):
            if isinstance(option, FunctionValue):
                yield option.original.function


def _refusing_call(callee: Value, result: Value) -> bool:
    name = dotted_name(callee)
    if name is None:
        return False
    if name in names("security", "calls"):
        return True
    if name.startswith("fastapi.responses.") and isinstance(result, ExternalObject) and result.call is not None:
        return status_code(result.call.argument(1, "status_code")) in REFUSALS
    return False


def _reads_request(recorder: Recorder) -> bool:
    """Say whether code looks at a request itself, or hands it to something that is not of the project."""
    if any(node.attr in CREDENTIALS and _is_request(owner) for node, owner in recorder.attributes.values()):
        return True
    return any(
        not isinstance(call.callee, FunctionValue) and any(map(_is_request, (*call.positional, *call.named.values())))
        for call in recorder.calls.values()
    )


def _is_request(value: Value) -> bool:
    return any(type_name(option) in REQUESTS for option in present(value))
