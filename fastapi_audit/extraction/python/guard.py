"""Which files the native parser must not read in our own process, or at all.

LibCST's parser is native and recursive: some thousands of nested brackets, or of operators in one expression, exhaust
its stack (the process dies) or take quadratic time. A file that looks like that is measured; one beyond what Python
itself accepts is refused, the others are read by `python -m` of this module, in a process that may die and has a time
limit.
"""

from __future__ import annotations

import re
import subprocess
import sys

import msgspec

from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.stack import with_deep_stack

LONGEST_LINE = 4_000  # bytes: no chain of operators on a shorter line does harm
MOST_LINES = 20_000  # a chain may also stand one operator a line
SUSPECT_BRACKETS = 60
DEEPEST_BRACKETS = 200  # MAXLEVEL of CPython's tokenizer: "too many nested parentheses"
LONGEST_CHAIN = 1_500  # operators in one element of a line; CPython gives up at some thousands
SECONDS = 60.0

_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_LITERALS = re.compile(
    rb"\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\#[^\n]*|[0-9][0-9a-fA-FxX_.]*",
    re.DOTALL,
)
_LINK = re.compile(rb"[-+*/%@&|^~<>.(\[]|\b(?:not|and|or|if|lambda|await|in|is)\b")


class _Answer(msgspec.Struct, array_like=True):
    """What the process writes to its standard output: facts, or why there are none."""

    facts: ModuleFacts | None
    reason: str = ""
    line: int = 0


_decoder = msgspec.msgpack.Decoder(_Answer)


def is_risky(source: bytes) -> bool:
    """Say whether a file is so deep, so long, or has so long a line that it must be read in a process of its own."""
    lines = source.splitlines()
    if len(lines) > MOST_LINES or max(map(len, lines), default=0) > LONGEST_LINE:
        return True
    return _is_deep(source)


def extract_isolated(source: bytes) -> ModuleFacts:
    """Extract one file in a process of its own. Raises `Unparsable`, also when that process dies or takes too long."""
    _refuse_monsters(source)
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
    for _ in range(SUSPECT_BRACKETS):
        rest = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if rest == brackets:
            break
        brackets = rest
    return len(brackets) > 2 * SUSPECT_BRACKETS


def _refuse_monsters(source: bytes) -> None:
    """Raise `Unparsable` for code that is nested or chained beyond what anybody writes; literals do not count."""
    code = _LITERALS.sub(b"0", source)
    depth = 0
    for bracket in code.translate(None, _NOT_BRACKETS):
        depth = depth + 1 if bracket in b"([{" else max(depth - 1, 0)
        if depth > DEEPEST_BRACKETS:
            raise Unparsable(f"brackets are nested more than {DEEPEST_BRACKETS} levels deep")
    for number, line in enumerate(code.splitlines(), start=1):
        if len(line) > LONGEST_LINE and any(len(_LINK.findall(part)) > LONGEST_CHAIN for part in line.split(b",")):
            raise Unparsable(f"an expression has more than {LONGEST_CHAIN} operators", number)


def _main() -> None:
    try:
        answer = _Answer(with_deep_stack(lambda: extract_module(sys.stdin.buffer.read())))
    except Unparsable as error:
        answer = _Answer(None, error.reason, error.line)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    _main()
