"""What code answers: statuses, headers that it puts on responses, redirections to HTTPS.

Headers are set on a response (`response.headers[…] = …`), through `MutableHeaders`, or in the list of an ASGI message;
the function that does it may be handed on (`await self.app(scope, receive, send_with_headers)`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi_audit.facts import syntax
from fastapi_audit.facts.tree import name_of
from fastapi_audit.knowledge.tables import table
from fastapi_audit.linking.carried_statuses import response_status
from fastapi_audit.linking.evaluation.combine import present
from fastapi_audit.linking.evaluation.interpreter import Interpreter
from fastapi_audit.linking.evaluation.recorder import RecordedCall, Recorder
from fastapi_audit.linking.evaluation.types import dotted_name, type_name
from fastapi_audit.linking.refusals import REDIRECTS, Refusals
from fastapi_audit.linking.statuses import status_code
from fastapi_audit.model.answers import Answered
from fastapi_audit.model.module import Function
from fastapi_audit.model.place import Place, place_at
from fastapi_audit.model.values import (
    Collection,
    FunctionValue,
    Known,
    Table,
    Template,
    Value,
    options_of,
    values_inside,
)

MAX_DEPTH = 4
SETTERS = frozenset({"append", "add", "setdefault", "update", "extend", "insert", "__setitem__"})
HEADERS = frozenset({"starlette.datastructures.MutableHeaders", "fastapi.datastructures.MutableHeaders"})
HOLDERS = frozenset({"headers", "raw_headers", "init_headers"})
Found = Iterator[tuple[str | None, Place]]  # a name of None is one that is not known


@dataclass(frozen=True, slots=True)
class AnswerFinder:
    """Reads what functions answer."""

    interpreter: Interpreter
    refusals: Refusals

    def __call__(self, function: Function) -> Answered:
        """Return what a function answers, also through what it calls and hands on."""
        read = list(self._reached(function))
        headers = [pair for inner, recorder in read for pair in _headers(inner, recorder)]
        statuses = {status for _, recorder in read for status in _statuses_sent(recorder)}
        return Answered(
            self.refusals.statuses(function) | statuses,
            {name: place for name, place in reversed(headers) if name is not None},
            _to_https(read),
            any(name is None for name, _ in headers),
        )

    def _reached(self, function: Function) -> Iterator[tuple[Function, Recorder]]:
        pending, seen = [(function, 0)], {function}
        while pending:
            current, depth = pending.pop(0)
            value = self.interpreter.function_values.get(current)
            if value is None:
                continue
            recorder = self.interpreter.read(value)
            yield current, recorder
            for callee in _used(recorder) if depth < MAX_DEPTH else ():
                if callee not in seen:
                    seen.add(callee)
                    pending.append((callee, depth + 1))


def _used(recorder: Recorder) -> Iterator[Function]:
    for call in recorder.all_calls:
        for value in (call.callee, *call.positional, *call.named.values()):
            yield from (one.original.function for one in present(value) if isinstance(one, FunctionValue))


def _headers(function: Function, recorder: Recorder) -> Found:
    path = function.module.path
    for store in recorder.stores.values():
        place = place_at(path, store.node.pos)
        if _holds_headers(store.node.value, store.owner):
            yield from ((name, place) for name in _names(store.key))
        elif store.key == Known("headers"):
            yield from ((name, place) for name in _names_listed(store.value))
    for call in recorder.calls.values():
        place = place_at(path, call.node.pos)
        yield from ((name, place) for name in _set_by(call))


def _holds_headers(node: syntax.Expr, owner: Value) -> bool:
    is_named = not isinstance(node, syntax.Name) and name_of(node) in HOLDERS
    return is_named or any(type_name(option) in HEADERS for option in present(owner))


def _set_by(call: RecordedCall) -> Iterator[str | None]:
    name = dotted_name(call.callee)
    known = table("headers").get(name or "", {}).get("sets")
    if isinstance(known, list):
        yield from map(str, known)
    method = call.node.func
    if not isinstance(method, syntax.Attribute) or method.attr not in SETTERS or not call.positional:
        return
    first, last = call.positional[0], call.positional[-1]
    if method.attr in ("update", "extend"):
        yield from _names_listed(first) if _may_hold_headers(method.value, call) else ()
    elif isinstance(last, Collection):
        yield from _names(last.items[0]) if len(last.items) == 2 else ()
    elif _may_hold_headers(method.value, call) and len(call.positional) > 1:
        yield from _names(first)


def _may_hold_headers(node: syntax.Expr, call: RecordedCall) -> bool:
    owner = getattr(call.callee, "owner", None)
    return _holds_headers(node, owner if owner is not None else call.callee) or (
        isinstance(node, syntax.Name) and "headers" in node.id
    )


def _names_listed(value: Value) -> Iterator[str | None]:
    """Yield the names in a dict, or in a list of pairs."""
    for option in options_of(value):
        if isinstance(option, Table):
            for key, _ in option.items:
                yield from _names(key)
        elif isinstance(option, Collection):
            pairs = [item for item in option.items if isinstance(item, Collection) and len(item.items) == 2]
            for pair in pairs:
                yield from _names(pair.items[0])
        else:
            yield None


def _names(value: Value) -> Iterator[str | None]:
    for option in options_of(value):
        text = option.value if isinstance(option, Known) else None
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        yield text.lower() if isinstance(text, str) else None


def _statuses_sent(recorder: Recorder) -> Iterator[int]:
    """Yield the statuses of the messages that code of ASGI sends by itself."""
    for call in recorder.calls.values():
        for value in call.positional:
            if isinstance(value, Table) and value.get("type") == Known("http.response.start"):
                status = status_code(value.get("status"))
                if status is not None:
                    yield status


def _to_https(read: list[tuple[Function, Recorder]]) -> Place | None:
    """Return the redirection that code makes, if it also writes the scheme of HTTPS."""
    redirections = [
        place_at(function.module.path, call.node.pos)
        for function, recorder in read
        for call in recorder.calls.values()
        if response_status(call.callee, call.result) in REDIRECTS
    ]
    writes = any(
        _is_https(value)
        for _, recorder in read
        for call in recorder.calls.values()
        for given in (*call.positional, *call.named.values())
        for value in values_inside(given)
    )
    return redirections[0] if redirections and writes else None


def _is_https(value: Value) -> bool:
    start = value.parts[0] if isinstance(value, Template) and value.parts else value
    text = start.value if isinstance(start, Known) else start
    return isinstance(text, str) and (text == "https" or text.startswith("https://"))
