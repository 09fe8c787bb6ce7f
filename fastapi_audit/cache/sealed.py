"""Files of the cache: written whole or not at all, and sealed with a key that only this user's runs know.

Whoever writes the audited tree could also write a cache into it, and with that a better score. A seal (keyed BLAKE2b,
RFC 7693) tells such a file, and a damaged one, from what a run of this user wrote.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path

from fastapi_audit.discovery.content import read_regular, reason_of

_MAGIC = b"fastapi-audit cache, format 1\n"
_SEAL_SIZE = 32
_HEAD_SIZE = len(_MAGIC) + _SEAL_SIZE
MAX_SIZE = 1 << 30


class SealError(Exception):
    """The file is damaged, cut off, or was not written by a run with this key."""


def write_sealed(path: Path, payload: bytes, key: bytes) -> None:
    """Put a file in place of what is there; raise OSError when it cannot be written."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(_MAGIC + _seal(path.name, payload, key))
            file.write(payload)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_sealed(path: Path, key: bytes) -> memoryview:
    """Return what was written under this name; raise `SealError` for anything else."""
    try:
        content = memoryview(read_regular(path, MAX_SIZE))
    except OSError as error:
        raise SealError(reason_of(error)) from None
    payload = content[_HEAD_SIZE:]
    if bytes(content[:_HEAD_SIZE]) != _MAGIC + _seal(path.name, payload, key):
        raise SealError("damaged, or of somebody else")
    return payload


def _seal(name: str, payload: bytes | memoryview, key: bytes) -> bytes:
    """The name belongs to what is sealed: no file can stand for another."""
    digest = blake2b(name.encode(), digest_size=_SEAL_SIZE, key=key)
    digest.update(payload)
    return digest.digest()
