"""What the walk over one file carries: positions, how deep it is, and what the enclosing function does."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi_audit.extraction.python.positions import Positions


@dataclass(slots=True)
class Context:
    """State of one walk. `yields` has one entry for each function that is open, true once it yields."""

    at: Positions
    depth: int = 0
    yields: list[bool] = field(default_factory=lambda: [False])
