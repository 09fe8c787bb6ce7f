"""A LibCST tree → where its nodes begin, by adding up the lengths of what stands before them.

Generating the code says the same, but LibCST calls several functions and a context manager for each node, most of
which are single spaces. Here each kind of node only names its parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from libcst import Comment, MaybeSentinel, Module, Name, Newline, SimpleWhitespace

from fastapi_audit.extraction.python.layout import expressions, patterns, statements, tokens
from fastapi_audit.extraction.python.layout.marks import INDENT, SHALLOWER, Begin, Deeper

PARTS = {**tokens.PARTS, **expressions.PARTS, **statements.PARTS, **patterns.PARTS}
_parts_of_kind = PARTS.get


class Layout(NamedTuple):
    """The offsets at which nodes begin, by their identity; the comments in the order of the source; the source."""

    starts: dict[int, int]
    comments: list[Comment]
    text: str


def lay_out(module: Module, text: str) -> Layout | None:
    """Return where the nodes of a module begin in its text; None if they do not make up just that text.

    That is so where LibCST drops something, such as a backslash before a statement, and where a node is of a kind that
    is not known here, or has a sentinel where something stands: those add nothing.
    """
    walk = _Walk(module)
    length = walk.over((module.header, module.body, module.footer), 0)
    if not module.has_trailing_newline:
        length = max(0, length - walk.newline)  # the tree ends with a newline even so
    return Layout(walk.starts, walk.comments, text) if length == len(text) else None


class _Walk:
    """State of one walk: what was found, and how far lines are indented."""

    def __init__(self, module: Module) -> None:
        self.starts: dict[int, int] = {}
        self.comments: list[Comment] = []
        self.newline = len(module.default_newline)
        self.default_indent = len(module.default_indent)
        self.indents = [0]

    def over(self, parts: Iterable[Any], offset: int) -> int:
        """Note where the nodes among some parts begin, and return the offset at which the parts end.

        The kinds are asked for in the order of their frequency.
        """
        starts = self.starts
        for part in parts:
            kind = type(part)
            if kind is SimpleWhitespace:
                offset += len(part.value)
            elif kind is str:
                offset += len(part)
            elif kind is Name and not part.lpar:
                starts[id(part)] = offset
                offset += len(part.value)
            elif part is None or kind is MaybeSentinel:
                continue
            elif kind is tuple:
                if part:
                    offset = self.over(part, offset)
            elif parts_of := _parts_of_kind(kind):
                starts[id(part)] = offset
                offset = self.over(parts_of(part), offset)
            else:
                offset = self._after_rare(part, offset)
        return offset

    def _after_rare(self, part: Any, offset: int) -> int:
        """Return the offset after a mark, a newline or a comment."""
        if part is INDENT:
            return offset + self.indents[-1]
        if part is SHALLOWER:
            self.indents.pop()
        elif isinstance(part, Newline):
            return offset + (self.newline if part.value is None else len(part.value))
        elif isinstance(part, Begin):
            self.starts[id(part.node)] = offset
        elif isinstance(part, Deeper):
            width = self.default_indent if part.indent is None else len(part.indent)
            self.indents.append(self.indents[-1] + width)
        elif isinstance(part, Comment):
            self.starts[id(part)] = offset
            self.comments.append(part)
            return offset + len(part.value)
        return offset
