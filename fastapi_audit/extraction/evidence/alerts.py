"""Files of alerts: rules of Prometheus, also as a resource of Kubernetes, rules of Grafana, receivers of Alertmanager.

A file that is none of these has no rules; which files may be is said by their names alone.
"""

from fastapi_audit.extraction.evidence.settings import settings_of
from fastapi_audit.extraction.evidence.text import UnreadableError, text_of
from fastapi_audit.extraction.evidence.yaml_tree import read_documents
from fastapi_audit.facts.alerts import AlertRule, AlertRules
from fastapi_audit.facts.configurations import Setting


def read_alerts(content: bytes) -> AlertRules:
    """Read a file of alerts."""
    try:
        documents = read_documents(text_of(content))
    except UnreadableError:
        return AlertRules()
    settings = [setting for document in documents for setting in settings_of(document)]
    routes_alerts = any(setting.path[0] == "route" for setting in settings if setting.path)
    return AlertRules(
        tuple(AlertRule(one.pos, one.value) for one in settings if _is_rule(one) or (routes_alerts and _receives(one)))
    )


def _is_rule(setting: Setting) -> bool:
    return len(setting.path) >= 3 and setting.path[-3] == "rules" and setting.path[-1] in ("alert", "condition")


def _receives(setting: Setting) -> bool:
    return len(setting.path) == 3 and setting.path[0] == "receivers" and setting.path[-1] == "name"
