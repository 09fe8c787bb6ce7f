r"""When the service fails, nobody is told.

## Why
Logs, traces and metrics wait until somebody looks. Without an alert, or a tracker that reports errors, the first to
notice an outage are the users.

## Bad
```python
# finding: project
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

app = FastAPI()
FastAPIInstrumentor.instrument_app(app)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

A file that records numbers and alerts of nothing:

```yaml
# finding: project
# file: prometheus/rules.yml
groups:
  - name: shop
    rules:
      - record: requests:rate5m
        expr: sum(rate(http_requests_total[5m]))
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Good
```yaml
# file: monitoring/alerts.yml
groups:
  - name: shop
    rules:
      - alert: ServerErrors
        expr: sum(rate(http_requests_total{status=~"5.."}[5m])) > 1
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```yaml
# file: k8s/shop.yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shop
spec:
  groups:
    - name: shop
      rules:
        - alert: ServerErrors
          expr: sum(rate(http_requests_total{status=~"5.."}[5m])) > 1
# file: main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(dsn="https://key@sentry.example/1")
app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
Initialise an error tracker when the application is made, or keep the alert rules of Prometheus, Alertmanager or
Grafana in the repository.

## Limits
Alerts that were made by hand in a console, or by Terraform, are not seen; where a compose file or Kubernetes runs a
system that has alarms of its own beside the service (Netdata, the agents of Datadog and New Relic, Alertmanager), the
verdict is unknown. Files of alerts are looked for by their
names and directories (`alerts`, `alerting`, `alertmanager`, `prometheus`, `rules`). Whom a tracker tells is set there.

## References
Google SRE Book, Practical Alerting; Prometheus documentation, Alerting rules; Prometheus Operator, PrometheusRule.
"""

from fastapi_audit.rule_api import Duty, Project, Severity, Verdict, fail, ok, rule, skip, unknown


@rule("OBS006", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not any(application.routes for application in project.applications):
        return skip
    found = project.instrument_for(Duty.ALERTS)
    if found is not None:
        return ok(found.place, str(found))
    possible = project.possible_instrument_for(Duty.ALERTS)
    if possible is not None:
        return unknown(possible.place, f"whether `{possible}` tells anybody is said outside of the code")
    return fail(None, "nobody is told when the service fails")
