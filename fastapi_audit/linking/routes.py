"""Routers and what is included in them → the routes that an application serves, in order.

Follows `fastapi.routing.APIRouter.include_router` and `add_api_route`: prefixes, tags and dependencies of the outermost
come first; a mounted application inherits nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from fastapi_audit.knowledge.url_paths import fits
from fastapi_audit.linking.dependants import Dependants, callable_name, listed_dependencies
from fastapi_audit.linking.documented import documented_by
from fastapi_audit.linking.evaluation.annotations import annotation_of
from fastapi_audit.linking.evaluation.combine import the_text
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.types import decorator_name, dotted_name, type_name
from fastapi_audit.linking.guards import GuardFinder
from fastapi_audit.linking.signatures import DependencyUse, read_endpoint
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.linking.typerefs import UNRESOLVED, type_ref
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.routing import Application, Condition, Mount, Route
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import (
    External,
    ExternalObject,
    FunctionValue,
    Instance,
    Known,
    PartialValue,
    Template,
    Value,
)
from fastapi_audit.model.wiring import Inclusion, Mounting, RouteRegistration, RouterObject

# `fastapi.dependencies.utils.get_stream_item_type`: what a generator of these yields is sent item by item.
STREAMS = frozenset({
    "typing.AsyncIterable", "typing.AsyncIterator", "typing.AsyncGenerator", "typing.Iterable", "typing.Iterator",
    "typing.Generator",
})  # fmt: skip
MAX_ROUTES = 20_000
MAX_NESTING = 30
_PATH_NAMES = re.compile(r"{([^}:]*)(?::[^}]*)?}")


@dataclass(frozen=True, slots=True)
class Way:
    """How a router is reached from an application: what is put before its routes' own.

    `prefix_of_mounts` lacks the router's own prefix: `APIRouter.mount` is Starlette's, which knows of none. `given` are
    the arguments of the application, the routers and the inclusions on the way, the outermost first.
    """

    prefix: str = ""
    prefix_of_mounts: str = ""
    is_prefix_known: bool = True
    tags: tuple[str, ...] = ()
    dependencies: tuple[tuple[str, DependencyUse], ...] = ()
    in_schema: bool = True
    deprecated: bool = False
    response_class: Value | None = None
    conditions: tuple[Condition, ...] = ()
    given: tuple[Mapping[str, Value], ...] = ()
    chain: tuple[RouterObject, ...] = ()


@dataclass(slots=True)
class RouteBuilder:
    """Builds the routes of applications, as a version of FastAPI serves them.

    `includes_live`: a router's later routes count too. `guards_websockets`: dependencies of applications, routers and
    routes hold for websockets. `public_paths` are those that the configuration declares public. `unseen` are the places
    where something that is no router by all that is known is included, with its name.
    """

    interpreter: Interpreter
    includes_live: bool
    guards_websockets: bool = True
    public_paths: tuple[str, ...] = ()
    applications: dict[RouterObject, Application] = field(default_factory=dict)
    dependants: Dependants = field(init=False)
    served: set[RouterObject] = field(default_factory=set)
    unseen: dict[Place, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dependants = Dependants(self.interpreter)

    def routes(self, application: Application, router: RouterObject, finder: GuardFinder) -> tuple[Route, ...]:
        """Return all routes of an application in the order in which they are tried, with what guards them."""
        of_all = (
            self.dependants.build(use, level, frozenset()) for level, use in _entering(router, Way()).dependencies
        )
        application.guards = finder.among(of_all)
        found: list[Route] = []
        mounts: list[Mount] = []
        for registration, way in self._registrations(router, Way(), None):
            if len(found) >= MAX_ROUTES:
                break
            if isinstance(registration, Mounting):
                if registration.host is None:
                    mounts.append(self._mount(application, registration, way, len(found)))
                continue
            route = self._route(application, registration, way, len(found))
            guards = finder.guards(route, registration.endpoint)
            doubts = () if guards else finder.doubts(route)
            public_by = next((pattern for pattern in self.public_paths if fits(pattern, route.full_path)), None)
            lenient = finder.lenient(route.dependencies)
            found.append(replace(route, guards=guards, doubts=doubts, public_by=public_by, lenient=lenient))
        application.mounts = tuple(replace(mount, order=len(found)) if mount.is_last else mount for mount in mounts)
        return tuple(found)

    def mounts(self, router: RouterObject) -> Iterator[tuple[str, RouterObject]]:
        """Yield the applications mounted on this one or on what it includes, with their paths."""
        for mounting, way in self._registrations(router, Way(), None):
            if isinstance(mounting, Mounting) and isinstance(mounting.app, RouterObject):
                path, _ = path_text(mounting.path)
                yield way.prefix_of_mounts + path.rstrip("/"), mounting.app

    def registered(self, router: RouterObject, prefix: str) -> Iterator[tuple[tuple[str, ...], str, Function]]:
        """Yield methods, path and handler of the routes that a router has when it is included under a prefix."""
        for registration, way in self._registrations(router, Way(prefix), None):
            if isinstance(registration, RouteRegistration) and (handler := _function(registration.endpoint)):
                yield registration.methods, way.prefix + path_text(registration.path)[0], handler

    def _registrations(
        self, router: RouterObject, way: Way, seen: int | None
    ) -> Iterator[tuple[RouteRegistration | Mounting, Way]]:
        way = _entering(router, way)
        self.served.add(router)
        for registration in router.registrations if seen is None else router.registrations[:seen]:
            if isinstance(registration, RouteRegistration) or (
                isinstance(registration, Mounting) and (self.includes_live or len(way.chain) == 1)
            ):
                yield registration, way
            elif isinstance(registration, Inclusion):
                inner = registration.router
                if not isinstance(inner, RouterObject):
                    self.unseen[registration.place] = type_name(inner) or "?"
                    continue
                self.served.update(registration.alternatives)
                if inner not in way.chain and len(way.chain) < MAX_NESTING:
                    limit = None if self.includes_live else registration.seen
                    yield from self._registrations(inner, _including(registration, way), limit)

    def _route(self, application: Application, registration: RouteRegistration, way: Way, order: int) -> Route:
        arguments = registration.arguments
        text, is_known = path_text(registration.path)
        path = way.prefix + text
        names = frozenset(_PATH_NAMES.findall(path))
        function = _function(registration.endpoint)
        signature = read_endpoint(registration.endpoint, registration.place, names, self.interpreter)
        outer = tuple(self.dependants.build(use, level, names) for level, use in way.dependencies)
        own = self.dependants.build_all(listed_dependencies(arguments.get("dependencies")), "route", names)
        if registration.kind == "websocket" and not self.guards_websockets:
            outer, own = (), ()
        handler = self.dependants.build_all(signature.dependencies, "handler", names)
        returns = self._returns(registration.endpoint)
        model = _response_model(arguments, returns, function)
        return Route(
            application,
            registration.kind,
            registration.methods,
            path,
            is_known and way.is_prefix_known,
            order,
            registration.place,
            function,
            callable_name(registration.endpoint),
            tuple(signature.parameters),
            (*outer, *own, *handler),
            model,
            returns,
            status_code(arguments.get("status_code")),
            (*way.tags, *texts_of(arguments.get("tags"))),
            way.in_schema and not _is(arguments.get("include_in_schema"), False),
            way.deprecated or _is(arguments.get("deprecated"), True),
            arguments,
            _response_class(arguments.get("response_class") or way.response_class),
            (*way.conditions, *registration.conditions),
            is_of_library=isinstance(registration.endpoint, External),
            documented=documented_by([*way.given, arguments], registration.is_operation),
            decorators=tuple(_decorators(registration.endpoint)),
            wrappers=tuple(_wrappers(registration.endpoint)),
            declared_path=text,
        )

    def _mount(self, application: Application, mounting: Mounting, way: Way, order: int) -> Mount:
        text, is_known = path_text(mounting.path)
        inner = self.applications.get(mounting.app) if isinstance(mounting.app, RouterObject) else None
        name = dotted_name(mounting.app) if mounting.is_last else type_name(mounting.app)
        return Mount(
            way.prefix_of_mounts + text.rstrip("/"),
            is_known and way.is_prefix_known,
            order,
            mounting.place,
            application,
            (*way.conditions, *mounting.conditions),
            inner,
            name or "?",
            mounting.is_last,
        )

    def _returns(self, endpoint: Value) -> TypeRef | None:
        endpoint = endpoint.function if isinstance(endpoint, PartialValue) else endpoint
        if not isinstance(endpoint, FunctionValue):
            return None
        annotation = annotation_of(endpoint.original, "return", self.interpreter)
        return type_ref(annotation) if annotation is not None else None


def _decorators(endpoint: Value) -> Iterator[str]:
    """Yield the names of what decorates an endpoint, the outermost function's first."""
    chain = endpoint.chain if isinstance(endpoint, FunctionValue) else ()
    for decoration in (one for part in chain for one in part.decorations):
        name = decorator_name(decoration)
        if name is not None:
            yield name


