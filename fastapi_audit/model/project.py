"""One service as rules see it: read-only, everything resolved as far as it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from packaging.version import Version

from fastapi_audit.facts import syntax
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.knowledge.calls import CallKnowledge, call_knowledge
from fastapi_audit.model.answers import Answers
from fastapi_audit.model.arguments import given_by
from fastapi_audit.model.automation import Automation
from fastapi_audit.model.classes import Schema, Settings, Table
from fastapi_audit.model.code import Call, Comparison, DataAccess, ExceptClause, Raise, Return
from fastapi_audit.model.engines import Engine
from fastapi_audit.model.escapes import Escapes
from fastapi_audit.model.flow import Edge, Flow
from fastapi_audit.model.gateway import Gateway
from fastapi_audit.model.imports import Imports
from fastapi_audit.model.inputs import Sink
from fastapi_audit.model.instruments import Duty, Instrument
from fastapi_audit.model.layers import Layers
from fastapi_audit.model.log_calls import LogCall
from fastapi_audit.model.migrations import Migrations
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place
from fastapi_audit.model.repository import Kind
from fastapi_audit.model.routing import Application, Parameter, Route, Router
from fastapi_audit.model.rows import FoundRows
from fastapi_audit.model.schema_graph import SchemaGraph
from fastapi_audit.model.starting import Starting
from fastapi_audit.model.suite import Suite
from fastapi_audit.model.tests import Exercise, Test
from fastapi_audit.model.values import FunctionValue, Value
from fastapi_audit.model.versions import is_since
from fastapi_audit.model.writes import Writes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A name that could not be resolved, and why."""

    name: str
    place: Place
    reason: str


