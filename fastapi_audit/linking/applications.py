"""Applications and routers as rules see them: names, middleware, exception handlers, mounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.invocation import invoke
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.recorder import RecordedCall
from fastapi_audit.linking.evaluation.registration import REGISTERING
from fastapi_audit.linking.evaluation.types import dotted_name, is_application
from fastapi_audit.linking.lifecycle import events_of, lifecycle_of
from fastapi_audit.linking.routes import RouteBuilder, path_text
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Application, ExceptionHandler, Middleware, Router
from fastapi_audit.model.values import (
    NONE,
    BoundExternal,
    ClassValue,
    ExternalObject,
    FunctionValue,
    Instance,
    Scope,
    Value,
)
from fastapi_audit.model.wiring import (
    HandlerRegistration,
    Inclusion,
    MiddlewareRegistration,
    OpaqueRegistration,
    RouteRegistration,
    RouterObject,
)


def carry_out_factories(functions: Sequence[Function], interpreter: Interpreter) -> None:
    """Carry out the module-level functions that make applications and that no module calls, as a server would.

    Those that use another one come first, so that the other is not taken for an application of its own.
    """
    values = [interpreter.function_values[function] for function in functions if "." not in function.qualname]
    factories = [value for value in values if _makes_application(value, interpreter)]
    used = {callee for value in factories for callee in _called(value, interpreter)}
    interpreter.renew_calls()
    for value in sorted(factories, key=lambda value: value.function in used):
        if value.function not in interpreter.invoked:
            _carry_out(value, interpreter)


def _carry_out(factory: FunctionValue, interpreter: Interpreter) -> None:
    """Carry out a factory and name the applications that it makes."""
    known = set(interpreter.routers)
    module = factory.function.module
    result = invoke(factory, Arguments(), Frame(interpreter, module, Scope({}), wires=True))
    name = f"{module.name}:{factory.function.qualname}()"
    if isinstance(result, RouterObject):
        interpreter.bindings.setdefault(result, name)
    for router in interpreter.routers:
        if router not in known and router.is_application:
            interpreter.bindings.setdefault(router, name)


def _called(value: FunctionValue, interpreter: Interpreter) -> Iterator[Function]:
    for call in interpreter.read(value).calls.values():
        if isinstance(call.callee, FunctionValue):
            yield call.callee.original.function


def _makes_application(value: FunctionValue, interpreter: Interpreter) -> bool:
    """Say whether a function makes an application itself, or returns or adds to one that another function made.

    One that only runs what another made is no factory: it is the other that a server is told to call.
    """
    calls = interpreter.read(value).calls.values()
    if is_application(interpreter.summary(value)):
        return True
    return any(
        is_application(call.result) and (not isinstance(call.callee, FunctionValue) or _adds_to_one(calls))
        for call in calls
    )


def _adds_to_one(calls: Iterable[RecordedCall]) -> bool:
    """Say whether something is registered on an application, or another function of the project gets hold of it."""
    return any(
        any(map(is_application, (*call.positional, *call.named.values())))
        if isinstance(call.callee, FunctionValue)
        else isinstance(call.callee, BoundExternal)
        and call.callee.name in REGISTERING
        and is_application(call.callee.owner)
        for call in calls
    )


def build_applications(builder: RouteBuilder, interpreter: Interpreter) -> dict[Application, RouterObject]:
    """Return every application with what it was built from, in the order of construction, mounts resolved."""
    made = {router: _application(router, interpreter) for router in interpreter.routers if router.is_application}
    for router, application in made.items():
        for path, mounted in builder.mounts(router):
            inner = made.get(mounted)
            if inner is not None and inner is not application and inner.mounted_in is None:
                inner.mounted_in, inner.mount_path = application, path
    return {application: router for router, application in made.items()}


def _application(router: RouterObject, interpreter: Interpreter) -> Application:
    name = interpreter.bindings.get(router) or f"{_module_name(router.place, interpreter)}:?"
    return Application(
        name,
        router.place,
        router.arguments,
        tuple(_middleware(item, interpreter) for item in _outermost_first(router)),
        tuple(_handler(item) for item in router.registrations if isinstance(item, HandlerRegistration)),
        tuple(
            (item.actor, item.place)
            for item in router.registrations
            if isinstance(item, OpaqueRegistration) and item.actor not in names("wiring", "harmless")
        ),
        is_open=router.is_open,
        attributes=router.attributes,
        lifecycle=tuple(lifecycle_of(router)),
        events=_events(router),
    )


def _outermost_first(router: RouterObject) -> list[MiddlewareRegistration]:
    """Return what is registered as Starlette stacks it: the last added is the outermost, a list starts with it."""
    found = [item for item in router.registrations if isinstance(item, MiddlewareRegistration)]
    wrappers = [item for item in found if item.is_wrapper]
    added = [item for item in found if not item.is_wrapper and not item.is_listed]
    return [*reversed(wrappers), *reversed(added), *(item for item in found if item.is_listed)]


def _events(router: RouterObject) -> tuple[Place, ...]:
    """Return where something is registered for startup and shutdown: by call, decorator, or argument."""
    listed = [router.place for name in ("on_startup", "on_shutdown") if iterate(router.arguments.get(name, NONE))]
    return (*listed[:1], *(event.place for event in events_of(router)))


def _module_name(place: Place, interpreter: Interpreter) -> str:
    module = interpreter.index.by_path.get(place.path)
    return module.name if module is not None else place.path


def _middleware(item: MiddlewareRegistration, interpreter: Interpreter) -> Middleware:
    value = _made_by(item.middleware, interpreter)
    if isinstance(value, FunctionValue):
        name, function, cls = dotted_name(value), value.original.function, None
    elif isinstance(value, (ClassValue, Instance)):
        name, function, cls = str(value.cls), None, value.cls
    else:
        name, function, cls = _external(value), None, None
    return Middleware(item.place, name, item.arguments, function, cls, item.conditions)


def _made_by(value: Value, interpreter: Interpreter) -> Value:
    """Return the middleware that a plain function returns for `add_middleware`; other values as they are."""
    if not isinstance(value, FunctionValue) or value.function.is_async:
        return value
    returned = [result for _, result, _ in interpreter.read(value).returns.values()]
    made = [one for one in returned if isinstance(one, Instance) or (isinstance(one, ExternalObject) and one.type)]
    return made[0] if len(returned) == 1 and made else value


def _external(value: Value) -> str | None:
    return value.type if isinstance(value, ExternalObject) else dotted_name(value)


def _handler(item: HandlerRegistration) -> ExceptionHandler:
    status = status_code(item.error)
    error = str(status) if status is not None else dotted_name(item.error)
    cls = item.error.cls if isinstance(item.error, ClassValue) else None
    function = item.handler.original.function if isinstance(item.handler, FunctionValue) else None
    return ExceptionHandler(item.place, error, cls, function, item.conditions)


def build_routers(builder: RouteBuilder, interpreter: Interpreter, application_paths: Iterable[str]) -> list[Router]:
    """Return the routers of application code, with whether an application serves them; tell applications theirs."""
    paths = set(application_paths)
    made = {
        router: _router(router, builder, interpreter)
        for router in interpreter.routers
        if not router.is_application and router.place.path in paths
    }
    for outer, application in builder.applications.items():
        included = (item.router for item in outer.registrations if isinstance(item, Inclusion))
        application.included = tuple(made[one] for one in included if isinstance(one, RouterObject) and one in made)
    return list(made.values())


def _router(router: RouterObject, builder: RouteBuilder, interpreter: Interpreter) -> Router:
    count = sum(isinstance(item, RouteRegistration) for item in router.registrations)
    is_opaque = any(
        isinstance(item, OpaqueRegistration) and item.actor not in names("wiring", "harmless")
        for item in router.registrations
    )
    is_served = True if router in builder.served else None if is_opaque else False
    name = interpreter.bindings.get(router) or f"{_module_name(router.place, interpreter)}:?"
    prefix = path_text(router.arguments.get("prefix"))[0]
    return Router(name, router.place, prefix, count, is_served, router.arguments, _events(router))
