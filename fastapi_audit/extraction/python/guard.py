"""Which files the native parser must not read in our own process.

LibCST's parser is native and recursive: some thousands of nested brackets, or operators in one expression, exhaust its
stack (the process dies) or take quadratic time. Such files are read by `python -m` of this module, in a process that may
die and has a time limit.
"""

from __future__ import annotations

import subprocess
import sys

import msgspec

from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.stack import with_deep_stack

LONGEST_LINE = 4_000  # bytes; the longest chain of operators that one line can hold is then harmless
DEEPEST_BRACKETS = 60
SECONDS = 20.0


class _Answer(msgspec.Struct, array_like=True):
    """What the process writes to its standard output: facts, or why there are none."""

    facts: ModuleFacts | None
    reason: str = ""
    line: int = 0


_decoder = msgspec.msgpack.Decoder(_Answer)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))


def is_risky(source: bytes) -> bool:
    """Say whether a file is nested so deeply, or has so long a line, that it must be read in a process of its own."""
    if max(map(len, source.splitlines()), default=0) > LONGEST_LINE:
        return True
    return _is_deep(source)


def extract_isolated(source: bytes) -> ModuleFacts:
    """Extract one file in a process of its own. Raises `Unparsable`, also when that process dies or takes too long."""
    try:
        done = subprocess.run([sys.executable, "-m", __name__], input=source, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise Unparsable(f"the parser took more than {SECONDS:.0f} seconds") from None
    if done.returncode != 0:
        raise Unparsable("the code is nested too deeply for the parser")
    answer = _decoder.decode(done.stdout)
    if answer.facts is None:
        raise Unparsable(answer.reason, answer.line)
    return answer.facts


def _is_deep(source: bytes) -> bool:
    """Cancel innermost pairs again and again: what is left after that many rounds is nested deeper.

    Brackets in strings are counted too, which at worst sends a harmless file to the slower way.
    """
    brackets = source.translate(None, _NOT_BRACKETS)
    for _ in range(DEEPEST_BRACKETS):
        rest = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if rest == brackets:
            break
        brackets = rest
    return len(brackets) > 2 * DEEPEST_BRACKETS


def _main() -> None:
    try:
        answer = _Answer(with_deep_stack(lambda: extract_module(sys.stdin.buffer.read())))
    except Unparsable as error:
        answer = _Answer(None, error.reason, error.line)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    _main()
