"""The layout of a module whose nodes do not make up its text: that of the code which LibCST generates from it."""

from __future__ import annotations

from itertools import accumulate
from types import TracebackType

import libcst as cst
from libcst._nodes.internal import CodegenState

from fastapi_audit.extraction.python.layout.walk import Layout


def generate(module: cst.Module) -> Layout:
    """Generate the code of a module and return where its nodes begin in it."""
    recorder = _Recorder(module)
    module._codegen(recorder)
    offsets = [0, *accumulate(map(len, recorder.tokens))]
    offsets.append(offsets[-1])  # for what stood behind a last token that LibCST takes back
    starts = {node: offsets[count] for node, count in recorder.tokens_before.items()}
    return Layout(starts, recorder.comments, "".join(recorder.tokens))


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
