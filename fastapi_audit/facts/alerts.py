"""What files of alerts say: rules of Prometheus and Grafana, receivers of Alertmanager."""

from __future__ import annotations

import msgspec


class AlertRule(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One rule that alerts, or one receiver of alerts, by its name."""

    pos: int
    name: str


class AlertRules(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="alerts"):
    """The rules of one file, in its order; none in a file that is something else."""

    rules: tuple[AlertRule, ...] = ()
