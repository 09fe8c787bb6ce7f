"""What the methods of applications and routers register, as FastAPI and Starlette do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.router_arguments import initialise_router
from fastapi_audit.model.module import Class
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Condition
from fastapi_audit.model.values import (
    External,
    ExternalCall,
    ExternalObject,
    Instance,
    Known,
    PartialValue,
    RouteDecorator,
    Unknown,
    Value,
)
from fastapi_audit.model.wiring import (
    EventRegistration,
    HandlerRegistration,
    Inclusion,
    MiddlewareRegistration,
    Mounting,
    OpaqueRegistration,
    Registration,
    RouteRegistration,
    RouterObject,
)

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
HTTP_MIDDLEWARE = "starlette.middleware.base.BaseHTTPMiddleware"
ASGI_PARAMETERS = 4  # self, scope, receive, send
REGISTER = "fastapi-audit.register"  # the name under which a decorator that registers is passed around

Registering = Callable[[RouterObject, Arguments, Place, Frame], Value]

_NOT_GIVEN = Unknown("it was not given")


def call_router_method(router: RouterObject, name: str, arguments: Arguments, node: syntax.Call, frame: Frame) -> Value:
    """Carry out `router.name(…)`; what is not known to register anything leaves the router as it is."""
    place = frame.module.at(node)
    if name == "__init__":
        initialise_router(router, arguments.named)
        router.is_open = router.is_open or arguments.is_open
        return Known(None)
    if name in METHODS:
        return _decorator(router, "http", (name.upper(),), arguments, place)
    if name == "api_route":
        return _decorator(router, "http", methods_of(arguments), arguments, place)
    if name == "route":
        return _decorator(router, "http", methods_of(arguments), arguments, place, is_operation=False)
    if name in ("websocket", "websocket_route"):
        return _decorator(router, "websocket", (), arguments, place)
    if name == "url_path_for":
        given = ExternalCall(name, tuple(arguments.positional), dict(arguments.named), place, node)
        return ExternalObject("starlette.datastructures.URLPath", given)
    handler = _REGISTERING.get(name)
    return handler(router, arguments, place, frame) if handler else Unknown(f"what {name} returns is not known")


def methods_of(arguments: Arguments) -> tuple[str, ...]:
    """Return the `methods` of an `api_route`, sorted; GET when none are given."""
    given = iterate(arguments.named["methods"]) if "methods" in arguments.named else None
    names = {item.value.upper() for item in given or () if isinstance(item, Known) and isinstance(item.value, str)}
    return tuple(sorted(names)) or ("GET",)


def register_decorated(decorator: RouteDecorator, arguments: Arguments, frame: Frame) -> Value:
    """Register the route of `router.get("/x")(handler)` and return the handler."""
    endpoint = arguments.get(0, "func") or _NOT_GIVEN
    _register(
        decorator.router,
        RouteRegistration(
            decorator.kind,
            decorator.methods,
            decorator.path,
            endpoint,
            decorator.arguments,
            decorator.place,
            frame.conditions,
            decorator.is_operation,
        ),
        frame,
    )
    return endpoint


def register_called(actor: str, arguments: Arguments, place: Place, frame: Frame) -> Value | None:
    """Carry out what a decorator such as `@app.exception_handler(Error)` registers when it gets its function."""
    if actor != REGISTER:
        return None
    router, handler = arguments.named["router"], arguments.get(0, "func") or _NOT_GIVEN
    key = arguments.named["key"]
    kind = arguments.named["kind"]
    if isinstance(router, RouterObject) and isinstance(kind, Known):
        _register(router, _DECORATED[str(kind.value)](key, handler, place, frame.conditions), frame)
    return handler


def note_opaque_use(actor: str, arguments: Arguments, node: syntax.Node, frame: Frame) -> None:
    """Note that something unknown got hold of routers and may have registered anything on them."""
    place = frame.module.at(node)
    for value in arguments.values():
        if not isinstance(value, RouterObject):
            continue
        if actor.endswith("Middleware"):  # `app = CORSMiddleware(app, …)`: a wrapper around the application
            _register(value, MiddlewareRegistration(External(actor), arguments.named, place, is_wrapper=True), frame)
        else:
            _register(value, OpaqueRegistration(actor, place), frame)


def wrapped_application(maker: str, arguments: Arguments, frame: Frame) -> RouterObject | None:
    """Return the application that a library put another one around: both are taken for one."""
    app = arguments.get(0, "app")
    if maker not in names("wiring", "wrappers") or not isinstance(app, RouterObject) or not app.is_application:
        return None
    if frame.wires:
        initialise_router(app, {name: value for name, value in arguments.named.items() if name != "app"})
    return app


def note_wrapper(instance: Instance, arguments: Arguments, frame: Frame) -> None:
    """Note that an instance of a middleware of the project was put around an application: `app = Gate(app)`."""
    app = arguments.get(0, "app")
    if isinstance(app, RouterObject) and app.is_application and instance.place and _is_middleware(instance.cls):
        _register(
            app,
            MiddlewareRegistration(instance, arguments.named, instance.place, frame.conditions, is_wrapper=True),
            frame,
        )


def _is_middleware(cls: Class) -> bool:
    """Say whether instances of a class are called as ASGI applications are: with scope, receive and send."""
    method = cls.find_method("__call__")
    return cls.is_a(HTTP_MIDDLEWARE) or (method is not None and len(method.node.params) == ASGI_PARAMETERS)


def _register(router: RouterObject, registration: Registration, frame: Frame) -> None:
    if frame.wires:
        router.registrations.append(registration)


def _decorator(
    router: RouterObject,
    kind: str,
    methods: tuple[str, ...],
    arguments: Arguments,
    place: Place,
    *,
    is_operation: bool = True,
) -> RouteDecorator:
    path = arguments.get(0, "path") or _NOT_GIVEN
    return RouteDecorator(router, kind, methods, path, arguments.named, place, is_operation)


def _adding(kind: str, endpoint_name: str, *, is_operation: bool = True) -> Registering:
    """Return what carries out `router.add_api_route("/x", handler)` and its kin."""

    def add(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
        path, endpoint = arguments.get(0, "path") or _NOT_GIVEN, arguments.get(1, endpoint_name) or _NOT_GIVEN
        methods = () if kind == "websocket" else methods_of(arguments)
        given, around = arguments.named, frame.conditions
        _register(router, RouteRegistration(kind, methods, path, endpoint, given, place, around, is_operation), frame)
        return Known(None)

    return add


def _include_router(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    given = arguments.get(0, "router") or _NOT_GIVEN
    included = _one_router(given)
    others = tuple(one for one in present(given) if isinstance(one, RouterObject) and one is not included)
    seen = len(included.registrations) if isinstance(included, RouterObject) else 0
    _register(router, Inclusion(included, arguments.named, place, seen, frame.conditions, others), frame)
    return Known(None)


def _one_router(value: Value) -> Value:
    """Return the router that a value stands for; of several that branches made, the first: served once, not twice."""
    return next((option for option in map(_inside, present(value)) if isinstance(option, RouterObject)), value)


def _inside(value: Value) -> Value:
    """Return the application inside a wrapper of middleware around it."""
    if isinstance(value, Instance) and _is_middleware(value.cls):
        held = (item for item in value.attributes.values() if isinstance(item, RouterObject) and item.is_application)
        return next(held, value)
    if not isinstance(value, ExternalObject) or value.call is None:
        return value
    given = (*value.call.positional, *value.call.named.values())
    return next((argument for argument in given if isinstance(argument, RouterObject)), value)


def _mount(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    path, app = arguments.get(0, "path") or _NOT_GIVEN, _one_router(arguments.get(1, "app") or _NOT_GIVEN)
    _register(router, Mounting(path, app, place, frame.conditions), frame)
    return Known(None)


def _host(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    host, app = arguments.get(0, "host") or _NOT_GIVEN, _one_router(arguments.get(1, "app") or _NOT_GIVEN)
    _register(router, Mounting(Known(""), app, place, frame.conditions, host), frame)
    return Known(None)


def _frontend(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    """Register the files of `app.frontend(path, directory=…)`, which FastAPI serves where no route matches."""
    path = arguments.get(0, "path") or _NOT_GIVEN
    _register(router, Mounting(path, External("fastapi.frontend"), place, frame.conditions, is_last=True), frame)
    return Known(None)


def _add_middleware(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    middleware = arguments.get(0, "middleware_class") or _NOT_GIVEN
    _register(router, MiddlewareRegistration(middleware, arguments.named, place, frame.conditions), frame)
    return Known(None)


def _add_exception_handler(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    error, handler = arguments.get(0, "exc_class_or_status_code"), arguments.get(1, "handler")
    _register(router, HandlerRegistration(error or _NOT_GIVEN, handler or _NOT_GIVEN, place, frame.conditions), frame)
    return Known(None)


def _add_event_handler(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
    event, handler = arguments.get(0, "event_type"), arguments.get(1, "func")
    _register(router, EventRegistration(event or _NOT_GIVEN, handler or _NOT_GIVEN, place), frame)
    return Known(None)


def _later(kind: str, name: str) -> Registering:
    """Return what makes the decorator of `@app.exception_handler(Error)` and its kin."""

    def decorate(router: RouterObject, arguments: Arguments, place: Place, frame: Frame) -> Value:
        key = arguments.get(0, name) or _NOT_GIVEN
        return PartialValue(External(REGISTER), (), {"router": router, "key": key, "kind": Known(kind)})

    return decorate


_REGISTERING: Mapping[str, Registering] = {
    "add_api_route": _adding("http", "endpoint"),
    "add_route": _adding("http", "route", is_operation=False),  # Starlette's: the OpenAPI document does not know it
    "add_api_websocket_route": _adding("websocket", "endpoint"),
    "add_websocket_route": _adding("websocket", "endpoint"),
    "include_router": _include_router,
    "mount": _mount,
    "host": _host,
    "frontend": _frontend,
    "add_middleware": _add_middleware,
    "add_exception_handler": _add_exception_handler,
    "add_event_handler": _add_event_handler,
    "exception_handler": _later("exception_handler", "exc_class_or_status_code"),
    "middleware": _later("middleware", "middleware_type"),
    "on_event": _later("on_event", "event_type"),
}

REGISTERING = frozenset({*METHODS, "api_route", "route", "websocket", "websocket_route", *_REGISTERING})

_DECORATED: Mapping[str, Callable[[Value, Value, Place, tuple[Condition, ...]], Registration]] = {
    "exception_handler": HandlerRegistration,
    "middleware": lambda key, handler, place, conditions: MiddlewareRegistration(handler, {}, place, conditions),
    "on_event": lambda key, handler, place, conditions: EventRegistration(key, handler, place),
}
