"""One run's view of the cache: what it finds there, and what it leaves. What goes wrong becomes a note, never an error:
a run without a cache is only slower.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi_audit.audit.report import Audit
from fastapi_audit.cache.directory import Directory, open_directory
from fastapi_audit.cache.known_facts import KnownFacts
from fastapi_audit.cache.sealed import SealError

_PREFIX = "audit-"
_MOST_AUDITS = 8


class Cache:
    """A directory with the facts of contents and with finished audits; `notes` say what of it could not be used.

    Audits are pickled, which keeps what they share (the documentation of a rule, of which thousands of findings speak)
    once. Unpickling can run code: nothing is unpickled but what this user's own runs have sealed.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.notes: list[str] = []

    def audit(self, key: str) -> Audit | None:
        """Return the finished audit of a key."""
        name = f"{_PREFIX}{key}.sealed"
        if name not in self._directory.names(_PREFIX):
            return None
        try:
            found: Audit = pickle.loads(self._directory.read(name))
        except SealError as error:
            self._ignore(name, str(error))
            return None
        return found

    def facts(self) -> KnownFacts:
        """Return the facts that are known."""
        facts = KnownFacts(self._directory)
        for name, reason in facts.unusable.items():
            self._ignore(name, reason)
        return facts

    def keep_audit(self, key: str, audit: Audit) -> None:
        """Keep a finished audit, and of the older ones a few."""
        with self._noting_errors():
            self._directory.write(f"{_PREFIX}{key}.sealed", pickle.dumps(audit, protocol=pickle.HIGHEST_PROTOCOL))
            for name in self._directory.oldest_first(_PREFIX)[:-_MOST_AUDITS]:
                self._directory.remove(name)

    def keep_facts(self, facts: KnownFacts) -> None:
        """Keep what was added to the facts."""
        with self._noting_errors():
            facts.save()

    def _ignore(self, name: str, reason: str) -> None:
        self.notes.append(f"{self._directory.path / name} of the cache is ignored: {reason}")

    @contextmanager
    def _noting_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self.notes.append(f"the cache {self._directory.path} cannot be written: {reason}")


def open_cache(root: Path, chosen: Path | None, *, is_cleared: bool) -> Cache:
    """Return the cache of the tree at `root`, or the one in a chosen directory; raise `CacheError` if there is none."""
    directory = open_directory(root, chosen)
    if is_cleared:
        directory.clear()
    return Cache(directory)
