"""Runs commands, and tells what they cost: seconds of wall and processor time, and memory, over all their processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

SAMPLED_EVERY = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: `wall` and `cpu` in seconds, `memory` in bytes at the worst moment (None: not known here)."""

    wall: float
    cpu: float
    memory: int | None = None


def run(command: Sequence[str | Path], *, accepts: Iterable[int] = (0,), watches_memory: bool = False) -> Cost:
    """Run a command to its end; raise `CalledProcessError` for an exit status that is not accepted."""
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = _Watch(process.pid) if watches_memory else None
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = watch.stop() if watch else None
    if process.returncode not in tuple(accepts):
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak)


def medians(costs: Sequence[Cost]) -> Cost:
    """Return the median wall time and the median processor time."""
    return Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))


class _Watch:
    """Adds up, again and again, the memory of a process and of all below it: of what they share, each has a part."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._is_over.wait(SAMPLED_EVERY):
            self._peak = max(self._peak, sum(map(_proportional_set_size, _family(self._pid))))

    def stop(self) -> int | None:
        self._is_over.set()
        self._thread.join()
        return self._peak or None


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            for children in Path(f"/proc/{parent}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        except OSError:
            continue  # it has ended
    return found


def _proportional_set_size(pid: int) -> int:
    """Return the bytes of a process (`Pss` of proc_pid_smaps_rollup(5)); 0 where it has ended, or on other systems."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
