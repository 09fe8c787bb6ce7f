"""Which inputs a function tests before it uses them: against a set, a form, or the place where a path belongs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.taint.tracer import Tracer
from fastapi_audit.model.code import Call, Comparison
from fastapi_audit.model.inputs import PURPOSES, Input, Reach
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place
from fastapi_audit.model.project import Project
from fastapi_audit.model.values import Collection, Known, Value

MEMBERSHIP, EQUALITY = frozenset({"in", "not in"}), frozenset({"==", "!="})
TEXT_TESTS = frozenset({"startswith", "endswith", "isalnum", "isidentifier"})
UPWARDS = frozenset({"..", "/", "\\", "../", "..\\", "/..", "%2e"})
# A text in SQL is harmless only as a member of a set; that something raises or finds it equal says nothing of its form.
BY_SETS = frozenset({"sql"})
SCHEMES = frozenset({"http", "http:", "http://", "https", "https:", "https://", "ftp", "ws", "wss", "ws://", "wss://"})


@dataclass(frozen=True, slots=True)
class Check:
    """One test of an input; `validator` is the project function that does it."""

    input: Input
    place: Place
    validator: Function | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """The tests of all functions of a project, found as they are asked for."""

    project: Project
    tracer: Tracer
    _found: dict[tuple[Function, str], tuple[Check, ...]] = field(default_factory=dict)

    def on_the_way(self, reach: Reach, kind: str) -> Place | None:
        """Return where an input is tested on its way to a sink of a kind."""
        for function in reach.through:
            for check in self.within(function, kind):
                if check.input is reach.input and check.validator not in reach.through:
                    return check.place
        return None

    def within(self, function: Function, kind: str) -> tuple[Check, ...]:
        """Return the tests that a function carries out itself, or has carried out by what it calls."""
        key = (function, PURPOSES[kind])
        if key not in self._found:
            self._found[key] = ()  # a validator that calls itself
            self._found[key] = (*self._own(function, kind), *self._by_validators(function, kind))
        return self._found[key]

    def _own(self, function: Function, kind: str) -> Iterator[Check]:
        for comparison in self.project.comparisons_in(function):
            for value in _compared(comparison, PURPOSES[kind]):
                yield from self._of(value, comparison.place, function, kind)
        tests = names("taint", f"checks-{PURPOSES[kind]}")
        for call in self.project.calls_in(function):
            name = _test_name(call)
            if name in tests and not _asks_for_scheme(name, call):
                for value in call.objects:
                    yield from self._of(value, call.place, function, kind)

    def _by_validators(self, function: Function, kind: str) -> Iterator[Check]:
        for call in self.project.calls_in(function):
            if not isinstance(call.target, Function) or call.target is function:
                continue
            checked = {check.input for check in self.within(call.target, kind)}
            is_validation = PURPOSES[kind] not in BY_SETS and self._is_validation(call, call.target)
            for value in (*call.positional, *call.named.values()) if checked or is_validation else ():
                for check in self._of(value, call.place, function, kind):
                    if is_validation or check.input in checked:
                        yield Check(check.input, check.place, call.target)

    def _is_validation(self, call: Call, function: Function) -> bool:
        """Say whether a call is there for what it raises: it is a statement of its own."""
        around = [node for node in call.around if not isinstance(node, syntax.Await)]
        return isinstance(around[0] if around else None, syntax.ExprStmt) and bool(self.project.raises_in(function))

    def _of(self, value: Value, place: Place, function: Function, kind: str) -> Iterator[Check]:
        for reach in self.tracer.ways(value, function):
            if isinstance(reach, Reach) and reach.cleaned_by(kind) is None:
                yield Check(reach.input, place)


def _test_name(call: Call) -> str:
    """Return the name of a call; a method of what is not known to be a text counts as one of a text."""
    return f"str.{call.method}" if call.method in TEXT_TESTS else call.name or ""


def _asks_for_scheme(name: str, call: Call) -> bool:
    """Say whether a test asks for `http://` only, whatever host follows."""
    first = call.positional[0] if call.positional and name == "str.startswith" else None
    asked = first.items if isinstance(first, Collection) else [first]
    return all(isinstance(one, Known) and one.value in SCHEMES for one in asked)


def _compared(comparison: Comparison, purpose: str) -> Sequence[Value]:
    """Return the values that a comparison tells something of: a member of a set, an equal, a text without `..`."""
    values = comparison.values
    if len(values) != 2:
        return ()
    left, right = values
    if purpose in BY_SETS:
        return (left,) if comparison.ops[0] in MEMBERSHIP and not isinstance(left, Known) else ()
    if comparison.ops[0] in EQUALITY:
        is_empty = any(isinstance(value, Known) and not value.value for value in values)
        return () if is_empty else values
    if comparison.ops[0] not in MEMBERSHIP:
        return ()
    if isinstance(left, Known):
        return (right,) if purpose != "path" or left.value in UPWARDS else ()
    return (left,)
