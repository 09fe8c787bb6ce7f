"""Methods of values that are known: texts, lists and dicts."""

from __future__ import annotations

from collections.abc import Callable

from fastapi_audit.linking.evaluation.arguments import Arguments
from fastapi_audit.linking.evaluation.combine import combine
from fastapi_audit.linking.evaluation.iteration import iterate
from fastapi_audit.linking.evaluation.operations import f_string
from fastapi_audit.model.values import NONE, Collection, ExternalObject, Known, Table, Template, Value

_TEXT_METHODS: dict[str, Callable[..., str]] = {
    name: getattr(str, name)
    for name in ("lower", "upper", "title", "strip", "lstrip", "rstrip", "capitalize", "replace", "removeprefix",
                 "removesuffix")
}  # fmt: skip
_DICTS = ("dict", "typing.Dict", "typing.MutableMapping")
_TEXT_TESTS: dict[str, Callable[..., bool]] = {"startswith": str.startswith, "endswith": str.endswith}


def call_method(owner: Value, name: str, arguments: Arguments) -> Value | None:
    """Return what a method of a known text or collection gives, changing the collection; None for any other."""
    if isinstance(owner, Collection):
        return _list_method(owner, name, arguments)
    if isinstance(owner, Table):
        return _dict_method(owner, name, arguments)
    if isinstance(owner, Known) and isinstance(owner.value, str):
        return _text_method(owner, name, arguments)
    if isinstance(owner, Template):
        return _template_method(owner, name, arguments)
    if name == "copy" and isinstance(owner, ExternalObject) and owner.type in _DICTS:
        return Table([], is_open=True)
    if name == "timestamp" and isinstance(owner, ExternalObject) and owner.type == "datetime.datetime":
        return ExternalObject("float", arguments=(owner,))
    return None


def _template_method(owner: Template, name: str, arguments: Arguments) -> Value | None:
    """Return a text of the same parts, with those that a method puts in; how they are ordered is not followed."""
    if name not in _TEXT_METHODS and name != "format":
        return None
    return Template((*owner.parts, *arguments.values()), owner.is_default)


def _list_method(owner: Collection, name: str, arguments: Arguments) -> Value | None:
    if name in ("append", "add") and arguments.positional:
        owner.items.append(arguments.positional[0])
        return NONE
    if name == "insert" and len(arguments.positional) == 2:
        owner.items.insert(0, arguments.positional[1])
        return NONE
    if name in ("extend", "update") and arguments.positional:
        items = iterate(arguments.positional[0])
        owner.items.extend(items or ())
        owner.is_open = owner.is_open or items is None
        return NONE
    if name == "copy":
        return Collection(owner.kind, list(owner.items), owner.is_open)
    return None


def _dict_method(owner: Table, name: str, arguments: Arguments) -> Value | None:
    if name == "get" and arguments.positional and not isinstance(arguments.positional[0], Known) and not owner.is_open:
        return combine([*(value for _, value in owner.items), arguments.get(1, "default") or NONE])
    if name in ("get", "pop", "setdefault") and arguments.positional and isinstance(arguments.positional[0], Known):
        found = owner.get(arguments.positional[0].value)
        if found is not None:
            return found
        return None if owner.is_open else arguments.get(1, "default") or NONE
    if name == "items":
        pairs: list[Value] = [Collection("tuple", [key, value]) for key, value in owner.items]
        return Collection("list", pairs, owner.is_open)
    if name == "values":
        return Collection("list", [value for _, value in owner.items], owner.is_open)
    if name == "keys":
        return Collection("list", [key for key, _ in owner.items], owner.is_open)
    if name == "copy":
        return Table(list(owner.items), owner.is_open)
    if name == "update":
        return _update(owner, arguments)
    return None


def _update(owner: Table, arguments: Arguments) -> Value:
    for other in arguments.positional:
        if isinstance(other, Table):
            owner.items.extend(other.items)
            owner.is_open = owner.is_open or other.is_open
        else:
            owner.is_open = True
    owner.items.extend((Known(name), value) for name, value in arguments.named.items())
    return NONE


def _text_method(owner: Known, name: str, arguments: Arguments) -> Value | None:
    text = str(owner.value)
    if name == "format":
        return Template((text, *arguments.values()), owner.is_default)
    if name == "join" and arguments.positional:
        return _join(text, arguments.positional[0])
    if name == "split":
        return _split(owner, arguments)
    if name == "get_secret_value":  # a settings field whose default was written without its `SecretStr`
        return owner
    if name == "encode" and not arguments.positional and not arguments.named:
        return Known(text.encode(errors="replace"), owner.is_default)
    given = [value.value for value in arguments.positional if isinstance(value, Known)]
    method = _TEXT_METHODS.get(name) or _TEXT_TESTS.get(name)
    if method is None or len(given) != len(arguments.positional) or arguments.named:
        return None
    try:
        return Known(method(text, *given), owner.is_default)
    except TypeError:
        return None


def _join(separator: str, value: Value) -> Value | None:
    items = iterate(value)
    if items is None:
        return None
    parts: list[Value] = []
    for item in items:
        parts += [Known(separator), item] if parts else [item]
    return f_string(parts)


def _split(owner: Known, arguments: Arguments) -> Value | None:
    separator = arguments.get(0, "sep")
    by = separator.value if isinstance(separator, Known) and isinstance(separator.value, str) else None
    if separator is not None and not by:
        return None
    return Collection("list", [Known(part, owner.is_default) for part in str(owner.value).split(by)])
