"""Room for deep recursion: audited code may be nested, and import chains may be long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

STACK_BYTES = 256 * 1024 * 1024
RECURSION_LIMIT = 40_000


def with_deep_stack(function: Callable[[], T]) -> T:
    """Call a function in a thread with a large stack and return its result, or raise what it raises."""
    results: list[T] = []
    errors: list[BaseException] = []
    limit, stack = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # carried over to the caller's thread, whatever it is
            errors.append(error)

    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(stack)
    if errors:
        raise errors[0]
    return results[0]
