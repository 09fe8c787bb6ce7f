"""Where rules come from: the packs that are installed, by the entry-point group `fastapi_audit.rules`."""

from __future__ import annotations

from importlib.metadata import entry_points

GROUP = "fastapi_audit.rules"


def installed_packs() -> list[str]:
    """Return the dotted names of the packages that hold rules, sorted."""
    return sorted({entry.value for entry in entry_points(group=GROUP)})
