"""Files of alerts: which ones they are, and the rules in them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from fastapi_audit.discovery.kinds import kind_of
from fastapi_audit.extraction.evidence.alerts import read_alerts
from fastapi_audit.model.repository import Kind


def rules(text: str) -> list[str]:
    return [rule.name for rule in read_alerts(dedent(text).encode()).rules]


@pytest.mark.parametrize(
    "path",
    [
        "deploy/alerts.yaml",
        "monitoring/alert_rules.yml",
        "monitoring/prometheus/rules/api.yml",
        "grafana/provisioning/alerting/api.yaml",
        "prometheus.rules.yml",
    ],
)
def test_files_of_alerts_are_known_by_name_and_directory(path: str) -> None:
    assert kind_of(path) is Kind.ALERTS


def test_manifests_of_workloads_stay_manifests() -> None:
    assert kind_of("k8s/alertmanager-deployment.yaml") is Kind.KUBERNETES
    assert kind_of("k8s/service.yaml") is Kind.KUBERNETES


def test_rules_of_prometheus_that_alert_are_read_and_those_that_record_are_not() -> None:
    text = """
    groups:
      - name: api
        rules:
          - record: requests:rate
            expr: sum(rate(requests[5m]))
          - alert: Errors
            expr: sum(rate(errors[5m])) > 1
            annotations: { summary: "{{ $labels.pod }} fails" }
    """

    assert rules(text) == ["Errors"]


def test_a_resource_of_the_prometheus_operator_holds_rules() -> None:
    text = """
    kind: PrometheusRule
    spec:
      groups:
        - name: api
          rules: [{ alert: Errors, expr: errors > 1 }]
    """

    assert rules(text) == ["Errors"]


def test_receivers_count_where_alerts_are_routed_to_them() -> None:
    receivers = "receivers:\n  - name: team\n    slack_configs: [{ channel: '#ops' }]\n"

    assert rules(receivers) == []
    assert rules(f"route: {{ receiver: team }}\n{receivers}") == ["team"]


@pytest.mark.parametrize("text", ["", "alert: yes", "- alert", "rules: [alert]", "{{ range }}\n: :", "a: &a [*a]"])
def test_what_is_something_else_has_no_rules(text: str) -> None:
    assert rules(text) == []
