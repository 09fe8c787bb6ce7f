"""The facts of file contents that earlier runs extracted, in a few sealed segments.

A run adds one segment with what it extracted itself. Keys are digests of content and extractor, so a segment is never
out of date, only of no use any more: when there are many, they are put together without what nobody asked for.
"""

from __future__ import annotations

import secrets

import msgspec

from fastapi_audit.cache.directory import Directory
from fastapi_audit.cache.fingerprints import digest, extractor_fingerprint
from fastapi_audit.cache.sealed import SealError

_PREFIX = "facts-"
_MOST_SEGMENTS = 8
_MOST_SPARE = 1.0  # bytes that no file asked for, for each byte that one did: other branches, earlier versions

_Segment = dict[bytes, msgspec.Raw]
_decoder = msgspec.msgpack.Decoder(_Segment)


class KnownFacts:
    """Encoded facts by the digest of a file's content. `unusable` are the segments that could not be used, and why."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._segments = directory.names(_PREFIX)
        self._known: _Segment = {}
        self._new: _Segment = {}
        self._asked: set[bytes] = set()
        self.unusable: dict[str, str] = {}
        for name in self._segments:
            self._read(name)

    def _read(self, name: str) -> None:
        try:
            self._known.update(_decoder.decode(self._directory.read(name)))
        except (SealError, msgspec.DecodeError) as error:
            self.unusable[name] = str(error)

    def get(self, content: bytes) -> msgspec.Raw | None:
        """Return the encoded facts of a content."""
        key = _key(content)
        self._asked.add(key)
        return self._known.get(key)

    def add(self, content: bytes, facts: bytes) -> None:
        """Take the encoded facts of a content."""
        self._new[_key(content)] = msgspec.Raw(facts)

    def save(self) -> None:
        """Write what was added; raise OSError where that is not possible."""
        used = {key: facts for key, facts in self._known.items() if key in self._asked}
        is_crowded = len(self._segments) >= _MOST_SEGMENTS
        if self.unusable or is_crowded or _size(self._known) > (1 + _MOST_SPARE) * _size({**used, **self._new}):
            self._directory.write(_name(), msgspec.msgpack.encode({**used, **self._new}))
            for name in self._segments:
                self._directory.remove(name)
        elif self._new:
            self._directory.write(_name(), msgspec.msgpack.encode(self._new))


def _key(content: bytes) -> bytes:
    return digest(extractor_fingerprint(), content)


def _size(segment: _Segment) -> int:
    return sum(memoryview(facts).nbytes for facts in segment.values())


def _name() -> str:
    """Return a name that no other run takes."""
    return f"{_PREFIX}{secrets.token_hex(8)}.sealed"
