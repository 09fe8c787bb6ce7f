"""What a request is sent to, as a value → paths as text, with a mark for what is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fastapi_audit.model.values import (
    ExternalObject,
    Instance,
    Known,
    Template,
    Unknown,
    Value,
    options_of,
)

HOLE = "\ue000"  # what is not known, of one part of a path
WIDE_HOLE = "\ue001"  # what a caller gives that is not seen: it may be more than one part
REVERSING = ("url_path_for", "url_for")
_JOINING = "urllib.parse.urljoin"
_URLS = ("httpx.URL", "yarl.URL")
_PLACEHOLDER = re.compile(r"%[sdr]|%\(\w+\)[sdr]|\{[^{}/]*\}")
_SCHEME = re.compile(rf"^(?:[a-z]+|[{HOLE}{WIDE_HOLE}]):(?=//)")
_OWN_HOSTS = re.compile(rf"^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|[\w{HOLE}{WIDE_HOLE}-]*)(?::.*)?$")
MAX_ADDRESSES = 64

Named = Callable[[str, Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Reads addresses; `paths_named` gives the paths of the routes of a name, for `url_path_for`. A parameter of
    `is_helper` functions stands for what a caller gives.
    """

    paths_named: Named
    is_helper: bool = False

    def read(self, value: Value | None) -> tuple[str, ...]:
        """Return the texts that an address may be; `HOLE` alone is one of which nothing is known."""
        if value is None:
            return (HOLE,)
        found = (text for option in options_of(value) for text in self._texts(option))
        return tuple(dict.fromkeys(found))[:MAX_ADDRESSES]

    def _texts(self, value: Value) -> Iterator[str]:
        made = value.call if isinstance(value, ExternalObject) else None
        if isinstance(value, Known):
            if value.value is not None:
                yield _PLACEHOLDER.sub(HOLE, str(value.value))
        elif isinstance(value, Template):
            yield from self._joined(value)
        elif isinstance(value, Instance) and "value" in value.attributes:
            yield from self.read(value.attributes["value"])
        elif made is not None and made.name.rpartition(".")[2] in REVERSING and made.positional:
            yield from self._named(made.positional[0], tuple(made.named))
        elif made is not None and made.name in _URLS and made.positional:
            yield from self.read(made.positional[0])
        elif made is not None and made.name == _JOINING and len(made.positional) > 1:
            yield from self._under(made.positional[0], made.positional[1])
        elif isinstance(value, ExternalObject) and value.type == "str" and len(value.arguments) == 1:
            yield from self.read(value.arguments[0])
        else:
            yield self._hole(value)

    def _named(self, name: Value, given: Sequence[str]) -> Iterator[str]:
        known = [option.value for option in options_of(name) if isinstance(option, Known)]
        paths = [path for text in known for path in self.paths_named(str(text), given)]
        yield from paths or [HOLE]

    def _under(self, base: Value, path: Value) -> Iterator[str]:
        for text in self.read(path):
            if text.startswith("/") or "://" in text:
                yield text
            else:
                yield from (f"{start.rstrip('/')}/{text}" for start in self.read(base))

    def _joined(self, value: Template) -> Iterator[str]:
        """Put the parts of a text together; those of `%` and `format` stand behind it, not in their places."""
        texts, parts = [""], list(value.parts)
        while parts:
            part = parts.pop(0)
            if isinstance(part, Known):  # a constant in its place would be text: `format` has no use for this one
                continue
            pieces = self._filled(part, parts) if isinstance(part, str) else self._piece(part)
            texts = [text + piece for text in texts for piece in pieces][:MAX_ADDRESSES]
        yield from texts

    def _piece(self, value: Value) -> tuple[str, ...]:
        return self.read(value) or (self._hole(value),)

    def _filled(self, text: str, rest: list[str | Value]) -> tuple[str, ...]:
        texts, start = [""], 0
        for match in _PLACEHOLDER.finditer(text):
            given = rest.pop(0) if rest else HOLE
            pieces = (given,) if isinstance(given, str) else self._piece(given)
            texts = [known + text[start : match.start()] + piece for known in texts for piece in pieces]
            start = match.end()
        return tuple(known + text[start:] for known in texts[:MAX_ADDRESSES])

    def _hole(self, value: Value) -> str:
        origin = value.origin if isinstance(value, (Unknown, ExternalObject)) else None
        is_given = self.is_helper and origin is not None and origin.kind == "parameter"
        is_text = isinstance(value, Unknown) or (isinstance(value, ExternalObject) and value.type in (None, "str"))
        return WIDE_HOLE if is_given and is_text else HOLE


def is_of_service(address: str) -> bool:
    """Say whether an address may be one of the service itself: it has no host, or one that is local or not known."""
    rest = _SCHEME.sub("", address)
    return not rest.startswith("//") or _OWN_HOSTS.match(rest[2:].partition("/")[0]) is not None


def path_of(address: str) -> str:
    """Return the path in an address, without host, query and fragment."""
    rest = re.split(r"[?#]", _SCHEME.sub("", address))[0]
    if rest.startswith("//"):
        _, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    return re.sub(r"/{2,}", "/", rest)