@dataclass(eq=False)
class Project:
    """One service. Application code only, unless a name says otherwise: tests, migrations, scripts and generated
    files are not among the functions, classes and sites that rules are fed. `kinds` has every evidence file, also those
    of which nothing is read.

    `root` is its directory relative to the audited root, "" for the root itself. `all_modules` has every module,
    `examples` the applications in scripts and examples. `reaching_data` are the functions that get to a database,
    over any number of calls, `injected` those with a dependency among their parameters, which FastAPI is to call
    whether or not a route reaches them. `flow` is the call graph, `escapes` the errors that leave functions, `writes`
    what functions change in databases, `known_calls` what is known of the calls of libraries, with what the user's
    configuration adds. `gateways` is what stands in front of the service by the files of the repository, `answers`
    tells what dependencies, handlers and middleware do to the answers, `automation` are the commands that run without
    a person, `layers` tell the web from services and repositories, `imports` say which module imports which,
    `migrations` what changes the schema, and in which order. `loaded` are the paths of the modules that are imported
    with an application. `tests` are those of the service's own code; `suite` is the code of these and of the tests of
    what it imports from elsewhere, `starting` the commands that start it where it is deployed, `instruments` the tools
    that watch it. `probed` are the routes that an image, an orchestrator, a platform or a load balancer is told to ask,
    with where that is said.
    """

    name: str
    root: str
    all_modules: Sequence[Module]
    applications: Sequence[Application]
    routers: Sequence[Router]
    routes: Sequence[Route]
    functions: Sequence[Function]
    classes: Sequence[Class]
    schemas: Sequence[Schema]
    settings: Sequence[Settings]
    tables: Sequence[Table]
    tests: Sequence[Test]
    evidence: Mapping[str, EvidenceFacts]
    kinds: Mapping[str, Kind]
    versions: Mapping[str, str]
    dependencies: frozenset[str]
    comments: Mapping[str, tuple[syntax.Comment, ...]]
    sources: Mapping[type, Callable[[], Sequence[Any]]]
    examples: Sequence[Application] = ()
    suite: Suite = field(default_factory=Suite)
    flow: Flow = field(default_factory=Flow)
    escapes: Escapes = field(default_factory=Escapes)
    writes: Writes = field(default_factory=Writes)
    schema_graph: SchemaGraph = field(default_factory=SchemaGraph)
    automation: Automation = field(default_factory=Automation)
    starting: Starting = field(default_factory=Starting)
    instruments: Sequence[Instrument] = ()
    probed: Mapping[Route, Place] = field(default_factory=dict)
    known_calls: CallKnowledge = field(default_factory=call_knowledge)
    reaching_data: frozenset[Function] = frozenset()
    injected: frozenset[Function] = frozenset()
    layers: Layers = field(default_factory=Layers)
    gateways: Sequence[Gateway] = ()
    answers: Answers = field(default_factory=Answers)
    imports: Imports = field(default_factory=Imports)
    migrations: Migrations = field(default_factory=Migrations)
    loaded: frozenset[str] = frozenset()
    names: int = 0
    unresolved: Sequence[Unresolved] = ()
    _cache: dict[type, Sequence[Any]] = field(default_factory=dict)
    _indexes: dict[type, dict[Function, list[Any]]] = field(default_factory=dict)
    _handlers: dict[Function, list[Route]] | None = None
    _dependencies: frozenset[Function] | None = None
    _sinks: dict[Place, list[Sink]] | None = None
    _used: dict[Function, tuple[Function, ...]] = field(default_factory=dict)

    place = None

    def __str__(self) -> str:
        return self.name

    @property
    def is_service(self) -> bool:
        """Whether it makes an application; a library makes none."""
        return bool(self.applications)

    def served_by(self, application: Application) -> list[Route]:
        """Return an application's routes and those of the applications mounted in it, at every depth."""
        mounted = [inner for inner in self.applications if inner.mounted_in is application]
        return [*application.routes, *(route for inner in mounted for route in self.served_by(inner))]

    def is_since(self, distribution: str, version: str) -> bool:
        """Say whether the service uses this version of a distribution or a later one.

        A version that is not known, or not readable, is taken for the newest.
        """
        return is_since(self.versions.get(distribution), Version(version))

    def instrument_for(self, duty: Duty) -> Instrument | None:
        """Return the first of the tools that do something."""
        return next((one for one in self.instruments if duty in one.does), None)

    def possible_instrument_for(self, duty: Duty) -> Instrument | None:
        """Return the first of the tools that do something when they are told to from outside."""
        return next((one for one in self.instruments if duty in one.may), None)

    def subjects(self, kind: type[T]) -> Sequence[T]:
        """Return everything of a kind that rules can look at, in the order of places."""
        if kind not in self._cache:
            self._cache[kind] = self.sources[kind]()
        return cast("Sequence[T]", self._cache[kind])

    def evidence_of(self, kind: type[T]) -> dict[str, T]:
        """Return the evidence of one kind, by path."""
        return {path: facts for path, facts in self.evidence.items() if isinstance(facts, kind)}

    def paths_of(self, *kinds: Kind) -> tuple[str, ...]:
        """Return the paths of the evidence files of some kinds, sorted."""
        return tuple(sorted(path for path, kind in self.kinds.items() if kind in kinds))

    @property
    def modules(self) -> Sequence[Module]:
        """The modules of application code."""
        return self.subjects(Module)

    @property
    def calls(self) -> Sequence[Call]:
        """Every call in application code."""
        return self.subjects(Call)

    @property
    def raises(self) -> Sequence[Raise]:
        """Every `raise` in application code."""
        return self.subjects(Raise)

    @property
    def except_clauses(self) -> Sequence[ExceptClause]:
        """Every `except` clause in application code."""
        return self.subjects(ExceptClause)

    @property
    def data_accesses(self) -> Sequence[DataAccess]:
        """Every access to a database in application code."""
        return self.subjects(DataAccess)

    @property
    def engines(self) -> Sequence[Engine]:
        """Every engine of SQLAlchemy that application code makes."""
        return self.subjects(Engine)

    @property
    def exercise(self) -> Exercise:
        """What all tests of the suite do with the service; they are carried out for the first that asks."""
        return self.subjects(Exercise)[0]

    def routes_of(self, handler: Function) -> Sequence[Route]:
        """Return the routes that a function handles: none for most, several where it is registered more than once."""
        if self._handlers is None:
            self._handlers = {}
            for route in self.routes:
                if route.handler is not None:
                    self._handlers.setdefault(route.handler, []).append(route)
        return self._handlers.get(handler, ())

    def calls_in(self, function: Function) -> Sequence[Call]:
        """Return the calls in a function's own body."""
        return self._by_function(Call).get(function, ())

    def log_calls_in(self, function: Function) -> Sequence[LogCall]:
        """Return the calls of loggers in a function's own body."""
        return self._by_function(LogCall).get(function, ())

    def raises_in(self, function: Function) -> Sequence[Raise]:
        """Return the raises in a function's own body."""
        return self._by_function(Raise).get(function, ())

    def comparisons_in(self, function: Function) -> Sequence[Comparison]:
        """Return the comparisons in a function's own body."""
        return self._by_function(Comparison).get(function, ())

    def returns_in(self, function: Function) -> Sequence[Return]:
        """Return the returns in a function's own body that give something."""
        return self._by_function(Return).get(function, ())

    def data_accesses_in(self, function: Function) -> Sequence[DataAccess]:
        """Return the database accesses in a function's own body."""
        return self._by_function(DataAccess).get(function, ())

    def except_clauses_in(self, function: Function) -> Sequence[ExceptClause]:
        """Return the except clauses in a function's own body."""
        return self._by_function(ExceptClause).get(function, ())

    def is_dependency(self, function: Function) -> bool:
        """Say whether a route depends on a function, at any depth."""
        if self._dependencies is None:
            reached = (one.function for route in self.routes for one in route.all_dependencies)
            self._dependencies = frozenset(one for one in reached if one is not None)
        return function in self._dependencies

    def sinks_of(self, parameter: Parameter) -> Sequence[Sink]:
        """Return the calls that must not be told by clients what to do, and that a parameter gets to."""
        if self._sinks is None:
            self._sinks = {}
            for sink in self.subjects(Sink):
                for place in {reach.input.parameter.place for reach in sink.reaches if reach.input.parameter}:
                    self._sinks.setdefault(place, []).append(sink)
        return self._sinks.get(parameter.place, ())

    def given(self, function: Function, name: str) -> Sequence[tuple[Edge, Value | None]]:
        """Return the ways that lead to a function, with what each gives for a parameter; None where that is unseen."""
        return [(edge, given_by(edge, name, self.known_calls)) for edge in self.flow.callers(function)]

    def rows_found_in(self, function: Function) -> Sequence[FoundRows]:
        """Return the calls in a function's own body that find rows of tables with relationships."""
        return self._by_function(FoundRows).get(function, ())

    def reached(self, functions: Iterable[Function], depth: int = 5) -> tuple[Function, ...]:
        """Return functions and those of the project that they call or hand on, to a depth, the nearest first."""
        found = dict.fromkeys(functions)
        frontier = list(found)
        for _ in range(depth):
            frontier = [inner for function in frontier for inner in self._used_by(function) if inner not in found]
            found.update(dict.fromkeys(frontier))
        return tuple(found)

    def _used_by(self, function: Function) -> tuple[Function, ...]:
        if function not in self._used:
            self._used[function] = tuple(dict.fromkeys(_used_in(self.calls_in(function))))
        return self._used[function]

    def _by_function(self, kind: type[T]) -> Mapping[Function, Sequence[T]]:
        index = self._indexes.get(kind)
        if index is None:
            index = {}
            for site in self.subjects(kind):
                function = cast(Any, site).function
                if function is not None:
                    index.setdefault(function, []).append(site)
            self._indexes[kind] = index
        return cast("Mapping[Function, Sequence[T]]", index)


def _used_in(calls: Iterable[Call]) -> Iterator[Function]:
    """Yield the functions that calls call or hand on."""
    for call in calls:
        target = call.target.find_method("__init__") if isinstance(call.target, Class) else call.target
        if target is not None:
            yield target
        yield from (value.original.function for value in call.positional if isinstance(value, FunctionValue))
