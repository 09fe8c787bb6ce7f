"""Test functions carried out as one run of them goes: with its parameters, into the functions that they call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import combine
from fastapi_audit.linking.evaluation.fixtures import params_of
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.invocation import bind_parameters
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.reading import parameter_value
from fastapi_audit.linking.evaluation.recorder import Recorder
from fastapi_audit.linking.evaluation.types import type_name
from fastapi_audit.linking.exercise.parametrized import inside
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.repository import Role
from fastapi_audit.model.values import (
    NONE,
    Collection,
    FunctionValue,
    Instance,
    Known,
    Scope,
    Template,
    Unknown,
    Value,
    options_of,
)

MAX_DEPTH = 4
MAX_CALLS = 200  # functions carried out for one run of a test


@dataclass(frozen=True, slots=True)
class Carried:
    """One function as it was carried out, by itself or for the one that called it."""

    function: Function
    recorder: Recorder


@dataclass(slots=True)
class CarryingOut:
    """Carries out one function, and those that it calls of which `is_followed` says so, and keeps what each did."""

    interpreter: Interpreter
    is_followed: Callable[[Function], bool]
    done: list[Carried] = field(default_factory=list)

    def run(self, function: FunctionValue, given: Mapping[str, Value]) -> Value:
        """Carry out a test, a fixture or another function that nothing calls, with some of its parameters."""
        names = {
            param.name: given.get(param.name) or self._provided(param.name, param.kind, function)
            for param in function.function.node.params
        }
        return self._carry_out(function, names, 0)

    def _provided(self, name: str, kind: str, function: FunctionValue) -> Value:
        """Return what a parameter is: the fixture as its body makes it, where that tells more than its annotation."""
        value = parameter_value(name, kind, function, self.interpreter)
        is_method = function.function.owner is not None and function.function.node.params[0].name == name
        fixture = None if is_method else self.interpreter.fixture(name, function.function.module)
        if fixture is None:
            return value
        made = self._made_by(fixture, value)
        made = combine(made.items) if isinstance(made, Collection) and made.kind == "generator" else made
        kinds = {type_name(option) for option in options_of(made)}
        is_same = isinstance(value, Unknown) or kinds == {type_name(value)}
        return made if is_same and not isinstance(made, Unknown) else value

    def _made_by(self, fixture: FunctionValue, otherwise: Value) -> Value:
        """Return what the body of a fixture gives, for each of its `params` where it has some."""
        params = params_of(fixture)
        if params is not None:
            return CarryingOut(self.interpreter, lambda _: False).run(fixture, {"request": _request(params, fixture)})
        self.interpreter.read(fixture)
        return self.interpreter.summaries.get(fixture.function, otherwise)

    def _carry_out(self, function: FunctionValue, names: dict[str, Value], depth: int) -> Value:
        record, recorder = function.function, Recorder()
        self.done.append(Carried(record, recorder))
        frame = Frame(
            self.interpreter,
            record.module,
            Scope(names, function.scope),
            wires=False,
            recorder=recorder,
            function=function,
            cls=record.owner,
            owner=record,
            depth=depth,
            suppose=self._suppose,
        )
        leaves = self.interpreter.execute(record.statements, frame)
        if record.node.is_generator:
            return Collection("generator", frame.yielded)
        return combine(frame.returned if leaves else [*frame.returned, NONE])

    def _suppose(self, callee: Value, arguments: Arguments, frame: Frame) -> Value | None:
        options = options_of(callee)
        if len(options) != 1 or not isinstance(options[0], FunctionValue):
            return None
        function = options[0]
        if frame.depth >= MAX_DEPTH or len(self.done) >= MAX_CALLS or not self._leads_on(function):
            return None
        bound = bind_parameters(function, arguments)
        for param in function.function.node.params:
            if isinstance(bound[param.name], Unknown):
                bound[param.name] = parameter_value(param.name, param.kind, function, self.interpreter)
        return self._carry_out(function, bound, frame.depth + 1)

    def _leads_on(self, function: FunctionValue) -> bool:
        """Say whether to carry out a function that is called: it is followed, or makes a text of what it is given."""
        if function.wraps is not None:
            return False
        if self.is_followed(function.function):
            return True
        is_for_tests = function.function.module.role is Role.TEST
        return is_for_tests and bool(function.function.node.params) and _is_text(self.interpreter.summary(function))


def _request(params: Value, fixture: FunctionValue) -> Instance:
    """Return the request of a fixture that is given its parameters."""
    module, pos = fixture.function.module, fixture.function.node.pos
    unseen = Unknown("a parameter that is not known")
    cls = Class(module, "FixtureRequest", syntax.ClassDef(pos, "FixtureRequest", (), (), None, (), ()))
    return Instance(cls, {"param": combine(map(inside, iterate(params) or [unseen]))})


def _is_text(value: Value) -> bool:
    return any(
        isinstance(option, Template) or (isinstance(option, Known) and isinstance(option.value, str)) or _is_str(option)
        for option in options_of(value)
    )


def _is_str(value: Value) -> bool:
    return type_name(value) == "str"
