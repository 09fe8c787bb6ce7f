"""How a run works, none of which changes what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi_audit.cache.store import Cache
from fastapi_audit.profile import Profile

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Means:
    """`progress` is told how many Python files are read, of how many; `cache` holds what earlier runs found out."""

    progress: Progress | None = None
    cache: Cache | None = None
    profile: Profile = field(default_factory=Profile)
