"""Everything that is printed and is not a report: the route map, one checklist, the rules, a rule, the schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.report import Audit, RouteRecord, ServiceAudit
from fastapi_audit.audit.score import Checklist, ChecklistItem, Status
from fastapi_audit.errors import UsageError
from fastapi_audit.reporting.figures import counted
from fastapi_audit.reporting.terminal import Page
from fastapi_audit.reporting.text_report import TextOptions

HEALTH = "health"
PLACES_PER_ITEM = 5
NAME_CELLS = 34
STATUS_STYLES = {Status.PASS: "green", Status.FAIL: "bold red", Status.UNKNOWN: "yellow", Status.NOT_APPLICABLE: "dim"}
SIGNAL_WORDS = {None: "not applicable", 0: "critical", 1: "partial", 2: "healthy"}

ServiceRoutes = Sequence[tuple[str, RouteRecord]]


def render_routes(routes: ServiceRoutes, options: TextOptions) -> str:
    """Return the route map as a table: method, path, what authenticates the caller, handler."""
    page = _page(options)
    ordered = sorted((route for _, route in routes), key=lambda route: (route.path, route.method or "", route.handler))
    cells = _width(page, (route.path for route in ordered), 0.4)
    guard_cells = _width(page, (_guards(route) for route in ordered), 0.25)
    for route in ordered:
        page.cut_line(
            (page.padded(route.method or "WS", 7), "bold"),
            f" {page.padded(route.path, cells)}  ",
            (page.padded(_guards(route), guard_cells), "green"),
            (f"  {route.handler.rpartition(':')[2]}", ""),
            (f"  {route.place}" if route.place else "", "dim"),
        )
    page.line((counted(len(ordered), "route"), "dim"))
    return page.finish()


def render_routes_json(routes: ServiceRoutes) -> str:
    """Return the route map as JSON, in the fields of the report's `routes`."""
    from fastapi_audit.reporting import json_records

    parts = json_records.routes_in_order(json_records.route(record, service) for service, record in routes)
    return json.dumps({"routes": [part.model_dump(mode="json") for part in parts]}, indent=2) + "\n"


def render_checklist(audit: Audit, name: str, options: TextOptions) -> str:
    """Return one checklist of every service; raise `UsageError` where there is no such list."""
    page = _page(options)
    for service in audit.services:
        if len(audit.services) > 1:
            page.banner(service.name)
        if name == HEALTH:
            _write_health(page, service)
        else:
            _write_checklist(page, _checklist(service, name))
    return page.finish()


def render_rules(rules: Iterable[RuleInfo], options: TextOptions) -> str:
    """Return one line for each rule."""
    page = _page(options)
    for rule in rules:
        priority = rule.priority.value if rule.priority else "  "
        page.cut_line(
            (rule.code, "bold"),
            f"  {rule.severity.value:7}  {priority}  {page.padded(rule.name, NAME_CELLS)}",
            (f"  {rule.summary}", "dim"),
        )
    return page.finish()


def render_explanation(rule: RuleInfo) -> str:
    """Return the documentation of a rule, in Markdown."""
    traits = [rule.family, rule.severity.value, *([rule.priority.value] if rule.priority else [])]
    sections = {
        "Why": rule.why,
        "Bad": rule.bad,
        "Good": rule.good,
        "Fix": rule.fix,
        "Limits": rule.limits,
        "References": rule.references,
    }
    texts = [f"## {title}\n\n{text}" for title, text in sections.items() if text]
    return "\n\n".join([f"# {rule.code} {rule.name}", f"{rule.summary}\n\n{', '.join(traits)}", *texts]) + "\n"


def render_schema() -> str:
    """Return the JSON Schema of the JSON report."""
    from fastapi_audit.reporting.document import Document

    return json.dumps(Document.model_json_schema(mode="serialization"), indent=2) + "\n"


def _page(options: TextOptions) -> Page:
    return Page(options.width, is_colored=options.is_colored, is_ascii=options.is_ascii)


def _guards(route: RouteRecord) -> str:
    return ", ".join(route.guards) or "-"


def _width(page: Page, texts: Iterable[str], share: float) -> int:
    """Return how many cells a column gets: what it needs, up to a share of the page."""
    return min(max(map(len, texts), default=0), int(page.width * share))


def _checklist(service: ServiceAudit, name: str) -> Checklist:
    lists = {checklist.key: checklist for checklist in service.score.checklists}
    if name in lists:
        return lists[name]
    names = [HEALTH, *lists]
    nearest = get_close_matches(name, names, n=1, cutoff=0)[0]
    raise UsageError(f"there is no checklist `{name}`; did you mean `{nearest}`? There are {', '.join(names)}")


def _write_health(page: Page, service: ServiceAudit) -> None:
    health = service.score.health
    page.heading("Health check", f"{health.points} of {health.maximum}")
    for signal in health.signals:
        points = "-" if signal.points is None else str(signal.points)
        page.line(f"{points}  {signal.title}  ", (SIGNAL_WORDS[signal.points], "dim"), indent=2)


def _write_checklist(page: Page, checklist: Checklist) -> None:
    page.heading(checklist.title)
    for item in checklist.items:
        _write_item(page, item)


def _write_item(page: Page, item: ChecklistItem) -> None:
    page.line(
        (page.padded(item.status.value, 14), STATUS_STYLES[item.status]),
        f"  {item.priority or '  '}  {item.title}",
        (f"  {' '.join(item.rules)}", "dim"),
        indent=2,
    )
    for place in item.places[:PLACES_PER_ITEM]:
        page.line((str(place), "cyan"), indent=20)
    if len(item.places) > PLACES_PER_ITEM:
        page.line((f"and {counted(len(item.places) - PLACES_PER_ITEM, 'other place')}", "dim"), indent=20)
