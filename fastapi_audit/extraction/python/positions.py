"""Where each LibCST node begins, as line and column.

LibCST's own `PositionProvider` costs more than the parse. Its tree holds every character of the source, so adding up
what stands before a node gives the same places for a fraction.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import libcst as cst

from fastapi_audit.extraction.python.layout.generation import generate
from fastapi_audit.extraction.python.layout.walk import lay_out
from fastapi_audit.facts.positions import position

_NEWLINE = re.compile(r"\r\n?|\n")


class Positions:
    """The positions of the nodes of one module, which must stay alive as long as they are asked for.

    `text` is what the module was parsed from, without a byte order mark.
    """

    def __init__(self, module: cst.Module, text: str) -> None:
        layout = lay_out(module, text) or generate(module)
        self.comments = layout.comments
        self._starts = layout.starts
        self._text = layout.text
        self._line_starts = [0, *(match.end() for match in _NEWLINE.finditer(self._text))]

    def __call__(self, node: cst.CSTNode) -> int:
        """Return the encoded position of a node."""
        offset = self._starts[id(node)]
        line = bisect_right(self._line_starts, offset)
        return position(line, offset - self._line_starts[line - 1] + 1)

    def is_first(self, node: cst.CSTNode) -> bool:
        """Say whether only white space stands before a node on its line."""
        offset = self._starts[id(node)]
        start = self._line_starts[bisect_right(self._line_starts, offset) - 1]
        return not self._text[start:offset].strip()

    @property
    def lines(self) -> int:
        """The number of lines, a last empty one not counted."""
        return len(self._line_starts) - (self._line_starts[-1] == len(self._text))
