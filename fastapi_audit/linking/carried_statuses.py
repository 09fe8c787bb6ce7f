"""Which HTTP status an exception carries, and which the handler answers that is registered for its class."""

from __future__ import annotations

from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import RecordedCall
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.values import ClassValue, ExternalObject, FunctionValue, Instance, Value
from fastapi_audit.model.wiring import HandlerRegistration

ATTRIBUTES = ("status_code", "status", "http_status", "code")


class CarriedStatuses:
    """Answers, for raised values, with what status they reach a caller."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._handlers: dict[Class, Function] | None = None

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

    def handler(self, value: Value) -> Function | None:
        """Return the handler for the class of a raised value, or for the nearest that it is derived from."""
        for option in present(value):
            lineage = option.cls.lineage if isinstance(option, (ClassValue, Instance)) else ()
            found = next((self.handlers[cls] for cls in lineage if cls in self.handlers), None)
            if found is not None:
                return found
        return None

    def answers(self, handler: Function) -> set[int]:
        """Return the statuses of a handler's answers, as far as they are known."""
        calls = self._interpreter.read(self._interpreter.function_values[handler]).calls.values()
        return {status for call in calls if (status := response_status(call.callee, call.result)) is not None}

    def status(self, value: Value, call: RecordedCall | Call | None) -> int | None:
        """Return the HTTP status that an exception carries; `call` is what made it, where it is raised."""
        found = (self._status(option, call) for option in present(value))
        return next((status for status in found if status is not None), None)

    def _status(self, value: Value, call: RecordedCall | Call | None) -> int | None:
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
        for name in dict.fromkeys((*ATTRIBUTES, *named)):
            value = instance.attributes.get(name) or self._interpreter.class_value(instance.cls, name)
            status = status_code(value)
            if status is not None:
                return status
        return None


def response_status(callee: Value, result: Value) -> int | None:
    """Return the status of a response that is made; a redirection's is 307 when none is given."""
    name = dotted_name(callee)
    if name is None or not name.startswith("fastapi.responses."):
        return None
    if not isinstance(result, ExternalObject) or result.call is None:
        return None
    given = result.call.argument(1, "status_code")
    return 307 if given is None and name.endswith(".RedirectResponse") else status_code(given)


def own_response_status(made: Instance, call: RecordedCall | None, interpreter: Interpreter) -> int | None:
    """Return the status of a response of a class of the project, as its `__init__` sets it from what it is given."""
    if call is None or call.spread:
        return None
    given = Arguments(list(call.positional), dict(call.named))
    return status_code(interpreter.constructed_with(made.cls, given).attributes.get("status_code"))
