"""What runs in a worker: a batch of files in, encoded facts out. A pure function of the bytes."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import msgspec

from fastapi_audit.collection import collection_held_off
from fastapi_audit.extraction.jobs import Batch, Result
from fastapi_audit.extraction.python.guard import extract_isolated, is_risky
from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.stack import with_deep_stack

_encoder = msgspec.msgpack.Encoder()


def extract_batch(batch: Batch) -> list[Result]:
    """Extract files, given by their contents; the native parser recurses, so it gets a large stack."""
    return with_deep_stack(lambda: _extract_all(batch))


def extract_batch_isolated(batch: Batch) -> list[Result]:
    """Extract files, each in a process of its own that may die."""
    return [_result(extract_isolated, content) for content in batch]


def _extract_all(batch: Batch) -> list[Result]:
    with collection_held_off():
        return [_result(_extract, content) for content in batch]


def _extract(content: bytes) -> ModuleFacts:
    return extract_isolated(content) if is_risky(content) else extract_module(content)


def _result(extract: Callable[[bytes], ModuleFacts], content: bytes) -> Result:
    started = perf_counter()
    try:
        facts = _encoder.encode(extract(content))
    except Unparsable as error:
        return Result(reason=error.reason, line=error.line, seconds=perf_counter() - started)
    return Result(facts, seconds=perf_counter() - started)
