"""An audit as the bytes of its JSON document: no clock, no absolute path, everything in a fixed order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import chain

from fastapi_audit.audit.report import Audit, ServiceAudit
from fastapi_audit.model.repository import FileProblem
from fastapi_audit.reporting import json_records as records
from fastapi_audit.reporting import json_score as scores
from fastapi_audit.reporting.document import SCHEMA_VERSION, Document, Service, Tool
from fastapi_audit.reporting.document_records import Crash, Problem

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")  # stands inside of texts only


def render_json(audit: Audit) -> str:
    """Return the JSON report, in ASCII, so that no encoding and no terminal can change or obey it."""
    text = document_of(audit).model_dump_json(indent=2)
    return _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def document_of(audit: Audit) -> Document:
    """Fill the document; the score at the top is the worst service's, the lists are those of all services."""
    services = tuple(_service(service) for service in audit.services)
    worst = min(services, key=lambda service: service.score.total)
    return Document(
        schema_version=SCHEMA_VERSION,
        tool=Tool(name="fastapi-audit", version=audit.tool_version),
        project=audit.project,
        score=worst.score,
        health=worst.health,
        checklists=worst.checklists,
        gains=worst.gains,
        losses=worst.losses,
        path_to_next_band=worst.path_to_next_band,
        rules=records.added_up(chain.from_iterable(service.rules for service in services)),
        findings=records.in_order(chain.from_iterable(service.findings for service in services)),
        undecided=records.in_order(chain.from_iterable(service.undecided for service in services)),
        suppressions=tuple(chain.from_iterable(service.suppressions for service in services)),
        routes=records.routes_in_order(chain.from_iterable(service.routes for service in services)),
        failures=tuple(chain.from_iterable(service.failures for service in services)),
        inventory=records.total(service.inventory for service in services),
        problems=_problems(audit.problems),
        notes=audit.notes,
        services=services,
    )


def _service(service: ServiceAudit) -> Service:
    name, results, score = service.name, service.results, service.score
    return Service(
        name=name,
        root=service.root,
        score=scores.score_part(score),
        health=scores.health(score.health),
        checklists=tuple(scores.checklist(checklist) for checklist in score.checklists),
        gains=tuple(scores.gain(gain) for gain in score.gains),
        losses=tuple(scores.loss(loss) for loss in score.losses),
        path_to_next_band=tuple(rule.code for rule in score.path_to_next_band),
        rules=records.added_up(records.rule_count(result) for result in results),
        findings=records.in_order(records.finding(f, name) for result in results for f in result.findings),
        undecided=records.in_order(records.undecided(r.rule, e, name) for r in results for e in r.undecided),
        suppressions=tuple(records.suppression(s, name) for result in results for s in result.suppressed),
        routes=records.routes_in_order(records.route(route, name) for route in service.routes),
        failures=tuple(
            Crash(service=name, rule=failure.code, subject=failure.subject, error=failure.error)
            for failure in service.failures
        ),
        inventory=records.inventory(service.inventory),
    )


def _problems(problems: Iterable[FileProblem]) -> tuple[Problem, ...]:
    return tuple(
        Problem(path=problem.path, line=problem.line, kind=problem.kind, reason=problem.reason)
        for problem in sorted(problems, key=lambda problem: (problem.path, problem.line, problem.kind, problem.reason))
    )
