"""Where each LibCST node begins, from one code-generation pass.

LibCST's own `PositionProvider` costs more than the parse. Generating the code once while noting, for each node, how
many tokens came before it gives the same places for a fraction: a token's offset is the sum of the lengths before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from types import TracebackType

import libcst as cst
from libcst._nodes.internal import CodegenState

from fastapi_audit.facts.positions import position

_NEWLINE = re.compile(r"\r\n?|\n")


class _Nothing:
    """A context manager that does nothing, made once: LibCST opens one for every expression."""

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


_NOTHING = _Nothing()


class _Recorder(CodegenState):
    """Notes how many tokens precede each node; syntactic positions (without leading lines) win."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.tokens_before: dict[int, int] = {}
        self.comments: list[cst.Comment] = []

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.tokens_before[id(node)] = len(self.tokens)
        if type(node) is cst.Comment:
            self.comments.append(node)

    def record_syntactic_position(  # type: ignore[override]  # LibCST makes a generator for each node; too slow
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Nothing:
        self.tokens_before[id(node)] = len(self.tokens)
        return _NOTHING


class Positions:
    """The positions of all nodes of one module, which must stay alive as long as they are asked for."""

    def __init__(self, module: cst.Module) -> None:
        recorder = _Recorder(module)
        module._codegen(recorder)
        self.comments = recorder.comments
        self._tokens_before = recorder.tokens_before
        self._offsets = [0, *accumulate(map(len, recorder.tokens))]
        self._text = "".join(recorder.tokens)
        self._line_starts = [0, *(match.end() for match in _NEWLINE.finditer(self._text))]

    def __call__(self, node: cst.CSTNode) -> int:
        """Return the encoded position of a node."""
        offset = self._offsets[self._tokens_before[id(node)]]
        line = bisect_right(self._line_starts, offset)
        return position(line, offset - self._line_starts[line - 1] + 1)

    def is_first(self, node: cst.CSTNode) -> bool:
        """Say whether only white space stands before a node on its line."""
        offset = self._offsets[self._tokens_before[id(node)]]
        start = self._line_starts[bisect_right(self._line_starts, offset) - 1]
        return not self._text[start:offset].strip()

    @property
    def lines(self) -> int:
        """The number of lines, a last empty one not counted."""
        return len(self._line_starts) - (self._line_starts[-1] == self._offsets[-1])
