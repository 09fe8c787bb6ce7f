"""The comments that speak to tools: suppressions and type checkers' ignores."""

from __future__ import annotations

import libcst as cst

from fastapi_audit.extraction.python.positions import Positions
from fastapi_audit.facts import syntax

_MARKS = ("fastapi-audit:", "type: ignore", "type:ignore", "pyright:", "mypy:", "ty: ignore", "pyrefly: ignore")


def tool_comments(nodes: list[cst.Comment], at: Positions) -> tuple[syntax.Comment, ...]:
    """Return the comments that carry a mark, in the order of the source."""
    return tuple(
        syntax.Comment(at(node), node.value, at.is_first(node))
        for node in nodes
        if any(mark in node.value for mark in _MARKS)
    )
