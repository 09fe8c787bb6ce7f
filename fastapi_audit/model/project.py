"""One service as rules see it: read-only, everything resolved as far as it can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from fastapi_audit.facts import syntax
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.model.classes import Schema, Settings, Table
from fastapi_audit.model.code import Call, DataAccess, ExceptClause, Raise
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place
from fastapi_audit.model.repository import Kind
from fastapi_audit.model.routing import Application, Route, Router
from fastapi_audit.model.tests import Test

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
    `test_calls` the calls in test code.
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
    test_calls: Sequence[Call] = ()
    names: int = 0
    unresolved: Sequence[Unresolved] = ()
    _cache: dict[type, Sequence[Any]] = field(default_factory=dict)
    _indexes: dict[type, dict[Function, list[Any]]] = field(default_factory=dict)

    place = None

    def __str__(self) -> str:
        return self.name

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

    def calls_in(self, function: Function) -> Sequence[Call]:
        """Return the calls in a function's own body."""
        return self._by_function(Call).get(function, ())

    def raises_in(self, function: Function) -> Sequence[Raise]:
        """Return the raises in a function's own body."""
        return self._by_function(Raise).get(function, ())

    def data_accesses_in(self, function: Function) -> Sequence[DataAccess]:
        """Return the database accesses in a function's own body."""
        return self._by_function(DataAccess).get(function, ())

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

