"""Serve an application as `runtime.drive` does and note what blocks the event loop.

`python -m runtime.detect SOURCE FILE MODULE NAME`

When the service ends, `FILE` gets one JSON object: `served`, the names of the handlers that requests reached, and
`blocked`, for each way in which code below `SOURCE` came to a blocking call during a request, what was called, the
instruction that left that code (`CALL`, `LOAD_ATTR`, …) and its frames, `[path, line, function]`, the innermost first.
What the coroutine of a library does while that code awaits it is not noted.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from collections.abc import Iterable, Iterator
from dis import opname
from pathlib import Path
from types import FrameType
from typing import Any

from blockbuster import BlockBuster
from blockbuster.blockbuster import BlockBusterFunction
from runtime.drive import load, serve

AWAIT = ("SEND", "YIELD_FROM")
Way = tuple[str, str, tuple[tuple[str, int, str], ...]]


class Detector:
    """Middleware around an application; lets what blocks happen and notes it."""

    def __init__(self, source: Path) -> None:
        self.source = f"{source.resolve()}/"
        self.is_serving = False
        self.is_collecting = False  # garbage: what is closed then has nothing to do with the code that runs
        self.served: set[str] = set()
        self.blocked: set[Way] = set()
        gc.callbacks.append(self._collecting)

    def watch(self, functions: Iterable[BlockBusterFunction]) -> None:
        """Note the calls of some functions on an event loop from now on."""
        for function in functions:
            self._watch(function)
            function.activate()

    def _watch(self, function: BlockBusterFunction) -> None:
        may_block = function.can_block_predicate

        def note(*arguments: Any, **named: Any) -> bool:
            is_elsewhere = threading.current_thread() is not threading.main_thread()  # on a loop of its own
            if self.is_serving and not is_elsewhere and not self.is_collecting and not may_block(*arguments, **named):
                self._note(function)
            return True

        function.can_block_predicate = note

    def _note(self, function: BlockBusterFunction) -> None:
        stack = [frame.f_code for frame in frames()]
        excused = function.can_block_functions
        if any(code.co_filename.endswith(file) and code.co_name in names for code in stack for file, names in excused):
            return
        own = [frame for frame in frames() if frame.f_code.co_filename.startswith(self.source)]
        if own and instruction(own[0]) not in AWAIT:
            self.blocked.add((function.full_name, instruction(own[0]), tuple(map(self._described, own))))

    def _described(self, frame: FrameType) -> tuple[str, int, str]:
        return frame.f_code.co_filename.removeprefix(self.source), frame.f_lineno, frame.f_code.co_name

    def _collecting(self, phase: str, _: object) -> None:
        self.is_collecting = phase == "start"

    def around(self, app: Any) -> Any:
        """Return an application that tells when requests are served, and by which handlers."""

        async def serving(scope: Any, receive: Any, send: Any) -> None:
            self.is_serving = scope["type"] == "http"
            try:
                await app(scope, receive, send)
            finally:
                self.is_serving = False
            if handler := scope.get("endpoint"):
                self.served.add(f"{handler.__module__}.{handler.__qualname__}")

        return serving


def frames() -> Iterator[FrameType]:
    """Yield every frame, the innermost first."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def instruction(frame: FrameType) -> str:
    """Return the name of the instruction that a frame is at."""
    code, at = frame.f_code.co_code, frame.f_lasti
    while opname[code[at]] == "CACHE":  # which follows the instruction
        at -= 2
    return opname[code[at]]


def main(source: str, file: str, module: str, name: str) -> None:
    """Serve until standard input ends, then write down what was noted."""
    detector = Detector(Path(source))
    detector.watch(BlockBuster().functions.values())  # before the application takes any of them by name
    application = load(module, name)
    application.add_middleware(detector.around)
    asyncio.run(serve(application))
    found = {"served": sorted(detector.served), "blocked": sorted(detector.blocked)}
    Path(file).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
