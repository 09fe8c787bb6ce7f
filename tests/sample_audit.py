"""An audit in which every part of a report has something to say, and the same with hostile texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from audit_builders import a_dimension, a_finding, a_result, a_route, a_rule, a_score, a_service, an_audit

from fastapi_audit.audit.finding import RuleFailure, RuleResult, Suppressed
from fastapi_audit.audit.report import Audit, ServiceAudit
from fastapi_audit.audit.score import Checklist, ChecklistItem, Gain, Loss, Proof, Status
from fastapi_audit.audit.verdict import Confidence, Priority, Related, Severity
from fastapi_audit.model.place import Place
from fastapi_audit.model.repository import FileProblem

NO_AUTH = a_rule(priority=Priority.P0)
BARE_ERROR = a_rule("ERR001", "bare-http-exception", Severity.WARNING, summary="An error is a bare string.")
PRINTS = a_rule("OBS001", "print-in-application", Severity.WARNING, summary="The application prints.")
NO_SUMMARY = a_rule("API001", "route-without-summary", Severity.INFO, summary="A route does not say what it is for.")
NO_TESTS = a_rule("TST001", "missing-tests", Severity.ERROR, Priority.P0, "The project has no tests.")

UNCAPPED = 81.34

SOURCE = (
    "from fastapi import APIRouter, Depends",
    "",
    "router = APIRouter()",
    "",
    "",
    '@router.delete("/items/{item_id}")',
    "def delete_item(item_id: int) -> None:",
    '    """Remove <b>one</b> item & its parts."""',
    '\tprint(f"deleted {item_id}")',
    '    raise HTTPException(404, "not found")',
)


def a_sample_service(name: str = "shop", root: str = "", total: float = 79.0) -> ServiceAudit:
    """Build a service in which every part of a report has something to say."""
    items = f"{root}/app/api/items.py".lstrip("/")
    unsure = a_finding(PRINTS, Place(items, 2, 1), "print() may run in a script", Confidence.LOW)
    hidden = Suppressed(
        a_finding(PRINTS, Place(items, 9, 5), "print() in a handler"), "shown to the operator", Place(items, 9, 40)
    )
    related = (Related(Place("app/api/router.py", 7, 5), "the router is included here without dependencies"),)
    results = (
        a_result(NO_AUTH, [a_finding(NO_AUTH, Place(items, 6, 2), related=related)], unknowns=2),
        a_result(
            BARE_ERROR,
            [a_finding(BARE_ERROR, Place(items, n, 11), f"a bare string in raise {n}") for n in range(1, 10)],
        ),
        RuleResult(PRINTS, 4, 0, 0, findings=(unsure,), suppressed=(hidden,)),
        a_result(NO_SUMMARY, [a_finding(NO_SUMMARY, Place(items, 7, 1), "DELETE /items/{item_id} has no summary")]),
        a_result(NO_TESTS, [a_finding(NO_TESTS, None, "no test file was found")], passes=0),
    )
    score = a_score(
        total=total,
        uncapped=max(total, UNCAPPED),
        blockers=(NO_AUTH, NO_TESTS),
        dimensions=(
            a_dimension("types", "Type safety", 91.2, 1 / 6, NO_SUMMARY),
            a_dimension("errors", "Error handling", 45.0, 1 / 6, BARE_ERROR),
            a_dimension("testing", "Testing", 0.0, 1 / 6, NO_TESTS),
            a_dimension("security", "Security", 62.5, 1 / 6, NO_AUTH),
            a_dimension("performance", "Performance", 100.0, 1 / 9, NO_SUMMARY),
            a_dimension("observability", "Observability", 80.0, 1 / 9, PRINTS),
            a_dimension("database", "Database", None, 0.0, NO_SUMMARY),
            a_dimension("deployment", "Deployment", 71.9, 1 / 9, NO_SUMMARY),
        ),
        gains=(Gain(NO_TESTS, 16.67, 1), Gain(NO_AUTH, 6.25, 1), Gain(BARE_ERROR, 4.02, 9)),
        losses=(Loss(NO_TESTS, "testing", 16.67), Loss(NO_AUTH, "security", 6.25), Loss(BARE_ERROR, "errors", 4.02)),
        checklists=(
            Checklist(
                "security",
                "Security checklist",
                (
                    ChecklistItem(
                        "Writing routes authenticate",
                        "P0",
                        Status.FAIL,
                        ("SEC013",),
                        (Proof("SEC013", Place(items, 6, 2), "nothing authenticates the caller"),),
                        fails=1,
                    ),
                    ChecklistItem("Requests are limited", "P1", Status.UNKNOWN, ("SEC007",), note="not to be told"),
                    ChecklistItem("SQL is parameterised", "P0", Status.NOT_APPLICABLE, ("SEC011",), note="no SQL here"),
                    ChecklistItem(
                        "Input is validated",
                        "P0",
                        Status.PASS,
                        ("TYP002",),
                        (Proof("TYP002", Place(items, 1, 1), "the body is a schema"),),
                        passes=1,
                    ),
                ),
            ),
            Checklist(
                "mistakes",
                "Common mistakes",
                (
                    ChecklistItem(
                        "print() instead of a logger",
                        None,
                        Status.FAIL,
                        ("OBS001",),
                        (Proof("OBS001", Place(items, 9, 5), "it prints"),),
                        fails=3,
                    ),
                ),
            ),
        ),
    )
    routes = (
        a_route("GET", "/items", guards=("current_user",)),
        a_route("POST", "/items", guards=("current_user",)),
        a_route("DELETE", "/items/{item_id}"),
        a_route("GET", "/health"),
        a_route(None, "/ws/prices"),
    )
    service = a_service(name, root, score, results, routes)
    failure = RuleFailure("PRF999", "GET /items", "KeyError: 'session'")
    return ServiceAudit(
        service.name, service.root, service.score, service.results, service.routes, service.inventory, (failure,)
    )


def a_sample_audit(*roots: str) -> Audit:
    """Build an audit with something in every part; one service, or one per root."""
    roots = roots or ("",)
    totals = [79.0 - 5 * better for better in reversed(range(len(roots)))]
    services = tuple(a_sample_service(root or "shop", root, total) for root, total in zip(roots, totals, strict=True))
    frame = dict(enumerate(SOURCE, start=1))
    return an_audit(
        *services,
        problems=(
            FileProblem("app/legacy.py", "unparsable", "unexpected indent", 41),
            FileProblem("data/dump.py", "too-large", "5.2 MB are more than the 2 MB that are read"),
        ),
        sources={
            finding.place.path: frame for s in services for r in s.results for finding in r.findings if finding.place
        },
        notes=("app/main.py:4: suppression of SEC999, which is no rule",),
    )


def _places(services: tuple[ServiceAudit, ...]) -> list[Place]:
    results = [result for service in services for result in service.results]
    return [finding.place for result in results for finding in result.findings if finding.place]


def with_texts(value: object, change: Callable[[str], str]) -> Any:
    """Return an audit, or a part of one, with every text in it changed; what is not text stays."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(with_texts(item, change) for item in value)
    if isinstance(value, Mapping):
        return {with_texts(key, change): with_texts(item, change) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: with_texts(getattr(value, field.name), change) for field in fields(value)}
        return replace(value, **changed)
    return value
