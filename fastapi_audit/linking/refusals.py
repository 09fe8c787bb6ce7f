"""Which code refuses callers: what status an exception or response carries, and what reads credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.callees import called_function
from fastapi_audit.linking.carried_statuses import CarriedStatuses, response_status
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import RecordedCall, Recorder
from fastapi_audit.linking.evaluation.registration import ASGI_PARAMETERS
from fastapi_audit.linking.evaluation.types import dotted_name, type_name
from fastapi_audit.linking.shared_secrets import compares_shared_secret
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.module import Function
from fastapi_audit.model.values import ExternalObject, FunctionValue, Instance, Unknown, Value

# HTTP's own, what closes a websocket for reasons of policy (RFC 6455, IANA), and what is made of 401 and 403 there.
REFUSALS = frozenset({401, 403, 1008, 3000, 3003, 4001, 4003, 4401, 4403})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_DEPTH = 4
REQUESTS = frozenset({"fastapi.Request", "fastapi.WebSocket", "starlette.requests.HTTPConnection"})
CREDENTIALS = frozenset({"headers", "cookies", "session", "auth", "user", "state", "query_params", "scope"})
SCOPE_KEYS = frozenset({"headers", "session", "user", "auth", "query_string"})
KEEPING = frozenset({"add", "append", "discard", "pop", "put", "put_nowait", "remove"})
CLOSE = "fastapi.WebSocket.close"
SESSIONS = frozenset({"cookies", "session", "auth", "user"})  # those that a browser sends by itself


class Refusals:
    """Answers, for functions, whether they refuse callers and whether they look at the request's credentials."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._known: dict[tuple[str, Function], bool] = {}
        self._carried = CarriedStatuses(interpreter)

    def refuses(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, answers 401 or 403, or calls a library that does."""
        return self._any("refuses", function, self._refuses_itself)

    def leaves_it_to_library(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, has a library look at the caller and refuse it."""
        return self._any("library", function, _asks_library)

    def refuses_before(self, wrapper: Function, wrapped: Function) -> bool:
        """Say whether a wrapper refuses callers by itself, whatever the function that it wraps does."""
        return any(self._refuses_itself(inner) for inner in self._reached(wrapper, wrapped))

    def statuses(self, function: Function) -> frozenset[int]:
        """Return the statuses that a function, or one that it calls, raises or makes a response with."""
        return frozenset(status for recorder in self._reached(function) for status in self._answered(recorder))

    def _answered(self, recorder: Recorder) -> Iterator[int]:
        yield from self._raised_statuses(recorder)
        for call in recorder.calls.values():
            status = response_status(call.callee, call.result)
            if status is not None:
                yield status

    def sends_away(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, raises what answers with a redirection, as to a login page."""
        return self._any("redirects", function, lambda inner: bool(self._raised_statuses(inner) & REDIRECTS))

    def reads_session(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, looks at the cookies, session or user of a request."""
        return self._any("session", function, lambda inner: _looks_at(inner, SESSIONS))

    def reads_credentials(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, looks at the headers, cookies, session or user of a request."""
        return self._any("credentials", function, _reads_request)

    def compares_secret(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, compares what it was given with a secret by hand."""
        key = ("secret", function)
        if key not in self._known:
            parts = self._parts(function)
            self._known[key] = any(
                compares_shared_secret(self._interpreter.read(part), part.function) for part in parts
            )
        return self._known[key]

    def _any(self, question: str, function: Function, says: Callable[[Recorder], bool]) -> bool:
        """Say whether something holds for a function or one that it calls; each question is answered once."""
        key = (question, function)
        if key not in self._known:
            self._known[key] = any(says(inner) for inner in self._reached(function))
        return self._known[key]

    def carried_by(self, value: Value, call: RecordedCall | None) -> set[int]:
        """Return the status of a raised value: its own, else those of all answers of the handler for its class."""
        own = self._carried.status(value, call)
        if own is not None:
            return {own}
        handler = self._carried.handler(value)
        found = self._carried.answers(handler) if handler is not None else set()
        is_sure = len(found) == 1 or found <= REFUSALS or found <= REDIRECTS  # else it hangs on the exception
        return found if is_sure else set()

    def _reached(self, function: Function, *left_out: Function) -> Iterator[Recorder]:
        return (self._interpreter.read(part) for part in self._parts(function, *left_out))

    def _parts(self, function: Function, *left_out: Function) -> Iterator[FunctionValue]:
        pending, seen = [(function, 0)], {function, *left_out}
        while pending:
            current, depth = pending.pop()
            value = self._interpreter.function_values.get(current)
            if value is None:
                continue
            for part in (part for part in value.chain if part.function not in left_out):
                yield part
                for callee in self._called(part) if depth < MAX_DEPTH else ():
                    if callee not in seen:
                        seen.add(callee)
                        pending.append((callee, depth + 1))

    def _called(self, function: FunctionValue) -> Iterator[Function]:
        """Yield what a function calls: functions, and objects that are called as functions are."""
        for call in self._interpreter.read(function).calls.values():
            for option in present(call.callee):
                if isinstance(option, (FunctionValue, Instance)):
                    called = called_function(option, self._interpreter)
                    if called is not None:
                        yield called.original.function

    def _refuses_itself(self, recorder: Recorder) -> bool:
        if self._raised_statuses(recorder) & REFUSALS:
            return True
        return any(is_refusing(call) for call in recorder.calls.values())

    def _raised_statuses(self, recorder: Recorder) -> set[int]:
        calls = recorder.calls
        raised = ((value, calls.get(id(node.exc))) for node, value, _ in recorder.raises.values())
        return {status for value, call in raised for status in self.carried_by(value, call)}


def is_refusing(call: RecordedCall) -> bool:
    """Say whether a call refuses a caller by itself, or makes the response that does."""
    name = dotted_name(call.callee)
    if name is None:
        return False
    if name in names("security", "calls"):
        return True
    if name == CLOSE:
        return status_code(Arguments(list(call.positional), call.named).get(0, "code")) in REFUSALS
    return response_status(call.callee, call.result) in REFUSALS


def _asks_library(recorder: Recorder) -> bool:
    return any(dotted_name(call.callee) in names("security", "calls") for call in recorder.calls.values())


def _looks_at(recorder: Recorder, attributes: frozenset[str]) -> bool:
    return any(node.attr in attributes and _is_request(owner) for node, owner in recorder.attributes.values())


def _reads_request(recorder: Recorder) -> bool:
    """Say whether code looks at a request itself, or hands it to something that is not of the project."""
    if _looks_at(recorder, CREDENTIALS) or _reads_scope(recorder):
        return True
    return any(
        not isinstance(call.callee, FunctionValue)
        and not _only_keeps(call)
        and not _passes_on(call)
        and any(map(_is_request, (*call.positional, *call.named.values())))
        for call in recorder.calls.values()
    )


def _only_keeps(call: RecordedCall) -> bool:
    """Say whether a call only puts its argument into a collection, of which the type is not always known."""
    return isinstance(call.node.func, syntax.Attribute) and call.node.func.attr in KEEPING


def _passes_on(call: RecordedCall) -> bool:
    """Say whether a middleware hands the request to what is behind it: `call_next(request)`, its last parameter."""
    function, name = _parameter(call.callee)
    if function is None:
        return False
    return function.node.params[-1].name == name and len(call.positional) + len(call.named) == 1


def _reads_scope(recorder: Recorder) -> bool:
    """Say whether code of an ASGI application looks up credentials in its scope: `scope["headers"]`."""
    return any(
        isinstance(key, syntax.Constant) and key.value in SCOPE_KEYS and any(map(_is_scope, present(owner)))
        for node, owner, _ in recorder.subscripts.values()
        for key in node.index[:1]
    )


def _is_scope(value: Value) -> bool:
    function, name = _parameter(value)
    if function is None:
        return type_name(value) == "starlette.types.Scope"
    params = function.node.params
    return function.name == "__call__" and len(params) == ASGI_PARAMETERS and params[1].name == name


def _parameter(value: Value) -> tuple[Function | None, str]:
    """Return the function that was given a value, and as which of its parameters; None where it came in otherwise."""
    origin = value.origin if isinstance(value, (Unknown, ExternalObject)) else None
    if origin is None or origin.kind != "parameter" or not isinstance(origin.owner, Function):
        return None, ""
    return origin.owner, origin.name


def _is_request(value: Value) -> bool:
    return any(type_name(option) in REQUESTS for option in present(value))
