"""Where text leaves the process: reports to standard output or a file, progress and messages to standard error."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from fastapi_audit.errors import UsageError
from fastapi_audit.reporting.visible import visible

FIRST_PROGRESS_AFTER = 1.0  # seconds; a short run stays silent
PROGRESS_EVERY = 0.1
CLEAR_LINE = "\r\x1b[2K"
DEFAULT_WIDTH = 80
UNLIMITED_WIDTH = 10_000


def print_report(text: str) -> None:
    """Write to standard output; who reads may stop reading at any time."""
    try:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at exit, and must find something that takes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def flush() -> None:
    """Hand on what was written so far; who reads may have stopped."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()


def write_report(text: str, path: Path) -> None:
    """Write a file whole or not at all, and into a pipe or device; raise `UsageError` where it cannot be written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists() and not path.is_file():  # a rename would put a file in place of /dev/null
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}; name a file in an existing directory") from error


def say(message: str) -> None:
    """Write a message to standard error, as one line that no terminal obeys."""
    line = f"fastapi-audit: {visible(message)}\n"
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding))


def terminal_width() -> int:
    """Return the width of the terminal, the default where there is none."""
    return shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def is_colorful_terminal() -> bool:
    """Whether standard output is a terminal that may be coloured."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def is_ascii_only() -> bool:
    """Whether standard output cannot show what the bars of the report are drawn with."""
    try:
        "█░─│".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return True
    return False


class Progress:
    """A line on standard error that counts files; only on a terminal, and only when the run takes its time."""

    def __init__(self, *, is_silent: bool) -> None:
        self._is_silent = is_silent or not sys.stderr.isatty()
        self._next = time.monotonic() + FIRST_PROGRESS_AFTER
        self._is_shown = False

    def __call__(self, done: int, total: int) -> None:
        """Show how many files are read."""
        if self._is_silent or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PROGRESS_EVERY
        self._is_shown = True
        sys.stderr.write(f"{CLEAR_LINE}reading {done} of {total} files")
        sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            sys.stderr.write(CLEAR_LINE)
            sys.stderr.flush()
