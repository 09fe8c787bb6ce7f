"""What the walk over one file carries: positions, how deep it is, and what the enclosing function does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import libcst as cst

from fastapi_audit.facts import syntax


@dataclass(slots=True)
class Context:
    """State of one walk. `at` gives positions; `yields` has one entry for each open function, true once it yields;
    `imports` are the statements that import, `declared_global` the names of `global` statements, so far.
    """

    at: Callable[[cst.CSTNode], int]
    depth: int = 0
    yields: list[bool] = field(default_factory=lambda: [False])
    imports: list[syntax.ImportStatement] = field(default_factory=list)
    declared_global: set[str] = field(default_factory=set)
