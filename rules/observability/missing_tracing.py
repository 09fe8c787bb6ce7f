r"""Nobody can tell where the time of a request goes.

## Why
A slow request may wait for the database, another service or a lock. Logs say that it was slow; a trace says in which
of the calls, also across services, and finds the one request in a thousand that is.

## Bad
```python
# finding: project
import sentry_sdk
from fastapi import FastAPI
from opentelemetry.sdk.trace import TracerProvider

sentry_sdk.init(dsn="", traces_sample_rate=0)
provider = TracerProvider()
app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    return ""
```

## Good
```python
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor


def instrument(app: FastAPI) -> None:
    FastAPIInstrumentor.instrument_app(app)


app = FastAPI()
instrument(app)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(dsn="", traces_sample_rate=0.1)
app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

An agent may be started with the server, or put into the container by the cluster:

```python
# file: Dockerfile
FROM python:3.12
COPY app app
CMD ["opentelemetry-instrument", "uvicorn", "app.main:app"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
# file: deploy/service.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    metadata:
      annotations:
        instrumentation.opentelemetry.io/inject-python: "true"
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

A service that does one thing, and asks no database and nobody else for it, has no parts to tell from each other:

```python
from fastapi import FastAPI

app = FastAPI()


def predict(text: str) -> float:
    return len(text) / 2


@app.get("/health")
def health() -> str:
    return "ok"


@app.post("/predictions")
def create_prediction(text: str) -> float:
    return predict(text)
```

## Fix
`FastAPIInstrumentor.instrument_app(app)` with an exporter, `logfire.instrument_fastapi(app)`, a rate of samples for
Sentry, or an agent in the command that starts the server.

## Limits
That a package is installed is no evidence. Spans of one's own count where a provider is set; they are
undecided where only `opentelemetry-distro` is installed, so that an agent may be started with the server. What is
injected from outside of the repository is not seen, and neither are values of Helm charts. An application with one
route beside its probes is no subject where nothing that it calls gets to a database or makes or uses a client.

## References
OpenTelemetry documentation, Traces; OpenTelemetry FastAPI instrumentation; Sentry documentation, Tracing.
"""

from fastapi_audit.rule_api import (
    Application,
    Call,
    Duty,
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    has_one_task,
    ok,
    rule,
    skip,
    unknown,
)

SPANS = frozenset({"start_as_current_span", "start_span"})


@rule("OBS004", severity=Severity.WARNING, priority=Priority.P1)
def check(project: Project) -> Verdict:
    if not any(application.routes for application in project.applications):
        return skip
    found = project.instrument_for(Duty.TRACES)
    if found is not None:
        return ok(found.place, str(found))
    provider = project.instrument_for(Duty.SPANS)
    if provider is not None and any(call.method in SPANS for call in project.calls):
        return ok(provider.place, "the service makes spans of its own")
    possible = project.possible_instrument_for(Duty.TRACES)
    if possible is not None:
        return unknown(possible.place, f"whether `{possible}` traces requests is said outside of the code")
    if all(waits_for_nobody(one, project) for one in project.applications if one.routes):
        return skip
    return fail(None, "nothing traces requests")


def waits_for_nobody(application: Application, project: Project) -> bool:
    """Say whether an application does one thing, without a database or another service."""
    if not has_one_task(application, project):
        return False
    handlers = [route.handler for route in application.routes if route.handler is not None]
    of_dependencies = (one.function for route in application.routes for one in route.all_dependencies)
    functions = project.reached([*handlers, *(one for one in of_dependencies if one is not None)])
    if not project.reaching_data.isdisjoint(functions):
        return False
    return not any(asks_another(call, project) for function in functions for call in project.calls_in(function))


def asks_another(call: Call, project: Project) -> bool:
    name = call.name or ""
    return any(project.known_calls.client(one) is not None for one in (name, name.rpartition(".")[0]))
