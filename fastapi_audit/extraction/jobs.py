"""What goes to a worker, contents of files, and what comes back; light, as a run without workers loads no parser."""

from __future__ import annotations

import msgspec

Batch = tuple[bytes, ...]


class Result(msgspec.Struct, frozen=True):
    """Encoded `ModuleFacts`, or why there are none; `seconds` is how long that took."""

    facts: bytes | msgspec.Raw = b""
    reason: str = ""
    line: int = 0
    seconds: float = 0.0
