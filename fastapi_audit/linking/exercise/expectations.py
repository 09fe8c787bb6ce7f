"""What a function of tests does → what it expects: statuses, exceptions, or nothing that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fastapi_audit.facts import syntax, tree
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.recorder import RecordedCall
from fastapi_audit.linking.evaluation.types import dotted_name
from fastapi_audit.linking.exercise.carrying_out import Carried
from fastapi_audit.linking.exercise.error_redirects import REDIRECTS, names_error
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.tests import ERRORS
from fastapi_audit.model.values import Collection, ExternalObject, Known, Value, options_of

ALL = range(100, 600)
STATUS, EXITS = "status_code", ("exit_code", "returncode")
ERROR_FLAGS, SUCCESS_FLAGS = ("is_error", "is_client_error", "is_server_error"), ("is_success", "ok")
_SUCCESSES = frozenset(ALL) - frozenset(ERRORS)
_OPERATORS: dict[str, Callable[[int, frozenset[int]], bool]] = {
    "==": lambda status, given: status in given,
    "in": lambda status, given: status in given,
    "not in": lambda status, given: status not in given,
    ">=": lambda status, given: status >= min(given),
    ">": lambda status, given: status > min(given),
    "<": lambda status, given: status < max(given),
    "<=": lambda status, given: status <= max(given),
}
_RAISING = ("assertRaises", "assertRaisesRegex")
_SNAPSHOTS, _ERROR_KEYS = ("snapshot", "snapshot_json"), ("detail", "error", "errors")
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
_ASSERTIONS = {
    "assertEqual": "==", "assertEquals": "==", "assertIn": "in", "assertNotIn": "not in", "assertGreater": ">",
    "assertGreaterEqual": ">=", "assertLess": "<", "assertLessEqual": "<=", "assertNotEqual": "!=", "equal": "==",
}  # fmt: skip


@dataclass(slots=True)
class Expected:
    """What was found: groups of statuses, exceptions, commands that fail; how many assertions tell something, and how
    many compare a status or the whole with what is not seen. One that finds nothing (`is None`, `not …`) tells nothing:
    something may have been refused, or be gone. `names_error`: an error is looked for in the text of an address.
    """

    statuses: list[frozenset[int]] = field(default_factory=list)
    raised: list[str | None] = field(default_factory=list)
    fails_otherwise: bool = False
    others: int = 0
    unseen: int = 0
    names_error: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether it can be told what is expected."""
        return bool(self.statuses or self.raised or self.fails_otherwise or (self.others and not self.unseen))


def expected_of(done: Iterable[Carried], given: Iterable[Value]) -> Expected:
    """Return what functions expect that one run of a test carried out, and what its parameters do (`pytest.raises`)."""
    found = Expected()
    for value in given:
        made = value.call if isinstance(value, ExternalObject) else None
        if made is not None and made.name in names("test_requests", "raises"):
            found.raised += _named(made.positional[:1])
    for one in done:
        _Reader(one, found).read()
    if found.names_error and any(group and group <= REDIRECTS for group in found.statuses):
        found.fails_otherwise = True
    return found


