"""The tests of a service → its `Exercise`: every run of every test, and what fixtures and other functions do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.code_index import CodeIndex
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.exercise.addresses import Addresses
from fastapi_audit.linking.exercise.carrying_out import Carried, CarryingOut
from fastapi_audit.linking.exercise.expectations import expected_of
from fastapi_audit.linking.exercise.own_applications import own_maps
from fastapi_audit.linking.exercise.parametrized import Bound, runs_of
from fastapi_audit.linking.exercise.requests import may_send, requests_of, sendings
from fastapi_audit.linking.exercise.route_map import RouteMap
from fastapi_audit.linking.exercise.served_routes import ServedRoutes
from fastapi_audit.linking.routes import RouteBuilder
from fastapi_audit.linking.sites import calls_of
from fastapi_audit.linking.tests import is_fixture, is_test
from fastapi_audit.model.code import Call
from fastapi_audit.model.module import Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.tests import Exercise, Request, Run
from fastapi_audit.model.values import FunctionValue, Value, values_inside


def build_exercise(
    project: Project,
    interpreter: Interpreter,
    tests: CodeIndex,
    builder: RouteBuilder,
) -> Exercise:
    """Return what the tests do with a service; `tests` is the code of the test files."""
    calls = tests.calls()
    strangers = [
        application for application in builder.applications.values() if application not in project.applications
    ]
    own = own_maps(calls, strangers, builder, project.routes_of)
    carrying = _Carrying(interpreter, tests.calls_by_function(), ServedRoutes.of(project), own)
    carrying.carry_out([(call, callees[id(call.node)]) for made, callees in tests.recorded() for call in made])
    return Exercise(
        tuple(carrying.requests.values()),
        tuple(carrying.runs),
        frozenset(_handlers(calls, project)),
        tuple(call.place for call in calls if call.name in names("test_requests", "generators")),
    )


def _handlers(calls: Iterable[Call], project: Project) -> Iterator[Function]:
    """Yield the functions of routes that tests call, or hand to what may call them."""
    for call in calls:
        if isinstance(call.target, Function) and project.routes_of(call.target):
            yield call.target
        for value in (*call.positional, *call.named.values()):
            for inner in values_inside(value):
                if isinstance(inner, FunctionValue) and project.routes_of(inner.original.function):
                    yield inner.original.function


@dataclass(slots=True)
class _Carrying:
    """Carries out the tests, then what they left out: fixtures, and functions that nothing seen calls."""

    interpreter: Interpreter
    calls: Mapping[Function, Sequence[Call]]
    served: ServedRoutes
    own: Mapping[str, RouteMap]
    requests: dict[tuple[int, str | None, str], Request] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    _reached: set[Function] = field(default_factory=set)
    _senders: frozenset[Function] = frozenset()
    _followed: frozenset[Function] = frozenset()
    _shared: tuple[RouteMap, ...] = ()

    def carry_out(self, made: Sequence[tuple[Call, Value]]) -> None:
        """Carry everything out; `made` are all calls of test code, with what they call."""
        tests = [function for function in self.calls if is_test(function)]
        tested = {function.module.path for function in tests}
        self._shared = tuple(routes for path, routes in sorted(self.own.items()) if path not in tested)
        self._senders = frozenset(call.function for call, callee in made if call.function and may_send(call, callee))
        self._followed = _leading_to(
            self._senders | {one for one in self.calls if one.asserted and not is_test(one)}, self.calls
        )
        for function in tests:
            self.runs += self._test(self.interpreter.function_values[function])
        rest = [function for function in self.calls if function in self._followed and not is_test(function)]
        for function in sorted(rest, key=is_fixture, reverse=True):
            if function not in self._reached:
                self._note(self._carried(self.interpreter.function_values[function], {}), not is_fixture(function))
        for call, callee in made:
            if call.function is None:
                self._send(call, callee, is_helper=False)

    def _test(self, test: FunctionValue) -> Iterator[Run]:
        """Yield the runs of a test; those of one that only calls the service's own functions are read once."""
        function, runs = test.function, runs_of(test, self.interpreter) or [{}]
        calls = self.calls[function]
        if function not in self._senders and not any(call.target in self._followed for call in calls):
            self._reached.add(function)
            read = [Carried(function, self.interpreter.read(test))]
            yield from (_run(function, read, given) for given in runs)
            return
        for given in runs:
            done = self._carried(test, given)
            self._note(done, is_helper=False)
            yield _run(function, done, given)

    def _carried(self, function: FunctionValue, given: Bound) -> list[Carried]:
        carrying = CarryingOut(self.interpreter, self._followed.__contains__)
        carrying.run(function, given)
        return carrying.done

    def _note(self, done: Iterable[Carried], is_helper: bool) -> None:
        for number, one in enumerate(done):
            self._reached.add(one.function)
            if one.function in self._senders:
                callees = {id(record.node): record.callee for record in one.recorder.all_calls}
                for call in calls_of(one.recorder, one.function.module, one.function):
                    self._send(call, callees[id(call.node)], is_helper and number == 0)

    def _send(self, call: Call, callee: Value, is_helper: bool) -> None:
        own = self.own.get(call.module.path)
        maps = (*(() if own is None else (own,)), *self._shared, self.served.map)
        addresses = Addresses(self.served.paths_named, is_helper)
        for found in sendings(call, callee):
            for request in requests_of(found, addresses, maps):
                self.requests.setdefault((id(call.node), request.method, request.path), request)


def _run(function: Function, done: Sequence[Carried], given: Mapping[str, Value]) -> Run:
    found = expected_of(done, given.values())
    return Run(function, tuple(found.statuses), tuple(found.raised), found.fails_otherwise, found.is_seen)


def _leading_to(targets: Iterable[Function], calls: Mapping[Function, Sequence[Call]]) -> frozenset[Function]:
    """Return some functions and all that lead to them, over any number of calls."""
    callers: dict[Function, list[Function]] = {}
    for function, made in calls.items():
        for call in made:
            if isinstance(call.target, Function):
                callers.setdefault(call.target, []).append(function)
    found = set(targets)
    waiting = list(found)
    while waiting:
        above = [caller for caller in callers.get(waiting.pop(), ()) if caller not in found]
        found.update(above)
        waiting += above
    return frozenset(found)
