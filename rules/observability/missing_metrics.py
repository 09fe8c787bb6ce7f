r"""Nobody can see how many requests the service gets, how many fail, and how long they take.

## Why
Without numbers over time there is no telling what is normal: not whether the last deployment made it slower, not when
the service will be too small, and nothing that an alert could go by.

## Bad
A counter that nobody can read counts for nothing:

```python
from fastapi import FastAPI
from prometheus_client import Counter

ITEMS = Counter("items", "Items that were read")  # finding
app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    ITEMS.inc()
    return []
```

```python
# finding: project
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()
Instrumentator().instrument(app)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Good
```python
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()
Instrumentator().instrument(app).expose(app)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
from fastapi import FastAPI
from prometheus_client import Counter, make_asgi_app

ITEMS = Counter("items", "Items that were read")
app = FastAPI()
app.mount("/metrics", make_asgi_app())


@app.get("/items")
def read_items() -> list[str]:
    ITEMS.inc()
    return []
```

```python
from fastapi import FastAPI
from starlette_exporter import PrometheusMiddleware, handle_metrics

app = FastAPI()
app.add_middleware(PrometheusMiddleware)
app.add_route("/metrics", handle_metrics)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

The server may count by itself:

```python
# file: Dockerfile
FROM python:3.12
COPY app app
CMD ["gunicorn", "app.main:app", "-k", "uvicorn.workers.UvicornWorker", "--statsd-host=statsd:8125"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
`Instrumentator().instrument(app).expose(app)`, an endpoint with `generate_latest()`, a reader of OpenTelemetry that
exports, or a client of StatsD.

## Limits
That a package is installed is no evidence. A route or middleware that is named for metrics and written by the project
itself is not known to give them to anybody. Where `opentelemetry-distro` is installed, so that an agent may be started
with the server, meters that code asks for are undecided. So is a service whose requests are traced, with Sentry or
OpenTelemetry, and that exports no metrics: how many requests there were, how many failed, and how long they took can be
drawn from traces, where somebody does so and enough of them are kept. What a sidecar or an agent outside of the
repository measures is not seen.

## References
Prometheus documentation, Instrumentation; OpenTelemetry documentation, Metrics; Google SRE Book, Monitoring Distributed
Systems, The Four Golden Signals.
"""

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import Duty, Place, Priority, Project, Severity, Verdict, fail, ok, rule, skip, unknown

COUNTING = frozenset({"Counter", "Gauge", "Histogram", "Info", "Summary"})
OWNERS = ("prometheus_client", "prometheus_client.metrics")
NAMED_FOR_METRICS = re.compile(r"[Mm]etrics?(?![a-z])|[Pp]rometheus|[Ss]tats[Dd]")


@rule("OBS005", severity=Severity.WARNING, priority=Priority.P1)
def check(project: Project) -> Verdict:
    if not any(application.routes for application in project.applications):
        return skip
    found = project.instrument_for(Duty.METRICS)
    if found is not None:
        return ok(found.place, str(found))
    possible = project.possible_instrument_for(Duty.METRICS)
    if possible is not None:
        return unknown(possible.place, f"whether what `{possible}` gives is exported is said outside of the code")
    hint = next(hints(project), None)
    if hint is not None:
        return unknown(*hint)
    for call in project.calls:
        owner, _, name = (call.name or "").rpartition(".")
        if owner in OWNERS and name in COUNTING:
            return fail(call.place, "this is counted, and nothing gives the number to anybody")
    traces = project.instrument_for(Duty.TRACES)
    if traces is not None:
        reason = (
            f"the traces of `{traces}` tell of rate, failures and durations as well, to whoever draws numbers from them"
        )
        return unknown(traces.place, reason)
    return fail(None, "no metrics are exported")


def hints(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what may give metrics to somebody, in a way of the project's own."""
    for route in project.routes:
        if "GET" in route.methods and route.words[-1:] == ["metrics"]:
            yield route.place, f"what {route} answers may be metrics"
    for middleware in (one for application in project.applications for one in application.middlewares):
        name = (middleware.name or "").rpartition(".")[2]
        if NAMED_FOR_METRICS.search(name):
            yield middleware.place, f"`{name}` may give metrics to somebody"
