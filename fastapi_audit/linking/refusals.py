"""Which code refuses callers: what status an exception or response carries, and what reads credentials."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import RecordedCall, Recorder
from fastapi_audit.linking.evaluation.registration import ASGI_PARAMETERS
from fastapi_audit.linking.evaluation.types import dotted_name, type_name
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import ClassValue, ExternalObject, FunctionValue, Instance, Unknown, Value
from fastapi_audit.model.wiring import HandlerRegistration

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
        self._refuses: dict[Function, bool] = {}
        self._reads: dict[Function, bool] = {}
        self._handlers: dict[Class, Function] | None = None

    def refuses(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, answers 401 or 403, or calls a library that does."""
        if function not in self._refuses:
            self._refuses[function] = any(self._refuses_itself(inner) for inner in self._reached(function))
        return self._refuses[function]

    def leaves_it_to_library(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, has a library look at the caller and refuse it."""
        reached = (call for inner in self._reached(function) for call in inner.calls.values())
        return any(dotted_name(call.callee) in names("security", "calls") for call in reached)

    def refuses_before(self, wrapper: Function, wrapped: Function) -> bool:
        """Say whether a wrapper refuses callers by itself, whatever the function that it wraps does."""
        return any(self._refuses_itself(inner) for inner in self._reached(wrapper, wrapped))

    def sends_away(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, raises what answers with a redirection, as to a login page."""
        return any(self._raised_statuses(recorder) & REDIRECTS for recorder in self._reached(function))

    def reads_session(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, looks at the cookies, session or user of a request."""
        return any(_looks_at(recorder, SESSIONS) for recorder in self._reached(function))

    def reads_credentials(self, function: Function) -> bool:
        """Say whether a function, or one that it calls, looks at the headers, cookies, session or user of a request."""
        if function not in self._reads:
            self._reads[function] = any(_reads_request(inner) for inner in self._reached(function))
        return self._reads[function]

    def _reached(self, function: Function, *left_out: Function) -> Iterator[Recorder]:
        pending, seen = [(function, 0)], {function, *left_out}
        while pending:
            current, depth = pending.pop()
            value = self._interpreter.function_values.get(current)
            if value is None:
                continue
            for part in (part for part in value.chain if part.function not in left_out):
                recorder = self._interpreter.read(part)
                yield recorder
                for callee in _called(recorder) if depth < MAX_DEPTH else ():
                    if callee not in seen:
                        seen.add(callee)
                        pending.append((callee, depth + 1))

    def _refuses_itself(self, recorder: Recorder) -> bool:
        if self._raised_statuses(recorder) & REFUSALS:
            return True
        return any(_refusing_call(call) for call in recorder.calls.values())

    def _raised_statuses(self, recorder: Recorder) -> set[int]:
        calls = recorder.calls
        raised = ((value, calls.get(id(node.exc))) for node, value, _ in recorder.raises.values())
        return {status for value, call in raised for status in self._statuses(value, call)}

    def _statuses(self, value: Value, call: RecordedCall | None) -> set[int]:
        """Return the status of a raised value: its own, else those of all answers of the handler for its class."""
        own = next((status for option in present(value) if (status := self._status(option, call)) is not None), None)
        if own is not None:
            return {own}
        for option in present(value):
            lineage = option.cls.lineage if isinstance(option, (ClassValue, Instance)) else ()
            handler = next((self.handlers[cls] for cls in lineage if cls in self.handlers), None)
            if handler is not None:
                return self._answers(handler)
        return set()

    @property
    def handlers(self) -> dict[Class, Function]:
        """The exception handlers for classes of the project."""
        if self._handlers is None:
            registered = [item for router in self._interpreter.routers for item in router.registrations]
            self._handlers = {
                item.error.cls: item.handler.original.function
                for item in registered
                if isinstance(item, HandlerRegistration)
                and isinstance(item.error, ClassValue)
                and isinstance(item.handler, FunctionValue)
            }
        return self._handlers

    def _answers(self, handler: Function) -> set[int]:
        """Return the status of a handler's answers; none where they differ, as it then hangs on the exception."""
        calls = self._interpreter.read(self._interpreter.function_values[handler]).calls.values()
        found = {status for call in calls if (status := _response_status(call.callee, call.result)) is not None}
        return found if found <= REFUSALS or found <= REDIRECTS else set()

    def _status(self, value: Value, call: RecordedCall | None) -> int | None:
        """Return the HTTP status that an exception carries; `call` is what made it, where it is raised."""
        if isinstance(value, ExternalObject) and value.call is not None:
            return status_code(value.call.argument(0, "status_code", "code"))
        if isinstance(value, ClassValue):
            return self._status_of(self._interpreter.constructed(value.cls))
        if isinstance(value, Instance) and call is not None:
            made = Arguments(list(call.positional), dict(call.named))
            return self._status_of(self._interpreter.constructed_with(value.cls, made))
        if isinstance(value, Instance):
            own = self._status_of(value)
            return own if own is not None else self._status_of(self._interpreter.constructed(value.cls))
        return None

    def _status_of(self, instance: Instance) -> int | None:
        named = (name for name in instance.attributes if "status" in name.split("_"))
        for name in dict.fromkeys(("status_code", "status", "http_status", "code", *named)):
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


def _refusing_call(call: RecordedCall) -> bool:
    name = dotted_name(call.callee)
    if name is None:
        return False
    if name in names("security", "calls"):
        return True
    if name == CLOSE:
        return status_code(Arguments(list(call.positional), call.named).get(0, "code")) in REFUSALS
    return _response_status(call.callee, call.result) in REFUSALS


def _response_status(callee: Value, result: Value) -> int | None:
    """Return the status of a response that is made; a redirection's is 307 when none is given."""
    name = dotted_name(callee)
    if name is None or not name.startswith("fastapi.responses."):
        return None
    if not isinstance(result, ExternalObject) or result.call is None:
        return None
    given = result.call.argument(1, "status_code")
    return 307 if given is None and name.endswith(".RedirectResponse") else status_code(given)


def _looks_at(recorder: Recorder, attributes: frozenset[str]) -> bool:
    return any(node.attr in attributes and _is_request(owner) for node, owner in recorder.attributes.values())


def _reads_request(recorder: Recorder) -> bool:
    """Say whether code looks at a request itself, or hands it to something that is not of the project."""
    if _looks_at(recorder, CREDENTIALS) or _reads_scope(recorder):
        return True
    return any(
        not isinstance(call.callee, FunctionValue)
        and not _only_keeps(call)
        and any(map(_is_request, (*call.positional, *call.named.values())))
        for call in recorder.calls.values()
    )


def _only_keeps(call: RecordedCall) -> bool:
    """Say whether a call only puts its argument into a collection, of which the type is not always known."""
    return isinstance(call.node.func, syntax.Attribute) and call.node.func.attr in KEEPING


def _reads_scope(recorder: Recorder) -> bool:
    """Say whether code of an ASGI application looks up credentials in its scope: `scope["headers"]`."""
    return any(
        isinstance(key, syntax.Constant) and key.value in SCOPE_KEYS and any(map(_is_scope, present(owner)))
        for node, owner, _ in recorder.subscripts.values()
        for key in node.index[:1]
    )


def _is_scope(value: Value) -> bool:
    origin = value.origin if isinstance(value, (Unknown, ExternalObject)) else None
    if origin is None or origin.kind != "parameter" or not isinstance(origin.owner, Function):
        return type_name(value) == "starlette.types.Scope"
    params = origin.owner.node.params
    return origin.owner.name == "__call__" and len(params) == ASGI_PARAMETERS and params[1].name == origin.name


def _is_request(value: Value) -> bool:
    return any(type_name(option) in REQUESTS for option in present(value))
