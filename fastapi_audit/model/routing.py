"""Applications, routers, routes, parameters and dependencies, as FastAPI would serve them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.types import TypeRef
from fastapi_audit.model.values import Value

# How what is declared at a level belongs to a route.
LEVELS = {
    "handler": "of the handler",
    "decorator": "on the handler",
    "route": "of the route",
    "router": "of the router",
    "include": "of the include",
    "application": "of the application",
    "middleware": "around the application",
}
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, eq=False, slots=True)
class Parameter:
    """What a route takes from the request. `name` is its name there, `variable` the Python parameter.

    `source` is "path", "query", "header", "cookie", "body", "form" or "file". `options` are the arguments of
    `Query(…)` and its kin (`le`, `max_length` …). `function` declares it;
    `is_of_library`: no code of the project does. `cleaned` says why it holds nothing harmful whatever is sent: its
    type, its pattern, a validator. `is_said_required`: its default is `...`.
    """

    name: str
    variable: str
    source: str
    type: TypeRef | None
    place: Place
    default: Value | None = None
    options: Mapping[str, Value] = field(default_factory=dict)
    function: Function | None = None
    is_of_library: bool = False
    cleaned: str | None = None
    is_said_required: bool = False

    def __str__(self) -> str:
        return f"{self.source} parameter {self.name}"


@dataclass(frozen=True, eq=False, slots=True)
class Dependency:
    """What `Depends` or `Security` names. `place` is where it is declared, `level` on what: "handler", "route",
    "include", "router", "application" or "dependency". `scheme` is the class name of a security scheme. `target` is the
    callable as it was named, `variable` the parameter that gets its result, "" if none does. `alternatives` are all
    that it may be where branches define it several times, itself included; none where there is one definition.
    """

    name: str
    place: Place
    level: str
    function: Function | None = None
    cls: Class | None = None
    scheme: str | None = None
    raises_without_credentials: bool = False
    scopes: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    target: Value | None = None
    variable: str = ""
    alternatives: tuple[Dependency, ...] = ()

    def walk(self) -> Iterator[Dependency]:
        """Yield this dependency and all below it."""
        yield self
        for dependency in self.dependencies:
            yield from dependency.walk()


@dataclass(frozen=True, eq=False, slots=True)
class Guard:
    """What authenticates the caller of a route: a readable name, and where it is declared.

    `level` is that of the `Dependency`, or "middleware", "decorator" for one on the handler, "handler" also for the
    handler itself.
    """

    name: str
    place: Place
    level: str

    def __str__(self) -> str:
        return f"{self.name} {LEVELS.get(self.level, '')}".rstrip()


@dataclass(frozen=True, slots=True)
class Condition:
    """A branch that a registration stands in: the place of the `if`, whether its test held, and the test."""

    place: Place
    holds: bool
    test: syntax.Expr | None = field(default=None, compare=False)


def are_exclusive(conditions: Iterable[Condition], others: Iterable[Condition]) -> bool:
    """Say whether two things are registered in different branches of one `if`."""
    branches = {condition.place: condition.holds for condition in conditions}
    return any(branches.get(other.place, other.holds) is not other.holds for other in others)


@dataclass(frozen=True, eq=False, slots=True)
class Mount:
    """Something mounted on an application; `order` is how many of its routes are tried before.

    `application` is what is mounted if that is an application of the project; `name` is its class, "?" if unknown.
    `is_last`: it is tried after all routes. `parent` is the application that it is mounted on.
    """

    path: str
    is_path_known: bool
    order: int
    place: Place
    parent: Application
    conditions: tuple[Condition, ...] = ()
    application: Application | None = None
    name: str = "?"
    is_last: bool = False

    def __str__(self) -> str:
        return f"mount at {self.path or '/'}"


@dataclass(frozen=True, eq=False, slots=True)
class Middleware:
    """One middleware of an application; `name` is the dotted name of its class or function, None if unknown.

    `conditions` are the branches in which it is registered.
    """

    place: Place
    name: str | None
    arguments: Mapping[str, Value]
    function: Function | None = None
    cls: Class | None = None
    conditions: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        return f"middleware {self.name or '?'}"

    @property
    def entries(self) -> tuple[Function, ...]:
        """The functions of the project that get the requests: the middleware itself, or its `dispatch`, `__call__`."""
        methods = [self.cls.find_method(name) for name in ("dispatch", "__call__")] if self.cls is not None else []
        return tuple(function for function in (self.function, *methods) if function is not None)

    def excludes(self, other: Middleware) -> bool:
        """Say whether the other is added only where this one is not."""
        return are_exclusive(self.conditions, other.conditions)


@dataclass(frozen=True, eq=False, slots=True)
class ExceptionHandler:
    """One registered exception handler; `error` is a dotted class name or a status code as text, None if unknown."""

    place: Place
    error: str | None
    error_class: Class | None
    function: Function | None
    conditions: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        return f"handler of {self.error or '?'}"


@dataclass(eq=False, slots=True)
class Application:
    """A `FastAPI` instance. `name` is `module:attribute`, with `()` for a factory; `arguments` those of `FastAPI(…)`.
    `middlewares` are the outermost first.

    `is_open`: `**` may have given it more arguments. `attributes` are those assigned later (`app.openapi = …`).
    `mounted_in` is the application that mounts this one. `opaque` are the places where something unknown got hold of it
    and may have registered anything. `lifecycle` are the functions that run while no request is served: its lifespan
    and what is registered for startup and shutdown; `events` the places of those registrations. `included` are the
    routers that it includes itself. `guards` are those of its dependencies that authenticate: they hold for its own
    routes, not for those of its mounts. `serves_document`: its OpenAPI document can be asked for, at its own address or
    one that the project made.
    """

    name: str
    place: Place
    arguments: Mapping[str, Value]
    middlewares: tuple[Middleware, ...] = ()
    exception_handlers: tuple[ExceptionHandler, ...] = ()
    opaque: tuple[tuple[str, Place], ...] = ()
    routes: tuple[Route, ...] = ()
    mounted_in: Application | None = None
    mount_path: str = ""
    mounts: tuple[Mount, ...] = ()
    is_open: bool = False
    attributes: Mapping[str, Value] = field(default_factory=dict)
    lifecycle: tuple[Function, ...] = ()
    guards: tuple[Guard, ...] = ()
    serves_document: bool = True
    events: tuple[Place, ...] = ()
    included: tuple[Router, ...] = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_outermost(self) -> bool:
        """Whether requests come to it directly, and it has something to answer them with."""
        return self.mounted_in is None and bool(self.routes or self.mounts)

    @property
    def around(self) -> tuple[Application, ...]:
        """The applications that it is mounted in, the innermost first."""
        found: list[Application] = []
        outer = self.mounted_in
        while outer is not None and outer is not self and outer not in found:
            found.append(outer)
            outer = outer.mounted_in
        return tuple(found)


@dataclass(frozen=True, eq=False, slots=True)
class Router:
    """An `APIRouter`. `routes` counts what is registered on it directly; `is_served` says whether an application
    includes it, None when something unknown got hold of it. `arguments` are those of `APIRouter(…)`, `events` the
    places where functions are registered for startup and shutdown.
    """

    name: str
    place: Place
    prefix: str
    routes: int
    is_served: bool | None
    arguments: Mapping[str, Value] = field(default_factory=dict)
    events: tuple[Place, ...] = ()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Documented:
    """What a route, the routers and inclusions on its way and its application say of it for the OpenAPI document.

    `responses` are the keys of their `responses=`: statuses as text, "4XX", "default"; `has_all_responses` and
    `has_all_tags` say whether all that is given could be read. `unique_id_function` makes the id of the operation.
    `is_operation`: it is a route of FastAPI's own; the document does not know those of Starlette (`add_route`).
    """

    responses: frozenset[str] = frozenset()
    has_all_responses: bool = True
    has_all_tags: bool = True
    unique_id_function: Value | None = None
    is_operation: bool = True

    def has_response(self, status: int) -> bool:
        """Say whether a status is documented, by itself or with all of its kind."""
        return not self.responses.isdisjoint((str(status), f"{status // 100}XX", "default"))


@dataclass(frozen=True, eq=False, slots=True)
class Inclusion:
    """One `include_router`. `prefix` is the argument. `nameless` are the routes of what is included whose path is empty
    with all that is put before it there, where this puts nothing before it either. `cycle` are the inclusions of the
    ring that this one closes, itself the last.
    """

    place: Place
    name: str
    prefix: Value | None
    nameless: tuple[Place, ...] = ()
    cycle: tuple[Place, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __str__(self) -> str:
        return f"inclusion of {self.name}"


@dataclass(frozen=True, eq=False, slots=True)
class Route:
    """A path operation as served: one for each registration and each way an application reaches it.

    `methods` is empty for a websocket. `path` has all prefixes, `declared_path` none; parts that are not known stand as
    `{?}` and `is_path_known` is false. `order` is the position among the application's routes, `place` the decorator's.
    `response_model` is what the response is serialised by, `options` are the decorator's other arguments.
    `response_class` is the one chosen by the route, a router or the application. `conditions` are the branches in which
    it and the routers on its way are registered. `is_of_library`: a library made it, its code is not in the project.
    `public_by` is the first of the `public-paths` of the configuration that it is of. `documented` is what is said of
    it for the OpenAPI document. `lenient` are the dependencies that refuse some callers by what they show, but none
    that show nothing.
    `decorators` are the names of what decorated the handler before it was registered, as far as they are known,
    `wrappers` the functions of the project that were put around it; what stands above the route's own decorator is in
    neither, for it is never called.
    """

    application: Application
    kind: str
    methods: tuple[str, ...]
    path: str
    is_path_known: bool
    order: int
    place: Place
    handler: Function | None
    handler_name: str
    parameters: tuple[Parameter, ...]
    dependencies: tuple[Dependency, ...]
    response_model: TypeRef | None
    returns: TypeRef | None
    status_code: int | None
    tags: tuple[str, ...]
    in_schema: bool
    deprecated: bool
    options: Mapping[str, Value]
    response_class: TypeRef | None = None
    conditions: tuple[Condition, ...] = ()
    guards: tuple[Guard, ...] = ()
    doubts: tuple[tuple[Place, str], ...] = ()
    is_of_library: bool = False
    public_by: str | None = None
    documented: Documented = Documented()
    decorators: tuple[str, ...] = ()
    wrappers: tuple[Function, ...] = ()
    declared_path: str = ""
    lenient: tuple[Guard, ...] = ()

    def __str__(self) -> str:
        return f"{'/'.join(self.methods) or 'WEBSOCKET'} {self.path}"

    @property
    def full_path(self) -> str:
        """The path with those of the mounts around its application."""
        mounted = (self.application, *self.application.around)
        return "".join(application.mount_path for application in reversed(mounted)) + self.path

    def excludes(self, other: Route | Mount) -> bool:
        """Say whether the other is registered only when this one is not: in the other branch of an `if`."""
        return are_exclusive(self.conditions, other.conditions)

    @property
    def words(self) -> list[str]:
        """The parts of its path in lower case, without hyphens and underscores, empty ones left out."""
        parts = self.path.lower().replace("-", "").replace("_", "").split("/")
        return [part for part in parts if part]

    @property
    def is_declared_as_json(self) -> bool:
        """Whether its response class, the default one included, writes JSON."""
        return self.response_class is None or self.response_class.is_a(*names("responses", "json"))

    @property
    def is_documented(self) -> bool:
        """Whether it stands in an OpenAPI document that its application serves."""
        is_operation = self.kind == "http" and self.documented.is_operation
        return is_operation and self.in_schema and self.application.serves_document

    @property
    def changes_data(self) -> bool:
        """Whether it answers POST, PUT, PATCH or DELETE."""
        return not CHANGING.isdisjoint(self.methods)

    @property
    def authenticated_by(self) -> Guard | None:
        """What authenticates the caller, the outermost first; None when nothing does."""
        return self.guards[0] if self.guards else None

    @property
    def all_dependencies(self) -> tuple[Dependency, ...]:
        """Every dependency reached, at every depth."""
        return tuple(inner for dependency in self.dependencies for inner in dependency.walk())

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its own parameters and those of its dependencies."""
        inherited = (parameter for dependency in self.all_dependencies for parameter in dependency.parameters)
        return (*self.parameters, *inherited)


@dataclass(frozen=True, eq=False, slots=True)
class TokenRead:
    """A function that takes the caller's token: through a security scheme, named by its class, or out of the
    `Authorization` header itself; `is_parsed` says whether it takes the header's text apart by hand.
    """

    function: Function
    place: Place
    scheme: str | None
    is_parsed: bool

    def __str__(self) -> str:
        return self.function.qualname
