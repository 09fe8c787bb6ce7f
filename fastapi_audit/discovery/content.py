"""Reading the first bytes of a file that may have become anything since it was listed."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

# A pipe that took the file's place must not block us, nor a link lead us away; not every system has the flags.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """The first bytes of a regular file."""

    content: bytes


def read_start(path: Path, size: int) -> Opened | str:
    """Return up to `size` bytes from the start of a regular file, or why they cannot be had."""
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        return reason_of(error)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return "not a regular file"
        return Opened(os.read(descriptor, size))
    except OSError as error:
        return reason_of(error)
    finally:
        os.close(descriptor)


def reason_of(error: OSError) -> str:
    """Say in one line what the operating system answered."""
    return (error.strerror or type(error).__name__).lower()
