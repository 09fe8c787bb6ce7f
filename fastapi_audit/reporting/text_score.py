"""The score of one service as text: total and band, blockers, dimensions, health check, gains, checklists."""

from __future__ import annotations

from collections import Counter

from fastapi_audit.audit.report import ServiceAudit
from fastapi_audit.audit.score import Band, Checklist, DimensionScore, Score, Signal, Status
from fastapi_audit.reporting.figures import counted, difference, points, weight
from fastapi_audit.reporting.terminal import Page

BAND_STYLES = {
    Band.CRITICAL: "bold red",
    Band.NEEDS_WORK: "bold yellow",
    Band.SOLID: "bold cyan",
    Band.PRODUCTION_GRADE: "bold green",
}
SIGNAL_STYLES = {0: "red", 1: "yellow", 2: "green"}
TITLE_CELLS = 18
CHECKLIST_CELLS = 32
SIGNAL_CELLS = 26
MAX_SIGNALS_IN_A_ROW = 4
MAX_BAR_CELLS = 40
BEST_GAINS = 5


def write_score(page: Page, service: ServiceAudit) -> None:
    """Write everything that the score of a service says."""
    score = service.score
    _write_total(page, service)
    _write_blockers(page, score)
    page.heading("Dimensions", "score, share of the total")
    for dimension in score.dimensions:
        _write_dimension(page, dimension)
    page.heading("Health check", f"{score.health.points} of {score.health.maximum} points")
    _write_signals(page, score.health.signals)
    _write_gains(page, score)
    if score.checklists:
        page.heading("Checklists")
    for checklist in score.checklists:
        _write_checklist(page, checklist)


def _write_total(page: Page, service: ServiceAudit) -> None:
    score, read = service.score, service.inventory
    page.blank()
    page.line(
        (points(score.total), "bold"),
        " of 100  ",
        (page.bar(score.total / 100, _bar_cells(page)), BAND_STYLES[score.band]),
        (f"  {score.band.value}", BAND_STYLES[score.band]),
        indent=2,
    )
    routes = sum(route.kind != "mount" for route in service.routes)
    extent = (counted(read.files, "file"), counted(read.lines, "line"), counted(routes, "route"))
    page.line((", ".join(extent), "dim"), indent=2)
    if score.uncapped > score.total:
        page.line(f"The blockers hold the total; the dimensions alone give {points(score.uncapped)}.", indent=2)


def _write_blockers(page: Page, score: Score) -> None:
    if not score.blockers:
        return
    page.heading("Blockers", "not ready for production while one of these fails")
    for rule in score.blockers:
        priority = f" {rule.priority.value}" if rule.priority else ""
        page.line((f"{rule.code}{priority}", "bold red"), f"  {rule.name}  ", (rule.summary, "dim"), indent=2)


def _write_dimension(page: Page, dimension: DimensionScore) -> None:
    title = page.padded(dimension.title, TITLE_CELLS)
    if dimension.score is None:
        page.line(f"{title}  ", ("not applicable", "dim"), indent=2)
        return
    page.line(
        f"{title}  {page.bar(dimension.score / 100, _bar_cells(page))} {points(dimension.score):>5}  ",
        (f"{weight(dimension.weight):>5}", "dim"),
        ("  insufficient evidence" if dimension.has_insufficient_evidence else "", "yellow"),
        indent=2,
    )


def _write_signals(page: Page, signals: tuple[Signal, ...]) -> None:
    columns = min(MAX_SIGNALS_IN_A_ROW, (page.width - 2) // SIGNAL_CELLS)
    for first in range(0, len(signals), columns):
        parts: list[tuple[str, str]] = []
        for signal in signals[first : first + columns]:
            points_ = "n/a" if signal.points is None else f"{signal.points}/2"
            style = "dim" if signal.points is None else SIGNAL_STYLES[signal.points]
            parts += [(points_, style), (page.padded(f"  {signal.title}", SIGNAL_CELLS - len(points_)), "")]
        page.cut_line(*parts, indent=2)


def _write_gains(page: Page, score: Score) -> None:
    gains = sorted(score.gains, key=lambda gain: (-gain.points, gain.rule.code))
    if not gains:
        return
    page.heading("Fix first", "points that fixing one rule adds to the total")
    for gain in gains[:BEST_GAINS]:
        page.line(
            (f"{'+' + difference(gain.points):>6}", "green"),
            (f"  {gain.rule.code}", "bold"),
            f"  {gain.rule.name}",
            (f"  {counted(gain.findings, 'finding')}", "dim"),
            indent=2,
        )
    if score.path_to_next_band:
        codes = ", ".join(rule.code for rule in score.path_to_next_band)
        page.line(f"The cheapest way to the next band: {codes}", indent=2)


def _write_checklist(page: Page, checklist: Checklist) -> None:
    counts = Counter(item.status for item in checklist.items)
    shares = ", ".join(f"{counts[status]} {status.value}" for status in Status if counts[status])
    page.line(f"{page.padded(checklist.title, CHECKLIST_CELLS)}  ", (shares, "dim"), indent=2)


def _bar_cells(page: Page) -> int:
    return max(8, min(MAX_BAR_CELLS, page.width - 60))
