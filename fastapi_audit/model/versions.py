"""Comparing the versions of what a service uses."""

from __future__ import annotations

from packaging.version import InvalidVersion, Version


def is_since(version: str | None, first: Version) -> bool:
    """Say whether a version has what came with another one; a version that is not known is taken for the newest."""
    if version is None:
        return True
    try:
        return Version(version) >= first
    except InvalidVersion:
        return True
