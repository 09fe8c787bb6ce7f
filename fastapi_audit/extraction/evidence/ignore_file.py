"""What a `.dockerignore` keeps out of a build: its patterns, without comments."""

from fastapi_audit.extraction.evidence.text import lines_of, text_of
from fastapi_audit.facts.containers import IgnoreFile

_MAX_PATTERNS = 1_000


def read_ignore_file(content: bytes) -> IgnoreFile:
    """Read a `.dockerignore`; a line that begins with `#` is a comment."""
    written = (line.strip() for line in lines_of(text_of(content)) if not line.startswith("#"))
    return IgnoreFile(tuple([line for line in written if line][:_MAX_PATTERNS]))
