"""What goes on around a run of the pipeline: its cache, its progress, and what is said of both at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi_audit import output

if TYPE_CHECKING:
    from fastapi_audit.cache.store import Cache
    from fastapi_audit.means import Means


@dataclass(frozen=True, slots=True)
class Caching:
    """Whether there is a cache, where (None: in the audited tree), and whether it is emptied first."""

    is_on: bool
    directory: Path | None
    is_cleared: bool


@contextmanager
def running(path: Path, caching: Caching, *, quiet: bool, is_profiled: bool) -> Iterator[Means]:
    """Give what a run works with; say afterwards what was wrong with the cache, and where the time went."""
    from fastapi_audit.means import Means

    cache, notes = _open(path, caching)
    with output.Progress(is_silent=quiet) as progress:
        means = Means(progress, cache)
        yield means
    for note in () if quiet else (*notes, *(cache.notes if cache else ())):
        output.say(note)
    for line in means.profile.lines() if is_profiled else ():
        output.say(line)


def _open(path: Path, caching: Caching) -> tuple[Cache | None, list[str]]:
    """Return the cache, or why there is none. A single file has one only where the user says where."""
    if not caching.is_on or (caching.directory is None and not path.is_dir()):
        return None, []
    from fastapi_audit.cache.directory import CacheError
    from fastapi_audit.cache.store import open_cache

    try:
        return open_cache(path, caching.directory, is_cleared=caching.is_cleared), []
    except CacheError as error:
        return None, [f"there is no cache: {error} (--cache-dir names another place, --no-cache does without)"]
