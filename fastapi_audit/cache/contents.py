"""Reads the audited files, and remembers what was in them."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from fastapi_audit.discovery.content import read_regular
from fastapi_audit.model.repository import Repository


class Contents:
    """The files of a tree by path. `digests` tell their contents; `is_stable`: no file changed while we looked."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.digests: dict[str, bytes] = {}
        self.is_stable = True

    def __call__(self, path: str) -> bytes:
        """Return the content of a file; raise OSError when it cannot be read."""
        try:
            content = read_regular(self._root / path)
        except OSError as error:
            self._note(path, f"unreadable: {error.strerror}".encode())
            raise
        self._note(path, blake2b(content).digest())
        return content

    def _note(self, path: str, digest: bytes) -> None:
        if self.digests.setdefault(path, digest) != digest:
            self.is_stable = False


def look_at_all(repository: Repository, contents: Contents) -> None:
    """Read every file of a repository once, for its digest."""
    for file in repository.files:
        try:
            contents(file.path)
        except OSError:
            continue  # that it cannot be read is what there is to know
