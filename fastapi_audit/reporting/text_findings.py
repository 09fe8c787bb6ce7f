"""The findings of one service as text, rule by rule; what could not be judged, and what was suppressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len

from fastapi_audit.audit.finding import Finding
from fastapi_audit.audit.report import ServiceAudit
from fastapi_audit.audit.verdict import Confidence, Severity
from fastapi_audit.reporting.figures import counted, severity_count
from fastapi_audit.reporting.grouping import RuleFindings, by_severity, code_frame, findings_by_rule
from fastapi_audit.reporting.route_row import route_row
from fastapi_audit.reporting.terminal import Page

Sources = Mapping[str, Mapping[int, str]]
SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


@dataclass(frozen=True, slots=True)
class FindingOptions:
    """How much is shown: places per rule, the least confidence, and whether the source lines are."""

    places_per_rule: int = 5
    least_confidence: Confidence = Confidence.MEDIUM
    shows_source: bool = False


def write_findings(page: Page, service: ServiceAudit, sources: Sources, options: FindingOptions) -> None:
    """Write the findings, the gravest rules first."""
    groups = findings_by_rule(service, options.least_confidence)
    counts = by_severity(groups)
    page.heading("Findings", ", ".join(severity_count(*entry) for entry in counts.items()) or "none")
    for group in groups:
        _write_rule(page, group, sources, options)
    hidden = sum(len(result.findings) for result in service.results) - sum(counts.values())
    if hidden:
        page.blank()
        page.line((f"{counted(hidden, 'finding')} of lower confidence not shown", "dim"), indent=2)


def write_undecided(page: Page, service: ServiceAudit) -> None:
    """Write how many subjects of which rules cannot be judged without running the code."""
    results = [result for result in service.results if result.unknowns]
    if not results:
        return
    page.heading("Cannot tell", "not decidable without running the code; counts neither way")
    for result in sorted(results, key=lambda result: result.rule.code):
        reasons = sorted({evidence.message for evidence in result.undecided})
        more = f" (and {counted(len(reasons) - 1, 'other reason')})" if len(reasons) > 1 else ""
        page.line(
            (result.rule.code, "bold"),
            f"  {result.rule.name}",
            (f"  {counted(result.unknowns, 'subject')}: {reasons[0] if reasons else 'no reason given'}{more}", "dim"),
            indent=2,
        )


def write_suppressions(page: Page, service: ServiceAudit) -> None:
    """Write every suppressed finding with its reason."""
    suppressed = [entry for result in service.results for entry in result.suppressed]
    if not suppressed:
        return
    page.heading("Suppressed", counted(len(suppressed), "finding"))
    for entry in suppressed:
        reason = entry.reason or "no reason given, so it still counts"
        page.line(
            (entry.finding.rule.code, "bold"), "  ", (_where(entry.finding), "cyan"), (f"  {reason}", "dim"), indent=2
        )


def write_public(page: Page, service: ServiceAudit) -> None:
    """Write the routes that nothing guards and that the configuration declares public."""
    public = [route for route in service.routes if route.is_declared_public]
    if not public:
        return
    page.heading("Public by configuration", f"{counted(len(public), 'route')} that nothing has to guard")
    for route in public:
        row = route_row(route)
        page.line(
            (row.method, "bold"), f" {row.path}", (f"  {row.place}  public-paths {route.public_by}", "dim"), indent=2
        )


def _write_rule(page: Page, group: RuleFindings, sources: Sources, options: FindingOptions) -> None:
    rule = group.rule
    badge = " ".join(filter(None, (rule.severity.value, rule.priority.value if rule.priority else "")))
    page.blank()
    page.line(
        (rule.code, SEVERITY_STYLES[rule.severity]),
        (f" {rule.name}", "bold"),
        f"  {badge}",
        (f"  {counted(len(group.findings), 'finding')}", "dim"),
        indent=2,
    )
    for finding in group.findings[: options.places_per_rule]:
        _write_finding(page, finding, sources, options.shows_source)
    more = len(group.findings) - options.places_per_rule
    if more > 0:
        page.line((f"and {more:,} more", "dim"), indent=4)


def _write_finding(page: Page, finding: Finding, sources: Sources, shows_source: bool) -> None:
    doubt = " (low confidence)" if finding.confidence is Confidence.LOW else ""
    page.line((_where(finding), "cyan"), f"  {finding.message}", (doubt, "dim"), indent=4)
    if not shows_source:
        return
    _write_frame(page, finding, sources)
    for related in finding.related:
        page.line((str(related.place), "cyan"), (f"  {related.message}", "dim"), indent=6)


def _write_frame(page: Page, finding: Finding, sources: Sources) -> None:
    frame = code_frame(sources, finding.place)
    if not frame:
        return
    digits = len(str(frame[-1].number))
    for line in frame:
        mark, style = (">", "bold") if line.is_hit else (" ", "dim")
        page.cut_line((f"{mark} {line.number:>{digits}} | ", "dim"), (line.text, style), indent=6)
        if line.is_hit and finding.place and finding.place.column:
            before = cell_len(page.cleaned(line.text[: finding.place.column - 1]))
            page.cut_line((f"  {' ' * digits} | ", "dim"), (" " * before + "^", "bold red"), indent=6)


def _where(finding: Finding) -> str:
    return str(finding.place) if finding.place else "project"
