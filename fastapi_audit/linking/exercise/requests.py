"""Calls of test code → the requests that they send, with the routes that answer them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi_audit.facts import syntax
from fastapi_audit.knowledge.tables import names
from fastapi_audit.linking.evaluation.types import APPLICATION, ROUTER, dotted_name
from fastapi_audit.linking.exercise.addresses import HOLE, WIDE_HOLE, Addresses, is_of_service, path_of
from fastapi_audit.linking.exercise.route_map import WEBSOCKET, RouteMap
from fastapi_audit.linking.tests import CLIENTS
from fastapi_audit.model.code import Call
from fastapi_audit.model.routing import Route
from fastapi_audit.model.tests import Request
from fastapi_audit.model.values import BoundExternal, ExternalObject, Known, Template, Unknown, Value, options_of

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
BY_ARGUMENT = frozenset({"request", "stream"})  # the method is their first argument
SOCKETS = frozenset({"websocket_connect", "ws_connect"})
SOCKET_FUNCTIONS = ("aconnect_ws", "connect_ws")
METHODS = VERBS | BY_ARGUMENT | SOCKETS
_SHOWN_HOLE = "{?}"


@dataclass(frozen=True, slots=True)
class Sending:
    """A call that may send a request: which argument is the address, and whether a client of the application does."""

    call: Call
    verb: str
    is_of_client: bool

    @property
    def address(self) -> Value | None:
        """The value of the address."""
        return self.call.argument(1 if self.verb in BY_ARGUMENT else 0, "url", "path")

    @property
    def methods(self) -> tuple[str | None, ...]:
        """The HTTP methods that it may be; None for one not known."""
        if self.verb in SOCKETS or self.verb in SOCKET_FUNCTIONS:
            return (WEBSOCKET,)
        if self.verb in VERBS:
            return (self.verb.upper(),)
        given = self.call.argument(0, "method")
        options = options_of(given) if given is not None else ()
        known = [one.value.upper() for one in options if isinstance(one, Known) and isinstance(one.value, str)]
        return tuple(known) if known and len(known) == len(options) else (None,)


def sendings(call: Call, callee: Value) -> Iterator[Sending]:
    """Yield what a call may send, by what it calls: nothing for most."""
    for option in options_of(callee):
        name = dotted_name(option)
        verb = option.name if isinstance(option, BoundExternal) else call.method
        owner = (name or "").rpartition(".")[0]
        if name in names("test_requests", "functions"):
            yield Sending(call, (name or "").rpartition(".")[2], False)
        elif verb in METHODS and owner in names("test_requests", "clients"):
            yield Sending(call, verb, owner in CLIENTS)
        elif verb in METHODS and isinstance(option, (Unknown, BoundExternal)) and not _is_other(owner):
            found = Sending(call, verb, False)
            if _looks_like_path(found.address):
                yield found


def may_send(call: Call, callee: Value) -> bool:
    """Say whether a call sends something, or may when it is known what it is given, or what it is called on."""
    if any(True for _ in sendings(call, callee)):
        return True
    if not isinstance(callee, Unknown) or not isinstance(call.node, syntax.Call):
        return False
    verb = call.method if call.method in METHODS else "get"
    address = Sending(call, verb, False).address
    is_computed = not isinstance(call.node.func, (syntax.Name, syntax.Attribute))
    is_open = address is not None and any(isinstance(one, (Unknown, Template)) for one in options_of(address))
    return is_open if verb == call.method else is_computed and _looks_like_path(address)


def _is_other(owner: str) -> bool:
    """Say whether the type of what a method is called on is known, and no client: a call whose result is not known
    may have given one.
    """
    is_pretender = owner.partition(".")[0] in names("test_requests", "pretenders")
    return is_pretender or owner in (APPLICATION, ROUTER) or (bool(owner) and not owner.endswith("()"))


def _looks_like_path(address: Value | None) -> bool:
    """Say whether what an unknown object is given may be a path; texts that are not are keys of something else."""
    for option in options_of(address) if address is not None else ():
        first = option.parts[0] if isinstance(option, Template) and option.parts else option
        if isinstance(first, Known):
            first = first.value if isinstance(first.value, str) else ""
        if isinstance(first, str) and not first.startswith(("/", "http://", "https://")):
            return False
        if isinstance(first, str) or isinstance(option, Template):
            return True
        if isinstance(option, ExternalObject) and option.call is not None and option.call.name.endswith("url_path_for"):
            return True
    return False


def requests_of(found: Sending, addresses: Addresses, maps: Sequence[RouteMap]) -> Iterator[Request]:
    """Yield the requests of a call: one for each address and method that it may have."""
    bases = _bases(found.call, addresses)
    for address in addresses.read(found.address):
        if _is_blank(address) and (addresses.is_helper or not found.is_of_client or not _may_repeat(found)):
            continue
        if not found.is_of_client and not is_of_service(address):
            continue
        for method in found.methods:
            yield _request(found.call, method, path_of(address), bases, maps)


def _is_blank(address: str) -> bool:
    """Say whether nothing is known of an address."""
    return bool(address.strip("/")) and not address.strip(HOLE + WIDE_HOLE + "/")


def _may_repeat(found: Sending) -> bool:
    """Say whether a call may ask for many routes, one after the other: in a loop, or for what parameters are given.

    Others with an address of which nothing is known go to one route, which an answer named: that says little of the
    hundred that it may be.
    """
    options = options_of(found.address) if found.address is not None else ()
    origins = [one.origin for one in options if isinstance(one, (Unknown, ExternalObject))]
    is_given = any(origin is not None and origin.kind == "parameter" for origin in origins)
    around = found.call.around
    return is_given or found.call.is_in_loop or any(isinstance(node, syntax.Comprehension) for node in around)


def _bases(call: Call, addresses: Addresses) -> tuple[str, ...]:
    """Return the paths that a client puts before those that it is given."""
    options = options_of(call.owner) if call.owner is not None else ()
    made = [one.call for one in options if isinstance(one, ExternalObject) and one.call is not None]
    given = [base for one in made if (base := one.named.get("base_url")) is not None]
    found = (path_of(address).rstrip("/") for value in given for address in addresses.read(value))
    return tuple(dict.fromkeys(base for base in found if base.startswith("/")))


def _request(call: Call, method: str | None, path: str, bases: Sequence[str], maps: Sequence[RouteMap]) -> Request:
    paths = (*(f"{base}/{path.lstrip('/')}".rstrip() for base in bases), path)
    candidates: tuple[Route, ...] = ()
    for text in paths:
        routes, maybe = _answering(method, text, maps)
        candidates = tuple(dict.fromkeys((*candidates, *maybe)))
        if routes:
            return Request(call, method, shown(text), routes, candidates)
    return Request(call, method, shown(paths[0]), (), candidates)


def _answering(method: str | None, path: str, maps: Sequence[RouteMap]) -> tuple[tuple[Route, ...], tuple[Route, ...]]:
    routes: dict[Route, None] = {}
    maybe: dict[Route, None] = {}
    for one in maps:
        for name in one.methods if method is None else (method,):
            if method is not None or name != WEBSOCKET:
                certain, possible = one.answering(name, path)
                routes.update(dict.fromkeys(certain))
                maybe.update(dict.fromkeys(possible))
    if method is None and len(routes) > 1:
        return (), (*routes, *maybe)
    return tuple(routes), tuple(maybe)


def shown(path: str) -> str:
    """Return a path for people: what is not known as `{?}`."""
    return path.replace(HOLE, _SHOWN_HOLE).replace(WIDE_HOLE, _SHOWN_HOLE)
