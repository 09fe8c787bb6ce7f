"""What applications get while they start: routers that their lifespan includes, routes that a startup function adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import MAX_CALLS, Interpreter
from fastapi_audit.linking.evaluation.invocation import invoke
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.recorder import RecordedCall
from fastapi_audit.linking.evaluation.types import is_application
from fastapi_audit.model.module import Function
from fastapi_audit.model.values import NONE, BoundExternal, FunctionValue, Known, Scope, Unknown, Value
from fastapi_audit.model.wiring import (
    EventRegistration,
    HandlerRegistration,
    MiddlewareRegistration,
    Mounting,
    OpaqueRegistration,
    RouterObject,
)

LEVELS = 5  # of calls, in which a function that adds something is looked for
# When the lifespan runs, `Starlette.build_middleware_stack` has already taken what it is built of. What gets hold of
# the application only then can add routes of its own at most, which is no reason for doubt.
TOO_LATE = (MiddlewareRegistration, HandlerRegistration, EventRegistration, OpaqueRegistration)


def lifecycle_of(router: RouterObject) -> Iterator[Function]:
    """Yield the functions that run while no request is served: the lifespan and what is registered for events."""
    for value in (router.arguments.get("lifespan"), *(event.handler for event in events_of(router))):
        if isinstance(value, FunctionValue):
            yield value.original.function


def events_of(router: RouterObject) -> list[EventRegistration]:
    """Return what is registered for startup and shutdown by call or decorator."""
    return [item for item in router.registrations if isinstance(item, EventRegistration)]


def carry_out_starts(interpreter: Interpreter) -> None:
    """Carry out what runs when applications start, so that they have what they get there.

    Mounted applications are not started: "lifespan events will only be executed for the main application"
    (https://fastapi.tiangolo.com/advanced/events/).
    """
    applications = [router for router in interpreter.routers if router.is_application]
    registered = (item for router in interpreter.routers for item in router.registrations)
    mounted = [item.app for item in registered if isinstance(item, Mounting)]
    for application in applications:
        if application not in mounted:
            for function, arguments in _run_at_start(application):
                _start(application, function, arguments, interpreter)


def _run_at_start(application: RouterObject) -> Iterator[tuple[FunctionValue, Arguments]]:
    """Yield what runs, and with what: the lifespan, or else the functions for startup (`starlette.routing.Router`)."""
    lifespan = application.arguments.get("lifespan")
    if lifespan is not None and lifespan != NONE:
        if isinstance(lifespan, FunctionValue):
            yield lifespan.original, Arguments([application])
        return
    listed = iterate(application.arguments.get("on_startup", NONE)) or []
    added = (event.handler for event in events_of(application) if event.event == Known("startup"))
    yield from ((value.original, Arguments()) for value in (*listed, *added) if isinstance(value, FunctionValue))


def _start(application: RouterObject, function: FunctionValue, arguments: Arguments, interpreter: Interpreter) -> None:
    """Carry out a function; of those that it calls only what may add to an application, as startup does much else."""
    before = len(application.registrations)
    adding = _Adding(interpreter)
    interpreter.calls_left = MAX_CALLS
    invoke(
        function,
        arguments,
        Frame(interpreter, function.function.module, Scope({}), wires=True, suppose=adding.suppose),
    )
    added = application.registrations[before:]
    application.registrations[before:] = [item for item in added if not isinstance(item, TOO_LATE)]


@dataclass(frozen=True, slots=True)
class _Adding:
    """Tells the calls that may add something to an application from the others."""

    interpreter: Interpreter
    known: dict[Function, bool] = field(default_factory=dict)

    def suppose(self, callee: Value, arguments: Arguments, frame: Frame) -> Value | None:
        """Return what a call gives that adds nothing to an application; None for one that may."""
        if frame.yielded:  # what stands behind the `yield` of a lifespan runs when the application stops
            return Unknown("a call when the application stops")
        if not isinstance(callee, FunctionValue) or any(map(is_application, arguments.values())):
            return None
        function = self.interpreter.function_values[callee.function]  # read for all, not for the object it is bound to
        if function.function not in self.known:
            self.known[function.function] = any(map(_adds, self._calls(function)))
        return None if self.known[function.function] else self.interpreter.summary(function)

    def _calls(self, function: FunctionValue) -> Iterator[RecordedCall]:
        """Yield the calls in a function and in those that it calls, to some depth."""
        level, seen = [function.function], {function.function}
        for _ in range(LEVELS):
            read = [self.interpreter.read(self.interpreter.function_values[one]) for one in level]
            calls = [call for recorder in read for call in recorder.calls.values()]
            yield from calls
            called = dict.fromkeys(call.callee.function for call in calls if isinstance(call.callee, FunctionValue))
            level = [one for one in called if one not in seen]
            seen.update(level)


def _adds(call: RecordedCall) -> bool:
    """Say whether a method of an application is called, or something is handed one."""
    owner = call.callee.owner if isinstance(call.callee, BoundExternal) else NONE
    return any(map(is_application, (owner, *call.positional, *call.named.values())))
