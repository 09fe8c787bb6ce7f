"""The world of one service: modules and their scopes, definitions met, and the ways to evaluate."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation import calls, expressions, reading, statements
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.attributes import find_in_class
from fastapi_audit.linking.evaluation.construction import construct
from fastapi_audit.linking.evaluation.fixtures import find_fixtures, nearest_fixture
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.evaluation.types import attribute_annotation, declared_attribute
from fastapi_audit.linking.modules import ModuleIndex
from fastapi_audit.model.module import Class, ClassAttribute, Function, Module
from fastapi_audit.model.values import ClassValue, Collection, FunctionValue, Instance, Known, Scope, Unknown, Value
from fastapi_audit.model.wiring import RouterObject

MAX_CALLS = 4_000  # project functions carried out for one module body
MAX_CALLS_ASIDE = 100  # the same, where no application loads the module: a command may do all of its work in its body
MAX_CALLS_IN_ALL = 30_000


class Interpreter:
    """Evaluates the modules of one service; keeps every definition by module and position, each made once.

    `loaded` are the paths of the modules that applications load.
    """

    def __init__(self, index: ModuleIndex, loaded: frozenset[str]) -> None:
        self.index = index
        self._loaded = loaded
        self.scopes: dict[str, Scope] = {}
        self.in_progress: set[str] = set()
        self.recorders: dict[str, Recorder] = {}
        self.functions: dict[tuple[str, int], Function] = {}
        self.function_values: dict[Function, FunctionValue] = {}
        self.classes: dict[tuple[str, int], Class] = {}
        self.class_scopes: dict[Class, Scope] = {}
        self.class_decorators: dict[Class, tuple[Value, ...]] = {}
        self.constructions: dict[Class, Instance] = {}
        self.routers: list[RouterObject] = []
        self.bindings: dict[RouterObject, str] = {}
        self.invoked: set[Function] = set()
        self.instances: dict[Class, Instance] = {}
        self.summaries: dict[Function, Value] = {}
        self.readings: dict[Function, Recorder] = {}
        self.open_readings = 0
        self.unresolved: dict[tuple[str, int], tuple[str, str]] = {}
        self.names = 0
        self._heirs: dict[Class, list[Class]] = {}
        self._heirs_of = 0
        self._fixtures: dict[str, list[FunctionValue]] | None = None
        self.calls_left = MAX_CALLS
        self.calls_left_in_all = MAX_CALLS_IN_ALL

    def module_scope(self, module: Module) -> Scope:
        """Return the names of a module, evaluating its body first if nobody has; a cycle sees what is there so far.

        The packages around it come first, as when Python imports it.
        """
        if module.path not in self.scopes:
            for package in self.index.packages_around(module):
                self.module_scope(package)
        return self.scopes.get(module.path) or self._carried_out(module)

    def _carried_out(self, module: Module) -> Scope:
        scope = self.scopes[module.path] = Scope(
            {
                "__name__": Known(module.name),
                "__file__": Known(module.path, is_default=True),
                "__doc__": Known(module.facts.docstring),
                "__path__": Collection("list", [], is_open=True),
            }
        )
        recorder = self.recorders[module.path] = Recorder()
        frame = Frame(self, module, scope, wires=True, recorder=recorder)
        most = MAX_CALLS if module.path in self._loaded else MAX_CALLS_ASIDE
        calls_left, self.calls_left = self.calls_left, most
        self.in_progress.add(module.path)
        statements.execute(module.facts.statements, frame)
        self.in_progress.discard(module.path)
        self.calls_left = calls_left
        return scope

    def evaluate(self, node: syntax.Expr, frame: Frame) -> Value:
        """Return what an expression stands for."""
        return expressions.evaluate(node, frame)

    def call(self, callee: Value, arguments: Arguments, node: syntax.Call, frame: Frame) -> Value:
        """Return what a call gives."""
        return calls.call(callee, arguments, node, frame)

    def execute(self, body: Sequence[syntax.Stmt], frame: Frame) -> bool:
        """Carry out statements; say whether they leave the block."""
        return statements.execute(body, frame)

    def read(self, function: FunctionValue) -> Recorder:
        """Return what a function does, reading it the first time it is asked for."""
        record = function.function
        if record not in self.readings:
            self.readings[record] = Recorder()  # a function that meets itself sees nothing yet
            self.open_readings += 1
            self.readings[record] = reading.read_function(function, self)
            self.open_readings -= 1
        return self.readings[record]

    def summary(self, function: FunctionValue) -> Value:
        """Return what a call of a function gives."""
        return reading.summary(function, self)

    def typical_instance(self, cls: Class) -> Instance:
        """Return the instance that stands for all of a class."""
        return reading.typical_instance(cls, self)

    def declared_attribute(self, cls: Class, name: str) -> Value | None:
        """Return an object of the type that a class body declares for an attribute."""
        return declared_attribute(cls, name, self)

    def in_module(self, node: syntax.Expr, module: Module) -> Value:
        """Evaluate an expression among the names of a module."""
        return self.evaluate(node, Frame(self, module, self.module_scope(module), wires=False))

    def class_annotation(self, cls: Class, attribute: ClassAttribute) -> Value:
        """Evaluate the annotation of a class attribute."""
        return attribute_annotation(cls, attribute, self)

    def constructed(self, cls: Class) -> Instance:
        """Return an instance whose `__init__` was carried out with unknown arguments."""
        if cls not in self.constructions:
            self.constructions[cls] = Instance(cls, place=cls.place)
            self.constructions[cls] = self.constructed_with(cls, Arguments(is_open=True))
        return self.constructions[cls]

    def constructed_with(self, cls: Class, arguments: Arguments) -> Instance:
        """Return an instance whose `__init__` was carried out with these arguments."""
        frame = Frame(self, cls.module, Scope({}), wires=True)
        node = syntax.Call(cls.node.pos, syntax.Name(cls.node.pos, cls.name), ())
        made = construct(ClassValue(cls), arguments, node, frame)
        return made if isinstance(made, Instance) else Instance(cls, place=cls.place)

    def class_value(self, cls: Class, name: str, scope: Scope | None = None) -> Value | None:
        """Return what a class body, own or inherited, binds to a name; `scope` as of its `ClassValue`."""
        return find_in_class(cls, name, self, scope=scope)

    def heirs(self, cls: Class) -> Sequence[Class]:
        """Return the classes that are derived from one, as far as they are known by now."""
        if self._heirs_of != len(self.classes):
            self._heirs, self._heirs_of = {}, len(self.classes)
            for heir in self.classes.values():
                for ancestor in heir.lineage[1:]:
                    self._heirs.setdefault(ancestor, []).append(heir)
        return self._heirs.get(cls, ())

    def renew_calls(self) -> None:
        """Allow as many calls again as modules were, so that what they used up does not fail what comes after them."""
        self.calls_left, self.calls_left_in_all = MAX_CALLS_IN_ALL, MAX_CALLS_IN_ALL

    def spend_call(self) -> bool:
        """Say whether one more project function may be carried out, and count it."""
        if self.calls_left <= 0 or self.calls_left_in_all <= 0:
            return False
        self.calls_left -= 1
        self.calls_left_in_all -= 1
        return True

    def fixture(self, name: str, module: Module) -> FunctionValue | None:
        """Return the pytest fixture of that name that a test module sees: its own, else the nearest above."""
        if self._fixtures is None:
            self._fixtures = find_fixtures(self.function_values.values())
        return nearest_fixture(self._fixtures.get(name, ()), module)

    def function(self, module: Module, qualname: str, node: syntax.FunctionDef, owner: Class | None) -> Function:
        """Return the one record of a function definition."""
        key = (module.path, node.pos)
        if key not in self.functions:
            self.functions[key] = Function(module, qualname, node, owner)
        return self.functions[key]

    def unknown(self, name: str, module: Module, node: syntax.Node, reason: str) -> Unknown:
        """Note that a name does not resolve, and return that as a value."""
        self.unresolved[module.path, node.pos] = (name, reason)
        return Unknown(reason)
