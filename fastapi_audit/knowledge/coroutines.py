"""What gives a coroutine: `asynchronous.toml`, by canonical names."""

from __future__ import annotations

from functools import cache
from typing import cast

from fastapi_audit.knowledge.tables import Entry, table


@cache
def coroutine_functions() -> frozenset[str]:
    """Return the names of libraries' functions and methods that give a coroutine."""
    sections = cast("dict[str, Entry]", table("asynchronous")["coroutines"])
    return frozenset(
        f"{owner}.{name}" for owner, entry in sections.items() for name in cast("list[str]", entry["names"])
    )
