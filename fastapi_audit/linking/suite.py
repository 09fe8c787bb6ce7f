"""Test modules, as they were read → the suite: fixtures, marks, and what stands in the place of tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fastapi_audit.facts.automation import Tasks
from fastapi_audit.facts.dependencies import Manifest
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.facts.tools import ToolConfig
from fastapi_audit.linking.evaluation.fixtures import DECORATORS, find_fixtures, nearest_fixture
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.types import decorator_name
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Class, Function, Module
from fastapi_audit.model.suite import Fixture, PytestConfiguration, Suite
from fastapi_audit.model.tests import Test
from fastapi_audit.model.values import Collection, ExternalObject, FunctionValue, Known, Value, options_of

MARKS = "pytestmark"
USED = "pytest.mark.usefixtures"
# The order in which pytest looks at the files of one directory: docs.pytest.org/en/stable/reference/customize.html
FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
ALWAYS = frozenset(FILES[:4])


def build_suite(
    modules: Sequence[Module],
    functions: Sequence[Function],
    calls: Sequence[Call],
    tests: Iterable[Test],
    evidence: Mapping[str, EvidenceFacts],
    interpreter: Interpreter,
) -> Suite:
    """Return the suite that some modules of tests make up, with their functions and calls."""
    paths = {module.path for module in modules}
    classes = [cls for cls in interpreter.classes.values() if cls.module.path in paths]
    finder = _Finder(interpreter)
    test_functions = [test.function for test in tests]
    asking = [*test_functions, *(one for one in functions if one in finder.fixtures)]
    return Suite(
        modules,
        functions,
        sorted(classes, key=lambda cls: cls.place),
        calls,
        {function: finder.fixtures[function] for function in functions if function in finder.fixtures},
        {function: tuple(map(decorator_name, finder.marks(function))) for function in test_functions},
        {function: wrapper for function in test_functions if (wrapper := finder.wrapper(function)) is not None},
        {function: tuple(finder.asked(function)) for function in asking},
        sorted(_configurations(evidence), key=lambda one: (FILES.index(_name(one.path)), one.path)),
    )


class _Finder:
    """Looks up the fixtures and marks of functions."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._by_name = find_fixtures(interpreter.function_values.values())
        self.fixtures = {
            value.function: _fixture(name, value) for name, values in self._by_name.items() for value in values
        }

    def wrapper(self, function: Function) -> Function | None:
        """Return what a decorator of the project put in the place of a function."""
        current = self._interpreter.function_values[function].function
        return current if current is not function else None

    def marks(self, function: Function) -> Iterator[Value]:
        """Yield what decorates a test, its classes and its module."""
        for part in self._interpreter.function_values[function].chain:
            yield from part.decorations
        for cls in function.owner.lineage if function.owner is not None else ():
            yield from self._marks_of(cls)
        scope = self._interpreter.module_scope(function.module)
        if MARKS in scope.names:
            yield from _all_of(scope.names[MARKS])

    def _marks_of(self, cls: Class) -> Iterator[Value]:
        yield from self._interpreter.class_decorators.get(cls, ())
        scope = self._interpreter.class_scopes.get(cls)
        if scope is not None and MARKS in scope.names:
            yield from _all_of(scope.names[MARKS])

    def asked(self, function: Function) -> Iterator[Fixture]:
        """Yield the fixtures that a function asks for by its parameters, and by its marks."""
        asked = [parameter.name for parameter in function.node.params]
        for mark in self.marks(function):
            if isinstance(mark, ExternalObject) and mark.call is not None and mark.call.name == USED:
                asked += [str(name.value) for name in mark.call.positional if isinstance(name, Known)]
        for name in dict.fromkeys(asked):
            others = [one for one in self._by_name.get(name, ()) if one.function is not function]
            found = nearest_fixture(others, function.module)
            if found is not None:
                yield self.fixtures[found.function]


def _fixture(name: str, value: FunctionValue) -> Fixture:
    for decoration in value.decorations:
        made = decoration.call if isinstance(decoration, ExternalObject) else None
        if made is not None and made.name in DECORATORS:
            scope, autouse = made.named.get("scope", Known("function")), made.named.get("autouse", Known(False))
            scope_name = str(scope.value) if isinstance(scope, Known) else "?"
            return Fixture(value.function, name, scope_name, isinstance(autouse, Known) and bool(autouse.value))
    return Fixture(value.function, name)


def _all_of(value: Value) -> Iterator[Value]:
    for option in options_of(value):
        if isinstance(option, Collection):
            yield from option.items
        else:
            yield option


def _configurations(evidence: Mapping[str, EvidenceFacts]) -> Iterator[PytestConfiguration]:
    for path, facts in evidence.items():
        if not isinstance(facts, (Manifest, ToolConfig, Tasks)) or _name(path) not in FILES:
            continue
        tool = next((tool for tool in facts.tools if tool.name == "pytest"), None)
        if tool is not None or _name(path) in ALWAYS:
            yield PytestConfiguration(path, tool)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
