"""A page of plain lines, laid out by Rich: wrapped to a width, coloured or not, in Unicode or ASCII.

Whatever text comes in is shown, never obeyed: neither terminal control sequences nor Rich markup.
"""

from __future__ import annotations

from io import StringIO
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from fastapi_audit.reporting.visible import visible

Part: TypeAlias = "str | tuple[str, str]"
HANGING = 2
MIN_WIDTH = 40


class Page:
    """Collects lines; a part of a line is a text, or a text with a Rich style."""

    def __init__(self, width: int, *, is_colored: bool, is_ascii: bool) -> None:
        self.width = max(width, MIN_WIDTH)
        self._is_ascii = is_ascii
        self._buffer = StringIO()
        self._console = Console(
            file=self._buffer,
            width=self.width,
            force_terminal=is_colored,
            no_color=not is_colored,
            color_system="standard" if is_colored else None,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def line(self, *parts: Part, indent: int = 0, hanging: int = HANGING) -> None:
        """Write parts as one line; what does not fit goes on below, `hanging` cells further in."""
        text = Text.assemble(*map(self._safe, parts))
        room = self.width - indent
        lines = text.wrap(self._console, room)
        if len(lines) > 1:
            lines = text.wrap(self._console, room - hanging)
        for number, piece in enumerate(lines):
            self._print(Text(" " * (indent + hanging * (number > 0))) + piece)

    def cut_line(self, *parts: Part, indent: int = 0) -> None:
        """Write parts as one line and cut off what does not fit."""
        text = Text.assemble(" " * indent, *map(self._safe, parts))
        text.truncate(self.width, overflow="crop")
        self._print(text)

    def blank(self) -> None:
        """Write an empty line."""
        self._print(Text())

    def heading(self, title: str, note: str = "") -> None:
        """Begin a section."""
        self.blank()
        self.line((title, "bold"), (f"  {note}" if note else "", "dim"))

    def banner(self, title: str) -> None:
        """Begin the part of one service with a line across the page."""
        self.blank()
        label = f"{self.rule_glyph * 2} {self.cleaned(title)} "
        self.cut_line((label + self.rule_glyph * max(0, self.width - cell_len(label)), "bold"))

    def bar(self, share: float, cells: int) -> str:
        """Return a bar that is filled to a share between 0 and 1, full only when the share is 1."""
        full, empty = ("#", ".") if self._is_ascii else ("█", "░")
        filled = int(share * cells)
        return full * filled + empty * (cells - filled)

    def padded(self, text: str, cells: int) -> str:
        """Return a text cut or filled up to a number of terminal cells."""
        return set_cell_size(self.cleaned(text), cells)

    @property
    def rule_glyph(self) -> str:
        """The character a horizontal line is made of."""
        return "-" if self._is_ascii else "─"

    def cleaned(self, text: str) -> str:
        """Return a text that shows every character, in ASCII where the page must be."""
        shown = visible(text)
        return shown.encode("ascii", "backslashreplace").decode("ascii") if self._is_ascii else shown

    def finish(self) -> str:
        """Return the page."""
        return self._buffer.getvalue()

    def _safe(self, part: Part) -> tuple[str, str]:
        text, style = part if isinstance(part, tuple) else (part, "")
        return self.cleaned(text), style

    def _print(self, text: Text) -> None:
        text.rstrip()
        self._console.print(text, no_wrap=True, overflow="ignore", crop=False)