def _wrappers(endpoint: Value) -> Iterator[Function]:
    chain = endpoint.chain if isinstance(endpoint, FunctionValue) else ()
    return (part.function for part in chain[:-1])


def path_text(value: Value | None) -> tuple[str, bool]:
    """Return a path as text, unknown parts as `{?}`, and whether all of it is known."""
    if value is None:
        return "", True
    text = the_text(value)
    if text is not None:
        return text, True
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else "{?}" for part in value.parts), False
    return "{?}", False


def texts_of(value: Value | None) -> tuple[str, ...]:
    """Return the texts in a list of tags; members of an enumeration stand for their value."""
    items = iterate(value) if value is not None else None
    return tuple(text for item in items or () if (text := _text(item)) is not None)


def _text(item: Value) -> str | None:
    if isinstance(item, Instance):
        item = item.attributes.get("value", item)
    return str(item.value) if isinstance(item, Known) else None


def _entering(router: RouterObject, way: Way) -> Way:
    """Add what a router puts before its own routes."""
    prefix, is_known = path_text(router.arguments.get("prefix"))
    level = "application" if router.is_application else "router"
    uses = tuple((level, use) for use in listed_dependencies(router.arguments.get("dependencies")))
    return replace(
        way,
        prefix=way.prefix + ("" if router.is_application else prefix),
        prefix_of_mounts=way.prefix,
        is_prefix_known=way.is_prefix_known and (is_known or router.is_application),
        tags=(*way.tags, *(() if router.is_application else texts_of(router.arguments.get("tags")))),
        dependencies=(*way.dependencies, *uses),
        in_schema=way.in_schema and not _is(router.arguments.get("include_in_schema"), False),
        deprecated=way.deprecated or _is(router.arguments.get("deprecated"), True),
        response_class=router.arguments.get("default_response_class") or way.response_class,
        given=(*way.given, router.arguments),
        chain=(*way.chain, router),
    )


