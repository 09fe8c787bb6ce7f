"""Reading the first bytes of a file that may have become anything since it was listed."""

import errno
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

# A pipe that took the file's place must not block us, nor a link lead us away; not every system has the flags.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Opened:
    """The first bytes of a regular file."""

    content: bytes


def read_regular(path: Path, most: int = sys.maxsize) -> bytes:
    """Return a regular file, or as many bytes of its start; raise OSError for anything else, and never wait for it."""
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return os.read(descriptor, min(most, status.st_size))
    finally:
        os.close(descriptor)


def read_start(path: Path, size: int) -> Opened | str:
    """Return up to `size` bytes from the start of a regular file, or why they cannot be had."""
    try:
        return Opened(read_regular(path, size))
    except OSError as error:
        return reason_of(error)


def reason_of(error: OSError) -> str:
    """Say in one line what the operating system answered."""
    return (error.strerror or type(error).__name__).lower()
