"""Work in a copy of the process comes back, whatever becomes of the copy."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from fastapi_audit.processes import begin_in_copy, memory, start_method

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes start as copies on Linux only")


def test_work_is_done_in_another_process_with_what_is_known_here() -> None:
    known = object()

    pid, seen = begin_in_copy(lambda: (os.getpid(), id(known)))()

    assert pid != os.getpid()
    assert seen == id(known)


def test_a_result_larger_than_a_pipe_comes_back() -> None:
    assert len(begin_in_copy(lambda: b"x" * 1_000_000)()) == 1_000_000


def test_work_of_a_copy_that_was_killed_is_done_here() -> None:
    own = os.getpid()

    def work() -> int:
        if os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    assert begin_in_copy(work)() == own


def test_what_the_work_raises_is_raised_here_and_only_here(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        begin_in_copy(work)()
    assert capfd.readouterr() == ("", "")


def test_a_process_with_other_threads_is_not_copied() -> None:
    assert start_method() == "fork"
    is_over = threading.Event()
    thread = threading.Thread(target=is_over.wait)
    thread.start()
    try:
        assert start_method() == "spawn"
    finally:
        is_over.set()
        thread.join()


def test_memory_grows_with_what_is_held() -> None:
    before = memory()
    held = b"x" * 50_000_000
    assert before + len(held) / 2 < memory() < before + 2 * len(held)
