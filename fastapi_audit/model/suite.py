"""The code of the tests: which functions pytest collects, their fixtures and marks, and how pytest is configured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from posixpath import basename, dirname

from fastapi_audit.facts import syntax
from fastapi_audit.facts.tools import Option, Tool
from fastapi_audit.knowledge.tables import names
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.place import Place, is_around, place_at

LONG_LIVED = frozenset({"package", "session"})


@dataclass(frozen=True, eq=False, slots=True)
class Fixture:
    """A fixture of pytest. `scope` is "function", "class", "module", "package", "session", or "?" where it is computed;
    `is_autouse`: the tests that see it get it without asking.
    """

    function: Function
    name: str
    scope: str = "function"
    is_autouse: bool = False

    @property
    def is_long_lived(self) -> bool:
        """Whether it lives as long as a whole run of the tests, or most of one."""
        return self.scope in LONG_LIVED

    def is_seen_by(self, function: Function) -> bool:
        """Say whether it is there for a test or fixture: of its class, its module, or of no one module of tests."""
        own = self.function
        if own.owner is not None:
            return function.owner is not None and function.owner.inherits(own.owner)
        if own.module is function.module or basename(own.module.path) != "conftest.py":
            return True
        directory = dirname(own.module.path)
        return not directory or function.module.path.startswith(f"{directory}/")


@dataclass(frozen=True, eq=False, slots=True)
class PytestConfiguration:
    """One file that configures pytest; `tool` is None for a `pytest.ini` that says nothing."""

    path: str
    tool: Tool | None

    def option(self, name: str) -> Option | None:
        """Return an option; the last one wins."""
        return self.tool.option(name) if self.tool is not None else None

    def at(self, option: Option) -> Place:
        """Return the place of one of its options."""
        return place_at(self.path, option.pos)


@dataclass(eq=False)
class Suite:
    """The code of all tests. `functions` has the nested ones too, `calls` all calls in the order of places.

    `marks` are the names of what decorates a test, its class or its module, None for what is not known; `wrappers` what
    stands in the place of a test because a decorator of the project put it there. `asked` are the fixtures that a
    function names. `configurations` are those of pytest, the ones that pytest would take first standing first.
    """

    modules: Sequence[Module] = ()
    functions: Sequence[Function] = ()
    classes: Sequence[Class] = ()
    calls: Sequence[Call] = ()
    fixtures: Mapping[Function, Fixture] = field(default_factory=dict)
    marks: Mapping[Function, tuple[str | None, ...]] = field(default_factory=dict)
    wrappers: Mapping[Function, Function] = field(default_factory=dict)
    asked: Mapping[Function, tuple[Fixture, ...]] = field(default_factory=dict)
    configurations: Sequence[PytestConfiguration] = ()
    _given: dict[Function, tuple[Fixture, ...]] = field(default_factory=dict)

    @cached_property
    def known(self) -> frozenset[Function]:
        """The functions, to look one up."""
        return frozenset(self.functions)

    def calls_in(self, function: Function) -> Sequence[Call]:
        """Return the calls in the own body of a function of the tests."""
        return self._calls.get(function, ())

    @cached_property
    def _calls(self) -> dict[Function, list[Call]]:
        found: dict[Function, list[Call]] = {}
        for call in self.calls:
            if call.function is not None:
                found.setdefault(call.function, []).append(call)
        return found

    def callers(self, function: Function) -> Sequence[Call]:
        """Return the calls in the code of the tests that call a function of it."""
        return self._callers.get(function, ())

    @cached_property
    def _callers(self) -> dict[Function, list[Call]]:
        found: dict[Function, list[Call]] = {}
        for call in self.calls:
            if isinstance(call.target, Function):
                found.setdefault(call.target, []).append(call)
        return found

    def inside(self, function: Function) -> tuple[Function, ...]:
        """Return a function and those that are defined in it, at every depth."""
        return (function, *self._nested.get((function.module, function.qualname), ()))

    @cached_property
    def _nested(self) -> dict[tuple[Module, str], list[Function]]:
        found: dict[tuple[Module, str], list[Function]] = {}
        for function in self.functions:
            parts = function.qualname.split(".<locals>.")
            for depth in range(1, len(parts)):
                found.setdefault((function.module, ".<locals>.".join(parts[:depth])), []).append(function)
        return found

    @cached_property
    def _autouse(self) -> list[Fixture]:
        return [fixture for fixture in self.fixtures.values() if fixture.is_autouse]

    def fixtures_of(self, function: Function) -> tuple[Fixture, ...]:
        """Return the fixtures that a test gets, those that they ask for in turn and the automatic ones included."""
        if function not in self._given:
            self._given[function] = self._fixtures_of(function)
        return self._given[function]

    def _fixtures_of(self, function: Function) -> tuple[Fixture, ...]:
        asked = self.asked.get(function, ())
        waiting = [*asked, *(fixture for fixture in self._autouse if fixture.is_seen_by(function))]
        found = dict.fromkeys(waiting)
        for fixture in waiting:  # grows on the way
            for inner in self.asked.get(fixture.function, ()):
                if inner not in found:
                    found[inner] = None
                    waiting.append(inner)
        return tuple(found)

    def configurations_of(self, path: str) -> Iterator[PytestConfiguration]:
        """Yield the configurations in the directories around a file, the nearest and first first."""
        around = [one for one in self.configurations if is_around(dirname(one.path), path)]
        yield from sorted(around, key=lambda one: -len(dirname(one.path)))

    def collects(self, function: Function) -> bool:
        """Say whether pytest finds a function that is named for a test, by the names of its file and class."""
        configuration = next(self.configurations_of(function.module.path), None)
        option = configuration.option("python_files") if configuration is not None else None
        patterns = option.value.split() if option is not None else ["test_*.py", "*_test.py"]
        if not any(_matches(function.module.path, pattern) for pattern in patterns):
            return False
        owner = function.owner
        return owner is None or is_case(owner) or self._collects_class(owner, configuration)

    def _collects_class(self, owner: Class, configuration: PytestConfiguration | None) -> bool:
        option = configuration.option("python_classes") if configuration is not None else None
        prefixes = option.value.split() if option is not None else ["Test"]
        is_named = any(fnmatch(owner.name, one if "*" in one else f"{one}*") for one in prefixes)
        return is_named and owner.find_method("__init__") is None

    def is_skipped(self, function: Function) -> bool:
        """Say whether a test is not to run, or not expected to pass: by a mark, or by its first statement."""
        if not names("testing", "skipping").isdisjoint(filter(None, self.marks.get(function, ()))):
            return True
        first = next(iter(function.statements), None)
        skips = (call for call in self.calls_in(function) if call.name in names("testing", "skips"))
        return isinstance(first, syntax.ExprStmt) and any(call.node is first.value for call in skips)


def is_case(cls: Class) -> bool:
    """Say whether a class is one of unittest's, or of a library that derives from it."""
    return any(isinstance(base, str) and base.rpartition(".")[2].endswith("TestCase") for base in cls.ancestors)


def _matches(path: str, pattern: str) -> bool:
    """Say whether a file is meant by a pattern, which is of its name unless there is a slash in it."""
    return fnmatch(f"/{path}", f"*/{pattern}") if "/" in pattern else fnmatch(basename(path), pattern)