def _including(inclusion: Inclusion, way: Way) -> Way:
    """Add what `include_router(…, prefix=, tags=, dependencies=)` puts before the included router's routes."""
    prefix, is_known = path_text(inclusion.arguments.get("prefix"))
    uses = tuple(("include", use) for use in listed_dependencies(inclusion.arguments.get("dependencies")))
    return replace(
        way,
        prefix=way.prefix + prefix,
        is_prefix_known=way.is_prefix_known and is_known,
        tags=(*way.tags, *texts_of(inclusion.arguments.get("tags"))),
        dependencies=(*way.dependencies, *uses),
        in_schema=way.in_schema and not _is(inclusion.arguments.get("include_in_schema"), False),
        deprecated=way.deprecated or _is(inclusion.arguments.get("deprecated"), True),
        response_class=inclusion.arguments.get("default_response_class") or way.response_class,
        conditions=(*way.conditions, *inclusion.conditions),
        given=(*way.given, inclusion.arguments),
    )


def _response_model(
    arguments: Mapping[str, Value], returns: TypeRef | None, function: Function | None
) -> TypeRef | None:
    """Return what the response is serialised by; neither a response class nor what a generator streams is it."""
    declared = arguments.get("response_model")
    if declared is not None:
        model = type_ref(declared)
        return None if model.name == "None" else model
    if returns is None or returns == UNRESOLVED or returns.name == "None":
        return None
    if any(option.is_response for option in returns.options):
        return None
    if function is not None and function.node.is_generator and returns.name in STREAMS and returns.arguments:
        return None
    return returns


def _response_class(value: Value | None) -> TypeRef | None:
    """Return the class that makes the responses, None when nobody chose one."""
    return None if value is None or isinstance(value, (Known, ExternalObject)) else type_ref(value)


def _function(endpoint: Value) -> Function | None:
    if isinstance(endpoint, PartialValue):
        return _function(endpoint.function)
    return endpoint.original.function if isinstance(endpoint, FunctionValue) else None


def _is(value: Value | None, expected: bool) -> bool:
    return isinstance(value, Known) and value.value is expected and not value.is_default
