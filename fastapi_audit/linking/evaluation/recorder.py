"""What happens in one scope, noted while it is read: calls, raises, except clauses, named values."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from fastapi_audit.facts import syntax
from fastapi_audit.model.values import Unknown, Value

Blocks = tuple[syntax.Stmt | syntax.Handler, ...]


class RecordedCall(msgspec.Struct):
    """One call: what is called and with what, as evaluated, and the compound statements around it.

    `spread` is what is passed by `**` and whose content is not known.
    """

    node: syntax.Call
    callee: Value
    positional: tuple[Value, ...]
    named: dict[str, Value]
    result: Value
    blocks: Blocks
    is_awaited: bool = False
    spread: tuple[Value, ...] = ()


class Store(msgspec.Struct, frozen=True):
    """One assignment to an item: `owner[key] = value`."""

    node: syntax.Subscript
    owner: Value
    key: Value
    value: Value


@dataclass(slots=True)
class Recorder:
    """Keeps the first telling record of each place; a loop body may be read more than once.

    Calls, attributes and subscripts are kept by the identity of their nodes: those of a chain (`a.b().c()`) begin at
    one position; attributes of test modules are not. `implied` are calls that are not written as such: of properties,
    and of what `with` enters.
    """

    calls: dict[int, RecordedCall] = field(default_factory=dict)
    implied: dict[tuple[int, str], RecordedCall] = field(default_factory=dict)
    raises: dict[int, tuple[syntax.Raise, Value, Blocks]] = field(default_factory=dict)
    handlers: dict[int, tuple[syntax.Handler, Value, Blocks]] = field(default_factory=dict)
    subscripts: dict[int, tuple[syntax.Subscript, Value, Blocks]] = field(default_factory=dict)
    stores: dict[int, Store] = field(default_factory=dict)
    returns: dict[int, tuple[syntax.Return, Value, Blocks]] = field(default_factory=dict)
    yields: dict[int, tuple[syntax.Yield, Blocks]] = field(default_factory=dict)
    attributes: dict[int, tuple[syntax.Attribute, Value]] = field(default_factory=dict)
    comparisons: dict[int, tuple[syntax.Compare, tuple[Value, ...], Blocks]] = field(default_factory=dict)

    @property
    def all_calls(self) -> tuple[RecordedCall, ...]:
        """The calls that are written, and those that are implied."""
        return (*self.calls.values(), *self.implied.values())

    def call(self, record: RecordedCall) -> None:
        """Note a call, unless it is known better already."""
        known = self.calls.get(id(record.node))
        if known is None or (isinstance(known.callee, Unknown) and not isinstance(record.callee, Unknown)):
            self.calls[id(record.node)] = record
