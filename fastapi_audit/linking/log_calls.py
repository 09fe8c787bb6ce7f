"""Calls → those of loggers: the library that formats the record, the level and the message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import texts
from fastapi_audit.model.code import Call
from fastapi_audit.model.log_calls import LogCall
from fastapi_audit.model.values import External, Known, Value

NUMBERS = {5: "trace", 10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error", 50: "critical"}
MESSAGES = frozenset({"msg", "event", "message", "__message"})


def log_calls(calls: Iterable[Call]) -> Iterator[LogCall]:
    """Yield the calls that write to the log."""
    for call in calls:
        owner, _, method = (call.name or "").rpartition(".")
        library = texts("logging", "loggers").get(owner)
        level = texts("logging", "levels").get(method)
        if library is None or level is None or not isinstance(call.node, syntax.Call):
            continue
        takes_level = not level
        message = _message(call.node, 1 if takes_level else 0)
        found = _level(call.argument(0, "level")) if takes_level else level
        yield LogCall(call.module, call.function, call.node, call.blocks, call, library, found, message)


def _message(node: syntax.Call, position: int) -> syntax.Expr | None:
    named = next((argument.value for argument in node.args if argument.keyword in MESSAGES), None)
    positional = [argument for argument in node.args if argument.keyword is None]
    if any(argument.star for argument in positional[: position + 1]):
        return named
    return positional[position].value if position < len(positional) else named


def _level(value: Value | None) -> str | None:
    if isinstance(value, Known) and isinstance(value.value, int):
        return NUMBERS.get(value.value)
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value.lower()
    if isinstance(value, External) and value.name.startswith("logging."):
        return value.name.removeprefix("logging.").lower()
    return None
