"""An audit as a text for the terminal: the verdict first, then what to fix, then the findings."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi_audit.audit.report import Audit, ServiceAudit
from fastapi_audit.audit.score import Band
from fastapi_audit.reporting.figures import counted, points
from fastapi_audit.reporting.terminal import Page
from fastapi_audit.reporting.text_findings import (
    FindingOptions,
    write_findings,
    write_public,
    write_suppressions,
    write_undecided,
)
from fastapi_audit.reporting.text_score import BAND_STYLES, write_score


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How the text is laid out; `findings` says how much of each finding is shown."""

    width: int = 80
    is_colored: bool = False
    is_ascii: bool = False
    findings: FindingOptions = field(default_factory=FindingOptions)

    def page(self) -> Page:
        """Return an empty page that is laid out so."""
        return Page(self.width, is_colored=self.is_colored, is_ascii=self.is_ascii)


def render_text(audit: Audit, options: TextOptions | None = None) -> str:
    """Return the report as a text of lines no wider than asked."""
    options = options or TextOptions()
    page = options.page()
    page.line((audit.project or "project", "bold"), (f"  audited by fastapi-audit {audit.tool_version}", "dim"))
    if len(audit.services) > 1:
        _write_roll_up(page, audit)
    for service in audit.services:
        _write_service(page, audit, service, options)
    _write_problems(page, audit)
    return page.finish()


def _write_roll_up(page: Page, audit: Audit) -> None:
    page.heading("Services", "the lowest total is the total of the repository")
    for service in audit.services:
        score = service.score
        page.line(
            f"{points(score.total):>5}  ",
            (page.padded(score.band.value, _band_width()), BAND_STYLES[score.band]),
            f"  {service.name}",
            (f"  {service.root or '.'}", "dim"),
            indent=2,
        )


def _write_service(page: Page, audit: Audit, service: ServiceAudit, options: TextOptions) -> None:
    if len(audit.services) > 1:
        page.banner(service.name)
    write_score(page, service)
    write_findings(page, service, audit.sources, options.findings)
    write_undecided(page, service)
    write_suppressions(page, service)
    write_public(page, service)


def _write_problems(page: Page, audit: Audit) -> None:
    failures = [failure for service in audit.services for failure in service.failures]
    if audit.problems:
        page.heading("Not read", counted(len(audit.problems), "file"))
    for problem in audit.problems:
        line = f":{problem.line}" if problem.line else ""
        page.line((problem.path + line, "cyan"), f"  {problem.kind}: {problem.reason}", indent=2)
    if failures:
        page.heading("Rules that crashed", "their subjects are not judged; please report it")
    for failure in failures:
        page.line((failure.code, "bold"), f"  {failure.subject}  {failure.error}", indent=2)
    if audit.notes:
        page.heading("Notes")
    for note in audit.notes:
        page.line(note, indent=2)


def _band_width() -> int:
    return max(len(band.value) for band in Band)
