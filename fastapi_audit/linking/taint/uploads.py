"""What is looked at before an upload is used: how much it holds, and of which type it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.signatures import UPLOADS
from fastapi_audit.linking.taint.steps import UPLOADED
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.model.code import LOOPS, Call, Comparison
from fastapi_audit.model.inputs import Reach, Upload
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.routing import Application, Parameter, Route
from fastapi_audit.model.values import Value

ORDER = frozenset({"<", "<=", ">", ">="})
MEMBERSHIP = frozenset({"==", "!=", "in", "not in"})
SAID = frozenset({f"{UPLOADED}filename", f"{UPLOADED}content_type", f"{UPLOADED}headers"})
WRITES = frozenset({"write", "writelines"})
TEXT_TESTS = frozenset({"startswith", "endswith"})
READS = frozenset(f"{name}.{method}" for name in UPLOADS for method in ("read", "file.read"))


def uploads_of(project: Project, tracer: Tracer) -> list[Upload]:
    """Return the parameters that take files, in the order of their places."""
    finder = _Finder(project, tracer)
    return [finder.upload(one) for one in project.subjects(Parameter) if one.source == "file"]


@dataclass(frozen=True, slots=True)
class _Finder:
    project: Project
    tracer: Tracer

    def upload(self, parameter: Parameter) -> Upload:
        places = parameter.place
        routes = tuple(route for route in self.project.routes if any(p.place == places for p in route.all_parameters))
        functions = self.project.reached(self._starts(parameter, routes))
        limits = [place for function in functions for place in self._limits(function, parameter)]
        applications = dict.fromkeys(route.application for route in routes)
        limits += [place for application in applications for place in self._by_middleware(application)]
        limits += [parameter.place] if "max_length" in parameter.options else []
        types = [place for function in functions for place in self._types(function, parameter)]
        doubts = [place for function in functions for place in self._doubts(function, parameter)]
        return Upload(
            parameter, routes, tuple(sorted(set(limits))), tuple(sorted(set(types))), tuple(sorted(set(doubts)))
        )

    def _starts(self, parameter: Parameter, routes: Sequence[Route]) -> list[Function]:
        found = [parameter.function, *(route.handler for route in routes)]
        found += [dependency.function for route in routes for dependency in route.all_dependencies]
        return [function for function in found if function is not None]

    def _ways(self, value: Value, function: Function, parameter: Parameter) -> Iterator[Reach]:
        """Yield the ways by which an upload gets into a value."""
        for way in self.tracer.ways(value, function):
            if isinstance(way, Reach) and way.input.source == "file" and way.input.parameter is parameter:
                yield way

    def _limits(self, function: Function, parameter: Parameter) -> Iterator[Place]:
        counters = _counters(function)
        for comparison in self.project.comparisons_in(function):
            if not ORDER.isdisjoint(comparison.ops) and self._measures(comparison, counters, function, parameter):
                yield comparison.place
        for call in self.project.calls_in(function):
            is_repeated = any(isinstance(node, LOOPS) for node in call.around)
            is_bounded = call.name in READS and bool(call.positional or call.named) and not is_repeated
            if is_bounded and self._is_of(call, function, parameter):
                yield call.place

    def _measures(
        self, comparison: Comparison, counters: frozenset[str], function: Function, parameter: Parameter
    ) -> bool:
        node = comparison.node
        sides = (node.left, *node.comparators) if isinstance(node, syntax.Compare) else ()
        if any(isinstance(side, syntax.Name) and side.id in counters for side in sides):
            return True
        measures = names("taint", "measures")
        ways = (way for value in comparison.values for way in self._ways(value, function, parameter))
        return any(not measures.isdisjoint(way.operations) for way in ways) or self._asks_for_length(
            comparison.values, function
        )

    def _asks_for_length(self, values: Sequence[Value], function: Function) -> bool:
        """Say whether a value is what the client says of the length of its request."""
        ways = (way for value in values for way in self.tracer.ways(value, function) if isinstance(way, Reach))
        return any("content-length" in way.input.name.lower() for way in ways)

    def _by_middleware(self, application: Application) -> Iterator[Place]:
        for middleware in application.middlewares:
            if middleware.name in names("taint", "limiting"):
                yield middleware.place
            for function in self.project.reached(middleware.entries):
                for comparison in self.project.comparisons_in(function):
                    if not ORDER.isdisjoint(comparison.ops) and self._asks_for_length(comparison.values, function):
                        yield comparison.place

    def _types(self, function: Function, parameter: Parameter) -> Iterator[Place]:
        for comparison in self.project.comparisons_in(function):
            if not MEMBERSHIP.isdisjoint(comparison.ops) and self._tells(comparison.values, function, parameter):
                yield comparison.place
        for call in self.project.calls_in(function):
            values = (*call.objects, *call.named.values())
            is_read = call.name in names("taint", "recognises") and self._is_of(call, function, parameter)
            if is_read or (call.method in TEXT_TESTS and self._tells(values, function, parameter)):
                yield call.place

    def _tells(self, values: Sequence[Value], function: Function, parameter: Parameter) -> bool:
        """Say whether one of some values is what the client says of the type of an upload."""
        ways = (way for value in values for way in self._ways(value, function, parameter))
        return any(not SAID.isdisjoint(way.operations) for way in ways)

    def _doubts(self, function: Function, parameter: Parameter) -> Iterator[Place]:
        for call in self.project.calls_in(function):
            if call.name is None and call.method not in WRITES and self._is_of(call, function, parameter):
                yield call.place

    def _is_of(self, call: Call, function: Function, parameter: Parameter) -> bool:
        values = (*call.objects, *call.named.values())
        return any(True for value in values for _ in self._ways(value, function, parameter))


def _counters(function: Function) -> frozenset[str]:
    """Return the names to which a function adds lengths."""
    return frozenset(
        node.target.id
        for node in function.nodes
        if isinstance(node, syntax.AugAssign) and isinstance(node.target, syntax.Name) and _adds_length(node.value)
    )


def _adds_length(node: syntax.Expr) -> bool:
    calls = (inner for inner in tree.descendants((node,)) if isinstance(inner, syntax.Call))
    return any(isinstance(call.func, syntax.Name) and call.func.id == "len" for call in calls)
