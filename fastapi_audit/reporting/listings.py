"""What is printed beside reports and the route map: one checklist, the rules, a rule, the schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.report import Audit, ServiceAudit
from fastapi_audit.audit.score import Checklist, ChecklistItem, Status
from fastapi_audit.errors import UsageError
from fastapi_audit.reporting.terminal import Page
from fastapi_audit.reporting.text_report import TextOptions

HEALTH = "health"
PROOFS_PER_ITEM = 5
PROOF_INDENT = 22
NAME_CELLS = 34
STATUS_STYLES = {Status.PASS: "green", Status.FAIL: "bold red", Status.UNKNOWN: "yellow", Status.NOT_APPLICABLE: "dim"}
SIGNAL_WORDS = {None: "not applicable", 0: "critical", 1: "partial", 2: "healthy"}


def render_checklist(audit: Audit, name: str, options: TextOptions) -> str:
    """Return one checklist of every service; raise `UsageError` where there is no such list."""
    page = options.page()
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
    page = options.page()
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
        hanging=PROOF_INDENT - 2,
    )
    if item.note:
        page.line((item.note, "dim"), indent=PROOF_INDENT)
    for proof in item.proofs[:PROOFS_PER_ITEM]:
        at = "project" if proof.place is None else str(proof.place)
        page.line((at, "cyan"), f"  {proof.message}", indent=PROOF_INDENT)
    if len(item.proofs) > PROOFS_PER_ITEM:
        page.line((f"and {len(item.proofs) - PROOFS_PER_ITEM} more", "dim"), indent=PROOF_INDENT)
