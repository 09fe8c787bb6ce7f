"""What runs in a worker: a batch of files in, encoded facts out. A pure function of the bytes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from fastapi_audit.collection import collection_held_off
from fastapi_audit.extraction.python.guard import extract_isolated, is_risky
from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.stack import with_deep_stack

Job = tuple[str, bytes]

_encoder = msgspec.msgpack.Encoder()


class Result(msgspec.Struct, frozen=True):
    """Encoded `ModuleFacts`, or why there are none."""

    facts: bytes = b""
    reason: str = ""
    line: int = 0


def extract_batch(jobs: tuple[Job, ...]) -> dict[str, Result]:
    """Extract files, given as path and content; the native parser recurses, so it gets a large stack."""
    return with_deep_stack(lambda: _extract_all(jobs))


def extract_batch_isolated(jobs: tuple[Job, ...]) -> dict[str, Result]:
    """Extract files, each in a process of its own that may die."""
    return {path: _result(extract_isolated, content) for path, content in jobs}


def _extract_all(jobs: tuple[Job, ...]) -> dict[str, Result]:
    with collection_held_off():
        return {path: _result(_extract, content) for path, content in jobs}


def _extract(content: bytes) -> ModuleFacts:
    return extract_isolated(content) if is_risky(content) else extract_module(content)


def _result(extract: Callable[[bytes], ModuleFacts], content: bytes) -> Result:
    try:
        return Result(_encoder.encode(extract(content)))
    except Unparsable as error:
        return Result(reason=error.reason, line=error.line)
