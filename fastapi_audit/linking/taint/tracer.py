"""Follows values back through the calls of the project: parameters to arguments, results to what is returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fastapi_audit.facts import syntax
from fastapi_audit.linking.taint.sources import Sources
from fastapi_audit.linking.taint.steps import UPLOADED, Formal, Found, Step, distinct
from fastapi_audit.linking.taint.values import Values
from fastapi_audit.model.code import Call
from fastapi_audit.model.flow import Edge
from fastapi_audit.model.inputs import Gap, Reach
from fastapi_audit.model.module import Class, Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Given, Known, PartialValue, Value


class Tracer:
    """Answers which inputs get into a value. Each function and each parameter is followed once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.sources = Sources(project)
        self._values = Values(self.sources, self._given)
        self._returned: dict[Function, Found] = {}
        self._followed: dict[Formal, Found] = {}

    def ways(self, value: Value, function: Function | None) -> tuple[Reach | Gap, ...]:
        """Return the inputs that get into a value that stands in a function, and what is not known of it."""
        found = self._resolved(self._values.found(value, function))
        here = (one.inside(function) if isinstance(one, Step) and function is not None else one for one in found)
        return tuple(self._reach(one) if isinstance(one, Step) else one for one in here)

    def _reach(self, step: Step) -> Reach:
        root = step.root
        if isinstance(root, Formal):  # never: all of them are resolved
            raise TypeError(root)
        part = next((name[len(UPLOADED) :] for name in step.operations if name.startswith(UPLOADED)), None)
        if part is not None and root.source == "file":
            root = self.sources.part_of_upload(root, part)
        return Reach(root, step.through, step.operations, step.before, step.after)

    def _resolved(self, found: Found) -> Found:
        return distinct(self._resolve(found))

    def _resolve(self, found: Found) -> Iterator[Step | Gap]:
        for one in found:
            if isinstance(one, Step) and isinstance(one.root, Formal):
                for earlier in self._parameter(one.root):
                    yield one.continued(earlier) if isinstance(earlier, Step) else earlier
            else:
                yield one

    def _given(self, given: Given, function: Function | None) -> Found:
        """Return the ways into what a call of a project function gave."""
        callee = given.function.original.function
        return distinct(self._given_by(callee, given.positional, given.named, function))

    def _given_by(
        self, callee: Function, positional: Sequence[Value], named: Mapping[str, Value], function: Function | None
    ) -> Iterator[Step | Gap]:
        for one in self._results(callee):
            if not isinstance(one, Step):
                yield one
            elif isinstance(one.root, Formal) and one.root.function is callee:
                value = argument(callee, one.root.name, positional, named)
                for earlier in self._values.found(value, function) if value is not None else ():
                    yield one.continued(earlier).inside(callee) if isinstance(earlier, Step) else earlier
            else:
                yield one.inside(callee)

    def _results(self, function: Function) -> Found:
        if function not in self._returned:
            self._returned[function] = ()  # one that calls itself
            returns = self._project.returns_in(function)
            found = distinct(one for item in returns for one in self._values.found(item.value, function))
            self._returned[function] = found if returns else (Gap(f"what {function.name} gives"),)
        return self._returned[function]

    def _parameter(self, formal: Formal) -> Found:
        """Return the inputs that a parameter takes, or that the callers of its function hand to it."""
        if formal not in self._followed:
            self._followed[formal] = ()  # a parameter that is handed to itself
            self._followed[formal] = distinct(self._follow(formal))
        return self._followed[formal]

    def _follow(self, formal: Formal) -> Iterator[Step | Gap]:
        function = formal.function
        taken = self.sources.of_parameter(function, formal.name)
        if taken is not None:
            yield Step(taken, (function,))
            return
        dependency = self.sources.dependency(function, formal.name)
        if dependency is not None:
            provider = dependency.function if dependency.cls is None else None
            if provider is None:
                yield Gap(f"what {dependency.name} provides")
                return
            provided = self._resolved(self._results(provider))
            yield from (one.inside(provider) if isinstance(one, Step) else one for one in provided)
            return
        yield from self._callers(formal)

    def _callers(self, formal: Formal) -> Iterator[Step | Gap]:
        edges = self._project.flow.callers(formal.function)
        if not edges or formal.function in self._project.flow.entries:
            yield Gap(f"the parameter {formal.name} of {formal.function.name}, which nothing is seen to give")
        for edge in edges:
            positional, named = self._arguments(edge)
            value = argument(formal.function, formal.name, positional, named)
            if value is None:
                yield Gap(f"the parameter {formal.name} of {formal.function.name}")
                continue
            for one in self._resolved(self._values.found(value, edge.caller)):
                yield one.inside(edge.caller) if isinstance(one, Step) and edge.caller is not None else one

    def _arguments(self, edge: Edge) -> tuple[Sequence[Value], Mapping[str, Value]]:
        """Return what a call gives to the function that it leads to, which it may only hand on."""
        call = edge.call
        if _is_called(call, edge.callee):
            return call.positional, call.named
        offload = self._project.known_calls.offloads(call.name) if call.name is not None else None
        position = offload.position if offload is not None else None
        if position is None or position >= len(call.positional):
            return call.positional, call.named
        handed = call.positional[position]
        if isinstance(handed, PartialValue):
            return handed.positional, handed.named
        return call.positional[position + 1 :], call.named


def _is_called(call: Call, function: Function) -> bool:
    return call.target is function or isinstance(call.target, Class)


def argument(function: Function, name: str, positional: Sequence[Value], named: Mapping[str, Value]) -> Value | None:
    """Return what arguments give for a parameter; a default that is a constant stands for a missing one."""
    if name in named:
        return named[name]
    params = [param.name for param in function.node.params if param.kind in ("positional", "normal")]
    is_bound = function.owner is not None and params[:1] in (["self"], ["cls"])
    position = params.index(name) - is_bound if name in params else None
    if position is not None and 0 <= position < len(positional):
        return positional[position]
    default = next((param.default for param in function.node.params if param.name == name), None)
    return Known(None) if isinstance(default, syntax.Constant) else None
