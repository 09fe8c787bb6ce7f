"""What the parts of a node are, and the marks among them that are neither text nor a node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import libcst as cst

Part = object  # a text, a node, a tuple of parts, a mark; None or LibCST's sentinel where nothing stands
Parts = tuple[Part, ...]
PartsOf = Callable[[Any], Parts]


class Begin(NamedTuple):
    """Here a node begins, after the lines or parentheses that LibCST counts among its parts."""

    node: cst.CSTNode


class Deeper(NamedTuple):
    """From here on lines are indented more; None stands for the usual indentation of the module."""

    indent: str | None


class Elif(NamedTuple):
    """An `if` statement that is written as `elif` of another."""

    node: cst.If


class _Mark:
    """A mark that says the same everywhere."""


INDENT = _Mark()  # here stands the indentation
SHALLOWER = _Mark()  # here ends the last `Deeper`
