"""Shell scripts, as text: what they run is told where it is known which other files there are."""

import re

from fastapi_audit.extraction.evidence.text import text_of
from fastapi_audit.facts.automation import Script

_MAX_LENGTH = 64 * 1024
_SHEBANG = re.compile(r"#!.*\b(?:ba|da|k|z|a)?sh\b")


def read_script(name: str, content: bytes) -> Script:
    """Read a script; one without the ending of a shell's must name a shell in its first line."""
    text = text_of(content[:_MAX_LENGTH])
    is_shell = name.endswith((".sh", ".bash")) or _SHEBANG.match(text) is not None
    return Script(text if is_shell else "")
