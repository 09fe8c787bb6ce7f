"""What routes write, and what of it belongs to the request rather than to the caller's data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import Confidence, Effect, Function, ReachedWrite, Related, Route, syntax, tree

# What is kept beside the data that a caller asks for, by a word of its table's name.
ASIDE = frozenset(
    {
        "access",
        "activity",
        "analytic",
        "attempt",
        "audit",
        "auth",
        "cache",
        "challenge",
        "click",
        "counter",
        "download",
        "event",
    }
    | {"history", "log", "metric", "nonce", "notification", "otp", "seen", "session", "stat", "state", "statistic"}
    | {"temp", "tmp", "token", "tracking", "usage", "view", "visit", "blacklist", "code"}
)
# What functions do on the way, by a word of their name.
IN_PASSING = frozenset(
    {"audit", "cache", "cleanup", "ensure", "expire", "get", "heartbeat", "log", "purge", "refresh", "seen", "touch"}
    | {"or", "track", "warm", "lock", "unlock"}
)
VERBS = {Effect.INSERT: "inserts", Effect.UPDATE: "updates", Effect.DELETE: "deletes", Effect.SAVE: "saves"}
SHOWN = 6


def words(text: str) -> list[str]:
    """Return the words of a name or a part of a path, in lower case and in the singular."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text)
    return [_singular(part.lower()) for part in parts]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def literals(route: Route) -> list[str]:
    """Return the parts of a path that are no parameters."""
    return [part for part in route.path.split("/") if part and "{" not in part]


def is_aside(write: ReachedWrite) -> bool:
    """Say whether a write keeps what belongs to the request: a log, a session, a count."""
    return not ASIDE.isdisjoint(words(write.subject or ""))


def is_only_if_missing(write: ReachedWrite) -> bool:
    """Say whether a row is written because it was looked for and is not there yet."""
    access = write.write.access
    if (access.call.name or "").endswith(("get_or_create", "update_or_create")):
        return True
    tests = [block.test for block in access.blocks if isinstance(block, syntax.If)]
    tests += [block.test for edge in write.way for block in edge.call.blocks if isinstance(block, syntax.If)]
    return any(_asks_for_missing(test) for test in tests) or any(
        _returns_what_is_there(function) for function in _on_the_way(write)[1:]
    )


def _on_the_way(write: ReachedWrite) -> list[Function]:
    callers = [edge.caller for edge in write.way if edge.caller is not None]
    last = write.write.access.function
    return [*callers, *([last] if last is not None else [])]


def _asks_for_missing(test: syntax.Expr) -> bool:
    match test:
        case syntax.UnaryOp(op="not", value=syntax.Name() | syntax.Attribute() | syntax.NamedExpr()):
            return True
        case syntax.Compare(ops=("is",), comparators=(syntax.Constant(value=None),)):
            return True
        case _:
            return False


def _returns_what_is_there(function: Function) -> bool:
    """Say whether a function returns early with what it found (`if row: return row`)."""
    for node in function.nodes:
        if isinstance(node, syntax.If) and node.body and isinstance(node.body[-1], syntax.Return):
            returned = node.body[-1].value
            if isinstance(returned, syntax.Name) and returned.id in tree.names_read([node.test]):
                return True
    return False


def confidence_of(write: ReachedWrite) -> Confidence:
    """Return how sure it is that a write is what the caller is to be told of."""
    named = {word for edge in write.way for word in words(edge.callee.name)} - {"get"}
    in_handler = any(isinstance(block, syntax.Handler) for block in write.write.access.blocks)
    if write.is_apart or not write.is_certain or in_handler or any(edge.is_once for edge in write.way):
        return Confidence.LOW
    if is_aside(write) or is_only_if_missing(write) or not IN_PASSING.isdisjoint(named):
        return Confidence.LOW
    return Confidence.HIGH if len(write.way) <= 1 else Confidence.MEDIUM


def said(write: ReachedWrite) -> str:
    """Return in words what a write does."""
    return f"{VERBS[write.effect]} {write.subject or 'rows'}"


def chain(write: ReachedWrite) -> tuple[Related, ...]:
    """Return the calls that lead to a write, and the write."""
    return tuple(_links(write))[-SHOWN:]


def _links(write: ReachedWrite) -> Iterator[Related]:
    for edge in write.way:
        yield Related(edge.call.place, f"{edge.callee.name} is called here")
    yield Related(write.write.access.place, f"it {said(write)} here")
