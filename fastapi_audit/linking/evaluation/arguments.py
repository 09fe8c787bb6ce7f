"""The evaluated arguments of one call."""

from __future__ import annotations

import msgspec

from fastapi_audit.facts import syntax
from fastapi_audit.linking.evaluation.frame import Frame
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.model.values import Known, Table, Value


class Arguments(msgspec.Struct):
    """Positional and named arguments; `is_open`: a `*` or `**` of unknown content may bring more, `spread` are those
    `**`.
    """

    positional: list[Value] = msgspec.field(default_factory=list)
    named: dict[str, Value] = msgspec.field(default_factory=dict)
    is_open: bool = False
    spread: list[Value] = msgspec.field(default_factory=list)

    def get(self, position: int | None, name: str) -> Value | None:
        """Return an argument by name, else by position."""
        if name in self.named:
            return self.named[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def values(self) -> list[Value]:
        """Return all arguments."""
        return [*self.positional, *self.named.values()]


def read_arguments(node: syntax.Call, frame: Frame) -> Arguments:
    """Evaluate the arguments of a call, `*` and `**` spread out as far as their content is known."""
    arguments = Arguments()
    for argument in node.args:
        value = frame.interpreter.evaluate(argument.value, frame)
        if argument.star == "*":
            _spread(value, arguments)
        elif argument.star == "**":
            _spread_named(value, arguments)
        elif argument.keyword is not None:
            arguments.named[argument.keyword] = value
        else:
            arguments.positional.append(value)
    return arguments


def _spread(value: Value, arguments: Arguments) -> None:
    items = iterate(value)
    arguments.positional.extend(items or ())
    arguments.is_open = arguments.is_open or items is None


def _spread_named(value: Value, arguments: Arguments) -> None:
    if not isinstance(value, Table):
        arguments.is_open = True
        arguments.spread.append(value)
        return
    arguments.is_open = arguments.is_open or value.is_open
    for key, inner in value.items:
        if isinstance(key, Known) and isinstance(key.value, str):
            arguments.named[key.value] = inner
