"""How routes are laid out on a page: in the widest of three layouts that fits it. None cuts anything off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, zip_longest
from typing import TypeAlias

from rich.cells import cell_len

from fastapi_audit.reporting.route_row import ANYONE, RouteRow
from fastapi_audit.reporting.terminal import Page

Cell: TypeAlias = "tuple[str, ...]"  # the lines of one column of one route
Write: TypeAlias = Callable[[Iterable[RouteRow]], None]

HEADER = ("METHOD", "PATH", "WHO MAY CALL IT", "HANDLER", "RESPONSE", "TAGS")
METHOD_CELLS = 8
MOST_NAME_CELLS = 60
PLACE_STYLE = "dim"


def layout(page: Page, rows: Sequence[RouteRow]) -> Write:
    """Return what writes rows so that all of a page fit: as lines, as a table with the places below, or as a list."""
    for cells_of in (_on_one_line, _places_below):
        table = [tuple((title,) for title in HEADER), *map(cells_of, rows)]
        widths = [max(_length(page, text) for cell in column for text in cell) for column in zip(*table, strict=True)]
        if sum(widths) + 2 * len(widths) <= page.width:
            page.line(("  ".join(map(page.padded, HEADER, widths)), "bold"))
            return partial(_write_table, page, cells_of, widths)
    return partial(_write_list, page, _name_cells(page, rows))


def _on_one_line(row: RouteRow) -> tuple[Cell, ...]:
    callers = ", ".join(f"{name} ({place})" if place else name for name, place in row.callers)
    return ((row.method,), (row.path,), (callers,), (f"{row.handler}  {row.place}",), (row.response,), (row.tags,))


def _places_below(row: RouteRow) -> tuple[Cell, ...]:
    callers = tuple(chain.from_iterable(row.callers))
    return ((row.method,), (row.path,), callers, (row.handler, row.place), (row.response,), (row.tags,))


def _write_table(
    page: Page, cells_of: Callable[[RouteRow], tuple[Cell, ...]], widths: Sequence[int], rows: Iterable[RouteRow]
) -> None:
    for row in rows:
        styles = ("bold", "", _caller_style(row), "", "", PLACE_STYLE)
        for number, texts in enumerate(zip_longest(*cells_of(row), fillvalue="")):
            cells = zip(texts, widths, styles, strict=True)
            page.cut_line(
                *(
                    (f"{page.padded(text, width)}  ", PLACE_STYLE if number % 2 else style)
                    for text, width, style in cells
                )
            )


def _write_list(page: Page, name_cells: int, rows: Iterable[RouteRow]) -> None:
    for row in rows:
        tags = f"  [{row.tags}]" if row.tags else ""
        page.line((f"{row.method:{METHOD_CELLS}}", "bold"), row.path, (tags, PLACE_STYLE))
        for name, place, style in _details(row):
            padded = page.padded(name, max(name_cells, _length(page, name)))
            page.line((padded, style), (f"  {place}" if place else "", PLACE_STYLE), indent=METHOD_CELLS)


def _details(row: RouteRow) -> Iterator[tuple[str, str, str]]:
    """Yield what answers a route and who may call it, each with its place and style."""
    yield f"{row.handler} -> {row.response}" if row.response else row.handler, row.place, ""
    for name, place in row.callers:
        yield f"by {name}", place, _caller_style(row)


def _name_cells(page: Page, rows: Sequence[RouteRow]) -> int:
    """Return how far to the right the places of a list stand: beside the longest name if they fit there."""
    details = list(chain.from_iterable(map(_details, rows)))
    longest_name, longest_place = (max(_length(page, detail[n]) for detail in details) for n in (0, 1))
    return min(longest_name, MOST_NAME_CELLS, max(0, page.width - METHOD_CELLS - 2 - longest_place))


def _caller_style(row: RouteRow) -> str:
    return "yellow" if row.callers == ((ANYONE, ""),) else "green"


def _length(page: Page, text: str) -> int:
    return cell_len(page.cleaned(text))
