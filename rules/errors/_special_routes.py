"""Routes that machines ask, which want another answer than an error: probes and webhooks."""

from fastapi_audit.rule_api import Function, Project

PROBES = frozenset(
    {"health", "healthz", "healthcheck", "health-check", "ready", "readyz", "readiness", "live", "livez", "liveness"}
    | {"status", "ping"}
)
HOOKS = frozenset({"webhook", "webhooks", "hook", "hooks", "callback"})


def answers_machines(function: Function, project: Project) -> bool:
    """Say whether a function handles a probe or a webhook, going by a whole part of the path."""
    paths = [route.path.lower().split("/") for route in project.routes_of(function)]
    return any(not (PROBES | HOOKS).isdisjoint(parts) for parts in paths)
