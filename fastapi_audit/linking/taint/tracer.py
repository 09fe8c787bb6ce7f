"""Follows values back through the calls of the project: parameters to arguments, results to what is returned."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.linking.taint.sources import Sources
from fastapi_audit.linking.taint.steps import UPLOADED, Formal, Found, Step, continued, distinct
from fastapi_audit.linking.taint.values import Values, part_of
from fastapi_audit.model.arguments import argument
from fastapi_audit.model.inputs import Gap, Reach
from fastapi_audit.model.module import Function
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Given, Known, Value

MOST_CALLS = 500  # on the way back from a value; each takes several levels of our own stack


class Tracer:
    """Answers which inputs get into a value. Each function and each parameter is followed once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.sources = Sources(project)
        self._values = Values(self.sources, self._given)
        self._returned: dict[tuple[Function, int | None], Found] = {}
        self._followed: dict[Formal, Found] = {}
        self._depth = 0

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
                yield from continued(self._parameter(one.root), one)
            else:
                yield one

    def _given(self, given: Given, function: Function | None, key: Value | None, depth: int) -> Found:
        """Return the ways into what a call of a project function gave, or into the item of it that has a key."""
        return distinct(self._given_by(given, function, key, depth))

    def _given_by(self, given: Given, function: Function | None, key: Value | None, depth: int) -> Iterator[Step | Gap]:
        callee = given.function.original.function
        for one in self._results(callee, key):
            if not isinstance(one, Step):
                yield one
            elif isinstance(one.root, Formal) and one.root.function is callee:
                value = argument(callee, one.root.name, given.positional, given.named)
                found = self._values.found(value, function, depth) if value is not None else ()
                yield from continued(found, one.inside(callee))
            else:
                yield one.inside(callee)

    def _results(self, function: Function, key: Value | None = None) -> Found:
        known = (function, key.value if isinstance(key, Known) and isinstance(key.value, int) else None)
        if known not in self._returned:
            self._returned[known] = ()  # one that calls itself
            values = [part_of(item.value, key) for item in self._project.returns_in(function)]
            found = distinct(one for value in values for one in self._values.found(value, function))
            self._returned[known] = found if values else (Gap(f"what {function.name} gives"),)
        return self._returned[known]

    def _parameter(self, formal: Formal) -> Found:
        """Return the inputs that a parameter takes, or that the callers of its function hand to it."""
        if formal not in self._followed:
            if self._depth >= MOST_CALLS:
                return (Gap("a chain of calls that is too long to follow"),)
            self._followed[formal] = ()  # a parameter that is handed to itself
            self._depth += 1
            self._followed[formal] = distinct(self._follow(formal))
            self._depth -= 1
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
            if provider is None and dependency.scheme is not None:
                yield Step(self.sources.part_of_request("credentials", None, function), (function,))
                return
            if provider is None:
                yield Gap(f"what {dependency.name} provides")
                return
            provided = self._resolved(self._results(provider))
            yield from (one.inside(provider) if isinstance(one, Step) else one for one in provided)
            return
        yield from self._callers(formal)

    def _callers(self, formal: Formal) -> Iterator[Step | Gap]:
        given = self._project.given(formal.function, formal.name)
        if not given or formal.function in self._project.flow.entries:
            yield self._unseen(formal)
        for edge, value in given:
            if value is None:
                yield self._unseen(formal)
                continue
            for one in self._resolved(self._values.found(value, edge.caller)):
                yield one.inside(edge.caller) if isinstance(one, Step) and edge.caller is not None else one

    def _unseen(self, formal: Formal) -> Step:
        return Step(self.sources.unseen(formal.function, formal.name), (formal.function,))
