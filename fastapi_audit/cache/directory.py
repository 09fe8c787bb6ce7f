"""The directory of a cache: made with what tells other tools to leave it alone, and never through a link.

In the audited tree, where it lies by default, others may write: there the key of its seals is in the user's own cache
directory (XDG Base Directory Specification). A directory elsewhere holds its key itself, so that it may be carried from
one machine to the next.
"""

from __future__ import annotations

import os
import secrets
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fastapi_audit.cache.sealed import read_sealed, write_sealed

DEFAULT_NAME = ".fastapi_audit_cache"
_KEY_SIZE = 32
_ABANDONED_AFTER = 3600.0  # seconds; a run that was killed leaves what it was writing
# https://bford.info/cachedir/
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of fastapi-audit; it may be deleted at any time.\n"


class CacheError(Exception):
    """There can be no cache here; the message says why."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A cache directory that may be read and written, and the key of its seals."""

    path: Path
    key: bytes

    def names(self, beginning: str) -> list[str]:
        """Return the sealed files whose names begin so, sorted."""
        return sorted(path.name for path in self.path.glob(f"{beginning}*.sealed"))

    def oldest_first(self, beginning: str) -> list[str]:
        """Return the sealed files whose names begin so, in the order in which they were written."""
        return sorted(self.names(beginning), key=lambda name: (_modified(self.path / name), name))

    def read(self, name: str) -> memoryview:
        """Return what is sealed in a file; raise `SealError` for a file that is not ours, or not whole."""
        return read_sealed(self.path / name, self.key)

    def write(self, name: str, payload: bytes) -> None:
        """Put a sealed file in place; raise OSError when it cannot be written."""
        write_sealed(self.path / name, payload, self.key)

    def remove(self, name: str) -> None:
        """Remove a file, if another run has not."""
        with suppress(OSError):
            (self.path / name).unlink()

    def clear(self) -> None:
        """Remove every file that a run may have written."""
        for path in (*self.path.glob("*.sealed"), *self.path.glob("*.tmp")):
            self.remove(path.name)


def open_directory(root: Path, chosen: Path | None) -> Directory:
    """Return the cache directory of the tree at `root`, made if need be; raise `CacheError` where there can be none."""
    path = chosen or root / DEFAULT_NAME
    try:
        is_inside = _is_inside(path, root)
        _make(path)
        key = _key(_home() / "fastapi-audit" if is_inside else path)
        _remove_abandoned(path)
    except OSError as error:
        raise CacheError(f"{error.filename or path}: {(error.strerror or str(error)).lower()}") from error
    return Directory(path, key)


def _is_inside(path: Path, root: Path) -> bool:
    """Say whether a directory lies in the audited tree; raise `CacheError` where a link in the tree leads out of it."""
    is_written_inside = Path(os.path.normpath(path.absolute())).is_relative_to(os.path.normpath(root.absolute()))
    is_inside = path.resolve().is_relative_to(root.resolve())
    if is_written_inside and not is_inside:
        raise CacheError(f"{path} is a link, or lies behind one")
    return is_inside


def _make(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise CacheError(f"{path} is a link")
    _write_once(path / ".gitignore", b"*\n")
    _write_once(path / "CACHEDIR.TAG", _TAG.encode())
    if not os.access(path, os.W_OK):
        raise CacheError(f"{path} is not writable")


def _home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache")


def _key(directory: Path) -> bytes:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "key"
    _write_once(path, secrets.token_bytes(_KEY_SIZE))
    key = path.read_bytes()
    if len(key) != _KEY_SIZE:
        raise CacheError(f"{path} is no key; delete it")
    return key


def _write_once(path: Path, content: bytes) -> None:
    """Make a file that only the user may read, unless it is there; of two runs at once, the first one's stays."""
    if path.exists():
        return
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb", opener=_private) as file:
            file.write(content)
        _put(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _put(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links: the last one's stays
        temporary.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _remove_abandoned(path: Path) -> None:
    for temporary in path.glob("*.tmp"):
        if time.time() - _modified(temporary) > _ABANDONED_AFTER:
            with suppress(OSError):
                temporary.unlink()


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return time.time()
