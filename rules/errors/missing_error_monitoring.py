r"""Nothing reports the errors of the service to anybody.

## Why
A traceback in a log that nobody reads helps nobody. A tracker groups what fails, says since which release and for how
many, and tells somebody before the users do.

## Bad
```python
# finding: project
import sentry_sdk
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    sentry_sdk.capture_message("asked")
    return []
```

## Good
```python
import sentry_sdk
from fastapi import FastAPI


def create_app(dsn: str) -> FastAPI:
    sentry_sdk.init(dsn=dsn)
    return FastAPI()


app = create_app("")


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```python
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

app = FastAPI()
FastAPIInstrumentor.instrument_app(app)


@app.get("/items")
def read_items() -> list[str]:
    return []
```

The command of the image may start it:

```python
# file: Dockerfile
FROM python:3.12
CMD ["ddtrace-run", "uvicorn", "app.main:app"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
Initialise an error tracker when the application is made (`sentry_sdk.init(…)`), or instrument it with OpenTelemetry.

## Limits
That a package is installed is no evidence, and that its key is set at run time cannot be seen. What an agent outside of
the container does is not known.

## References
OWASP Top 10 2021, A09 Security Logging and Monitoring Failures; Sentry documentation, FastAPI; OpenTelemetry FastAPI
instrumentation.
"""

from fastapi_audit.rule_api import Project, Severity, Verdict, fail, ok, rule, skip

from ._monitoring import monitoring


@rule("ERR011", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not project.is_service:
        return skip
    found = monitoring(project)
    if found is not None:
        return ok(found[1], found[0])
    return fail(None, "nothing reports the errors of the service to anybody")
