"""An audit as one self-contained HTML page: no network, no inline handlers, a strict content-security policy.

The policy admits exactly the style and the script of the page, by their hashes. Every text passes through `visible`
and Jinja's escaping; markup is made in the templates and in `highlighting` only.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fastapi_audit.audit.finding import RuleResult
from fastapi_audit.audit.report import Audit, ServiceAudit
from fastapi_audit.audit.verdict import Confidence, Severity
from fastapi_audit.reporting import figures
from fastapi_audit.reporting.grouping import RuleFindings, by_severity, findings_by_rule
from fastapi_audit.reporting.highlighting import frame_html, inline_html, markdown_html
from fastapi_audit.reporting.route_row import route_row
from fastapi_audit.reporting.visible import visible


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service as the templates want it; `id` begins the identifiers of its elements."""

    id: str
    audit: ServiceAudit
    groups: tuple[RuleFindings, ...]
    severities: dict[Severity, int]
    undecided: tuple[RuleResult, ...]
    dimension_titles: dict[str, str]

    @property
    def linked_rules(self) -> frozenset[str]:
        """The codes that have a part of the page to link to."""
        return frozenset(group.rule.code for group in self.groups)


def render_html(audit: Audit) -> str:
    """Return the page."""
    environment = _environment(audit)
    style = _source(environment, "report.css")
    script = _source(environment, "report.js")
    page = environment.get_template("report.html.j2").render(
        audit=audit,
        services=tuple(_view(number, service) for number, service in enumerate(audit.services, start=1)),
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
    )
    return page + "\n"


def _environment(audit: Audit) -> Environment:
    environment = Environment(
        loader=PackageLoader("fastapi_audit.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters["points"] = figures.points
    environment.filters["percent"] = figures.percent
    environment.filters["weight"] = figures.weight
    environment.filters["difference"] = figures.difference
    environment.filters["counted"] = figures.counted
    environment.filters["row"] = route_row
    environment.filters["markdown"] = markdown_html
    environment.filters["inline"] = inline_html
    environment.filters["frame"] = partial(frame_html, audit.sources)
    environment.globals["severity_count"] = figures.severity_count
    return environment


def _harmless(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _view(number: int, service: ServiceAudit) -> ServiceView:
    groups = findings_by_rule(service)
    return ServiceView(
        id=f"s{number}",
        audit=service,
        groups=groups,
        severities=by_severity(findings_by_rule(service, Confidence.MEDIUM)),
        undecided=tuple(result for result in service.results if result.undecided),
        dimension_titles={dimension.key: dimension.title for dimension in service.score.dimensions},
    )
