"""How processes start here, and work in a copy of this one."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Literal, TypeVar

T = TypeVar("T")


def start_method() -> Literal["fork", "spawn"]:
    """Return how processes start: where that is safe, as copies of this one, with all that it has loaded."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def memory() -> int:
    """Return how many bytes of memory this process has now, on Linux (`statm` of proc_pid_statm(5))."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def begin_in_copy(work: Callable[[], T]) -> Callable[[], T]:
    """Begin some work in a copy of this process, where processes start as copies, and return what waits for its result.

    If the copy dies or fails, for the memory it takes perhaps, the work is done here.
    """
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def do() -> None:
        receiver.close()  # only so does sending end when nobody listens any more
        with suppress(Exception, KeyboardInterrupt):  # what is not sent is done again there, and raises there
            sender.send(work())

    copy = context.Process(target=do, daemon=True)
    copy.start()
    sender.close()

    def finish() -> T:
        with receiver:
            try:
                result: T = receiver.recv()
            except EOFError:
                result = work()
        copy.join()
        return result

    return finish
