"""Clients for addresses that come from outside: each request asks another host, and no connection is used again."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    ExternalObject,
    Function,
    Item,
    Known,
    Origin,
    Project,
    Template,
    Unknown,
    Value,
    options_of,
    secrecy,
    syntax,
    tree,
    values_inside,
)

CHOOSING = frozenset({"request", "stream"})  # the method stands before the address
ADDRESSES = frozenset({"address", "href", "link", "uri", "url", "urls", "website"})
ASKING = CHOOSING | {"delete", "get", "head", "options", "patch", "post", "put"}


def is_for_foreign_addresses(made: Call, project: Project) -> bool:
    """Say whether a client is made for addresses that its function is given, and whose callers know of none either."""
    if made.function is None or "base_url" in made.named:
        return False
    addresses = list(_addresses(_names(made), made.function, project))
    return bool(addresses) and all(_is_given(address, project) for address in addresses)


def _names(made: Call) -> set[str]:
    """Return the variables that hold a client."""
    targets = [
        target
        for node in made.around
        if isinstance(node, (syntax.Assign, syntax.WithItem))
        for target in (node.targets if isinstance(node, syntax.Assign) else (node.target,))
    ]
    return {target.id for target in targets if isinstance(target, syntax.Name)}


def _addresses(clients: set[str], function: Function, project: Project) -> Iterator[Value]:
    """Yield the addresses that clients are asked for in a function, or that are handed on together with one."""
    for call in project.calls_in(function):
        if not isinstance(call.node, syntax.Call):
            continue
        func = call.node.func
        owner = func.value if isinstance(func, syntax.Attribute) else None
        if any(tree.is_name(owner, client) for client in clients) and call.method in ASKING:
            address = call.argument(1 if call.method in CHOOSING else 0, "url")
            yield address if address is not None else Known("")
        elif any(tree.is_name(one.value, client) for one in call.node.args for client in clients):
            yield from (value for value in call.positional if any(map(_is_named_for_it, _origins(value))))


def _is_named_for_it(origin: Origin) -> bool:
    return not ADDRESSES.isdisjoint(secrecy.words_of(origin.name))


def _origins(value: Value) -> Iterator[Origin]:
    for option in options_of(value):
        if isinstance(option, (Unknown, ExternalObject)):
            if option.origin is not None:
                yield option.origin
            if isinstance(option.derived, Item):
                yield from _origins(option.derived.owner)


def _is_given(address: Value, project: Project) -> bool:
    """Say whether an address is what a parameter gives, and no caller is seen to write it down."""
    given = [one for one in _origins(address) if one.kind == "parameter"]
    return bool(given) and not any(_is_written_down(one, project) for one in given)


def _is_written_down(origin: Origin, project: Project) -> bool:
    callers = project.given(origin.owner, origin.name) if isinstance(origin.owner, Function) else ()
    return any(_starts_with_text(inner) for _, value in callers if value is not None for inner in values_inside(value))


def _starts_with_text(value: Value) -> bool:
    if isinstance(value, Template):
        return bool(value.parts) and (isinstance(value.parts[0], str) or _starts_with_text(value.parts[0]))
    return isinstance(value, Known)
