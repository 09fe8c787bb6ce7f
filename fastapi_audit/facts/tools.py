"""How development tools are configured, whatever file it stands in."""

from __future__ import annotations

import msgspec


class Option(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One option. Nested tables give dotted names; items of a list are joined by newlines, as ini files write them;
    booleans are "true" and "false".
    """

    pos: int
    name: str
    value: str


class Tool(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One tool that is configured here: "pytest", "coverage", "mypy", "pyright", "ruff" and so on."""

    pos: int
    name: str
    options: tuple[Option, ...]

    def option(self, name: str) -> Option | None:
        """Return an option by its dotted name; the last one wins."""
        return next((option for option in reversed(self.options) if option.name == name), None)


class ToolConfig(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="tools"):
    """The tools that one configuration file configures."""

    tools: tuple[Tool, ...]


class CoverageReport(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="coverage"):
    """The share of lines that tests reached, from 0 to 1."""

    ratio: float


class Alembic(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="alembic"):
    """Where the migrations are and which database they run on; None where the file does not say.

    `version_locations` are the directories of the revisions where they are listed; `is_recursive`: those below count.
    """

    script_location: Option | None = None
    url: Option | None = None
    version_locations: Option | None = None
    is_recursive: bool = False
