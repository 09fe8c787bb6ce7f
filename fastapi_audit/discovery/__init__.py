"""Stage 1: which files a repository holds and what they are for."""

from fastapi_audit.discovery.discover import DEFAULT_MAX_FILE_SIZE, discover

__all__ = ["DEFAULT_MAX_FILE_SIZE", "discover"]
