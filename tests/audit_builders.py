"""Finished audits, for the tests of the reports: small builders with defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi_audit.audit.finding import Evidence, Finding, RuleInfo, RuleResult
from fastapi_audit.audit.report import Audit, Inventory, RouteRecord, ServiceAudit, UnresolvedName
from fastapi_audit.audit.score import (
    Band,
    Checklist,
    CriterionScore,
    DimensionScore,
    Gain,
    HealthCheck,
    Loss,
    Mode,
    RungScore,
    Score,
    Signal,
)
from fastapi_audit.audit.verdict import Confidence, Priority, Related, Severity
from fastapi_audit.model.place import Place
from fastapi_audit.model.repository import FileProblem

WHY = "Anyone who can reach the route can *change* the data behind it."
BAD = '```python\n@app.delete("/items/{item_id}")  # finding\ndef delete_item(item_id: int): ...\n```'
GOOD = '```python\n@app.delete("/items/{item_id}", dependencies=[Depends(current_user)])\ndef delete(): ...\n```'


def a_rule(
    code: str = "SEC013",
    name: str = "unauthenticated-write-route",
    severity: Severity = Severity.ERROR,
    priority: Priority | None = None,
    summary: str = "A route changes data and nothing authenticates the caller.",
) -> RuleInfo:
    """Build a rule with documentation."""
    return RuleInfo(
        code=code,
        name=name,
        family="security",
        summary=summary,
        severity=severity,
        priority=priority,
        why=WHY,
        bad=BAD,
        good=GOOD,
        fix="Add the dependency to the route, its router or the `FastAPI` application.",
        limits="A middleware may authenticate; the verdict is then unknown.",
        references="[FastAPI documentation](https://fastapi.tiangolo.com/tutorial/security/); OWASP API2.",
    )


def a_finding(
    rule: RuleInfo,
    place: Place | None,
    message: str = "DELETE /items/{item_id} changes data without authentication",
    confidence: Confidence = Confidence.HIGH,
    related: tuple[Related, ...] = (),
) -> Finding:
    """Build a finding."""
    return Finding(rule, place, message, confidence, subject="DELETE /items/{item_id}", related=related)


def a_result(rule: RuleInfo, findings: Sequence[Finding] = (), passes: int = 3, unknowns: int = 0) -> RuleResult:
    """Build a result that counts its findings."""
    undecided = tuple(Evidence(Place("app/main.py", 9, 1), "this middleware may authenticate") for _ in range(unknowns))
    return RuleResult(rule, passes, len(findings), unknowns, findings=tuple(findings), undecided=undecided)


def a_route(method: str | None = "GET", path: str = "/items", guards: tuple[str, ...] = ()) -> RouteRecord:
    """Build a route, guarded by `guards`."""
    return RouteRecord(
        kind="http" if method else "websocket",
        app="app.main:app",
        method=method,
        path=path,
        handler="app.api.items:handle",
        place=Place("app/api/items.py", 14, 1),
        is_async=True,
        response_model="ItemRead" if method else None,
        status_code=200 if method else None,
        tags=("items",),
        in_schema=True,
        deprecated=False,
        dependencies=("app.deps:session",),
        security=("OAuth2PasswordBearer",) if guards else (),
        params={"path": ("item_id",), "query": ("limit", "offset")},
        guards=guards,
        guard_places=(Place("app/api/router.py", 7, 5),) if guards else (),
    )


def a_criterion(rule: RuleInfo, passes: int, fails: int, unknowns: int = 0) -> CriterionScore:
    """Build a ratio criterion."""
    judged = passes + fails
    return CriterionScore(rule, 1.0, Mode.RATIO, passes, fails, unknowns, passes / judged if judged else None)


def a_dimension(key: str, title: str, score: float | None, weight: float, rule: RuleInfo) -> DimensionScore:
    """Build a dimension of four rungs, all measured by one rule."""
    if score is None:
        return DimensionScore(key, title, 0.0, None, ())
    criteria = (a_criterion(rule, round(score), 100 - round(score)),)
    titles = ("a first step is made", "the usual is there", "little is missing", "everything is in place")
    rungs = tuple(RungScore(title, score / 100, score / 100, criteria) for title in titles)
    return DimensionScore(key, title, weight, score, rungs, has_insufficient_evidence=key == "observability")


def a_score(
    total: float = 72.46,
    uncapped: float | None = None,
    band: Band = Band.SOLID,
    blockers: tuple[RuleInfo, ...] = (),
    dimensions: tuple[DimensionScore, ...] = (),
    gains: tuple[Gain, ...] = (),
    losses: tuple[Loss, ...] = (),
    checklists: tuple[Checklist, ...] = (),
) -> Score:
    """Build a score."""
    return Score(
        total=total,
        uncapped=total if uncapped is None else uncapped,
        band=band,
        blockers=blockers,
        dimensions=dimensions,
        health=HealthCheck(
            9,
            14,
            (
                Signal("types", "Type safety", 2, ("TYP002",)),
                Signal("errors", "Error handling", 1, ("ERR001",)),
                Signal("auth", "Auth", 0, ("SEC013",)),
                Signal("testing", "Testing", 2, ("TST001",)),
                Signal("database", "Database", None, ("DBS001",)),
                Signal("observability", "Observability", 1, ("OBS001",)),
                Signal("deployment", "Deployment", 2, ("DEP001",)),
                Signal("documentation", "Documentation", 1, ("API001",)),
            ),
        ),
        checklists=checklists,
        gains=gains,
        losses=losses,
        path_to_next_band=tuple(gain.rule for gain in gains[:2]),
        model_version="1",
    )


def an_inventory() -> Inventory:
    """Build an inventory with one name that could not be resolved."""
    unresolved = (UnresolvedName("plugins.load", Place("app/main.py", 3, 1), "the module is not in the repository"),)
    return Inventory(files=12, lines=940, names=400, resolved=399, unresolved=unresolved)


def a_service(
    name: str = "shop",
    root: str = "",
    score: Score | None = None,
    results: tuple[RuleResult, ...] = (),
    routes: tuple[RouteRecord, ...] = (),
) -> ServiceAudit:
    """Build a service."""
    return ServiceAudit(name, root, score or a_score(), results, routes, an_inventory())


def an_audit(
    *services: ServiceAudit,
    problems: tuple[FileProblem, ...] = (),
    sources: Mapping[str, Mapping[int, str]] | None = None,
    notes: tuple[str, ...] = (),
) -> Audit:
    """Build an audit of services, the worst of which gives the total."""
    services = services or (a_service(),)
    worst = min(services, key=lambda service: service.score.total)
    total, band = worst.score.total, worst.score.band
    return Audit("shop", "0.1.0", total, band, services, problems, sources or {}, notes)