def _named(values: Iterable[Value]) -> Iterator[str | None]:
    for option in (option for value in values for option in options_of(value)):
        kinds = option.items if isinstance(option, Collection) else [option]
        yield from map(dotted_name, kinds)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the assertions of one function as it was carried out."""

    carried: Carried
    found: Expected

    def read(self) -> None:
        for test in self.carried.function.asserted:
            self._claim(test)
        for call in self.carried.recorder.all_calls:
            self._call(call)

    def _claim(self, test: syntax.Expr, is_negated: bool = False) -> None:
        """Take what one assertion says of a status, or count it among the others."""
        if isinstance(test, syntax.BinaryOp) and test.op == "and" and not is_negated:
            self._claim(test.left)
            self._claim(test.right)
        elif isinstance(test, syntax.UnaryOp) and test.op == "not":
            self._claim(test.value, not is_negated)
        else:
            self.found.names_error |= not is_negated and names_error(test)
            self._single(test, is_negated)

    def _single(self, test: syntax.Expr, is_negated: bool) -> None:
        if (flagged := _flagged(test)) is not None:
            self.found.statuses.append(_negated(flagged) if is_negated else flagged)
        elif compared := [node for node in tree.descendants([test]) if isinstance(node, syntax.Compare)]:
            self._compared(test, compared, is_negated)
        elif not is_negated:
            self._other(test)

    def _compared(self, test: syntax.Expr, compared: Sequence[syntax.Compare], is_negated: bool) -> None:
        mentioned = [_attributes(node) for node in compared]
        claims = [self._allowed(node) for node, named in zip(compared, mentioned, strict=True) if STATUS in named]
        if not all(named.isdisjoint(EXITS) for named in mentioned):
            self._exit(compared)
        elif not claims:
            if not all(_finds_nothing(node) for node in compared):
                self._other(test)
        elif None in claims:
            self.found.unseen += 1
        else:
            allowed = frozenset().union(*(claim for claim in claims if claim is not None))
            self.found.statuses.append(_negated(allowed) if is_negated else allowed)

    def _allowed(self, node: syntax.Compare) -> frozenset[int] | None:
        """Return the statuses for which a comparison holds; None where it is with what is not known."""
        _, values, _ = self.carried.recorder.comparisons.get(id(node), (None, (), ()))
        if not values:
            return None
        allowed = frozenset(ALL)
        nodes = (node.left, *node.comparators)
        for number, op in enumerate(node.ops):
            is_left = _mentions(nodes[number], STATUS)
            status, other = (number, number + 1) if is_left else (number + 1, number)
            given = _statuses(_beside(nodes[status], values[other]))
            if given is None:
                return None
            allowed &= _holding(op if is_left else _MIRRORED.get(op, op), given)
        return allowed

    def _exit(self, compared: Iterable[syntax.Compare]) -> None:
        for node in compared:
            _, values, _ = self.carried.recorder.comparisons.get(id(node), (None, (), ()))
            codes = [value.value for value in values if isinstance(value, Known)]
            if len(codes) == 1 and node.ops == (("!=",) if codes[0] == 0 else ("==",)):
                self.found.fails_otherwise = True
            elif codes:
                self.found.others += 1
            else:
                self.found.unseen += 1

    def _call(self, call: RecordedCall) -> None:
        name = _name(call.node)
        first, second = (*(item.value for item in call.node.args[:2]), None, None)[:2]
        if dotted_name(call.callee) in names("test_requests", "raises") or name in _RAISING:
            self.found.raised += _named(call.positional[:1])
        elif name == "raise_for_status":
            self.found.statuses.append(_SUCCESSES)
        elif name in ("assertTrue", "assertFalse") and first is not None:
            self._claim(first, name == "assertFalse")
        elif name in _ASSERTIONS and first is not None and second is not None and len(call.positional) > 1:
            self._equal(name, (first, second), call.positional)
        elif name.startswith("assert") and name != "assertIsNone":
            is_of_status = any(isinstance(value, Known) and _is_status(value) for value in call.positional)
            self.found.unseen += is_of_status
            self.found.others += not is_of_status

    def _equal(self, name: str, nodes: tuple[syntax.Expr, syntax.Expr], values: Sequence[Value]) -> None:
        sides = [_mentions(node, STATUS) for node in nodes]
        if not any(sides):
            compared = syntax.Compare(nodes[0].pos, nodes[0], (_ASSERTIONS[name],), nodes[1:])
            self.found.names_error |= names_error(compared)
            self.found.others += name != "equal"
            return
        given = _statuses(values[1] if sides[0] else values[0])
        if given is None:
            self.found.unseen += 1
        else:
            self.found.statuses.append(_holding(_ASSERTIONS[name], given))

    def _other(self, test: syntax.Expr) -> None:
        is_seen = not any(self._is_unseen(node) for node in tree.descendants([test]))
        self.found.others += is_seen
        self.found.unseen += not is_seen

    def _is_unseen(self, node: syntax.Node) -> bool:
        """Say whether a part of an assertion is kept in a file, or a part of an error's body."""
        if isinstance(node, syntax.Name) and node.id in _SNAPSHOTS:
            return any(param.name == node.id for param in self.carried.function.node.params)
        if isinstance(node, syntax.Subscript):
            return tree.name_of(node) in _ERROR_KEYS
        return isinstance(node, syntax.Dict) and any(
            isinstance(key, syntax.Constant) and key.value in _ERROR_KEYS for key, _ in node.items
        )


def _finds_nothing(node: syntax.Compare) -> bool:
    """Say whether a comparison is with None or False: what was refused, or what is gone, looks the same."""
    other = node.comparators[0]
    is_nothing = isinstance(other, syntax.Constant) and (other.value is None or other.value is False)
    return node.ops in (("is",), ("==",)) and is_nothing


def _flagged(test: syntax.Expr) -> frozenset[int] | None:
    attribute = test.attr if isinstance(test, syntax.Attribute) else None
    if attribute in ERROR_FLAGS:
        return frozenset(ERRORS)
    return _SUCCESSES if attribute in SUCCESS_FLAGS else None


def _negated(allowed: frozenset[int]) -> frozenset[int]:
    """Return what is allowed where a group is not; of one kind of success, the errors: that is what is meant."""
    return frozenset(ERRORS) if allowed <= _SUCCESSES else frozenset(ALL) - allowed


def _holding(op: str, given: frozenset[int]) -> frozenset[int]:
    if op in ("!=", "is not"):
        return _negated(given)
    holds = _OPERATORS.get("==" if op == "is" else op)
    return frozenset(status for status in ALL if holds is not None and holds(status, given))


def _beside(node: syntax.Node, value: Value) -> Value:
    """Return what stands where a tuple or list has the status: `(response.status_code, …) == (404, …)`."""
    if not isinstance(node, syntax.Sequence) or not isinstance(value, Collection):
        return value
    pairs = zip(node.items, value.items, strict=False)
    return Collection(value.kind, [item for part, item in pairs if _mentions(part, STATUS)], value.is_open)


def _statuses(value: Value) -> frozenset[int] | None:
    """Return the statuses that a value stands for; None when one is not known."""
    inside = value.items if isinstance(value, Collection) and not value.is_open else options_of(value)
    if inside == (value,):
        status = status_code(value)
        return None if status is None else frozenset({status})
    parts = [_statuses(item) for item in inside]
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if known and len(known) == len(parts) else None


def _mentions(node: syntax.Node, attribute: str) -> bool:
    return attribute in _attributes(node)


def _attributes(node: syntax.Node) -> set[str]:
    return {one.attr for one in tree.descendants([node]) if isinstance(one, syntax.Attribute)}


def _name(node: syntax.Call) -> str:
    return tree.name_of(node.func) or "" if isinstance(node.func, (syntax.Name, syntax.Attribute)) else ""


def _is_status(value: Known) -> bool:
    return isinstance(value.value, int) and value.value in ALL
