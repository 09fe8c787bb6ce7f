"""Source → the tree of LibCST, without a second look at each space and name in it.

LibCST's classes check what makes them, so that a program cannot put together what is no Python. Its own parser makes
its nodes in the same way, and three quarters of these are white space, names and punctuation, of which the checks only
say again what the tokenizer found: that a space is white, that a name is not empty. They take a tenth of the parse, and
LibCST has no switch for them (`libcst.CSTNode.__post_init__`, which does nothing else, wishes for one). All other kinds
are checked as ever: among these checks are some that the grammar leaves out, such as a bare `except` before others.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

TOKENS: tuple[type[cst.CSTNode], ...] = (
    cst.SimpleWhitespace,
    cst.ParenthesizedWhitespace,
    cst.TrailingWhitespace,
    cst.EmptyLine,
    cst.Newline,
    cst.Name,
    cst.Comma,
    cst.Dot,
    cst.AssignEqual,
)

_check = cst.CSTNode.__post_init__


def parse(source: bytes) -> cst.Module:
    """Return what `libcst.parse_module` does, and raise what it raises.

    Tokens that another thread of this process makes meanwhile may not be checked either.
    """
    _look_at_tokens_with(_accept)
    try:
        return cst.parse_module(source)
    finally:
        _look_at_tokens_with(_check)


def _look_at_tokens_with(look: Callable[[cst.CSTNode], None]) -> None:
    for kind in TOKENS:
        kind.__post_init__ = look  # type: ignore[assignment, method-assign]


def _accept(node: cst.CSTNode) -> None:
    """Take a node as it is."""
