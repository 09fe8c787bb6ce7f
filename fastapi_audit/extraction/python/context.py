"""What the walk over one file carries: positions, how deep it is, and what the enclosing function does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import libcst as cst


@dataclass(slots=True)
class Context:
    """State of one walk. `at` gives positions; `yields` has one entry for each open function, true once it yields."""

    at: Callable[[cst.CSTNode], int]
    depth: int = 0
    yields: list[bool] = field(default_factory=lambda: [False])
