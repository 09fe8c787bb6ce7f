r"""Nothing in the repository measures how fast the service is.

## Why
What is optimised without a measurement is mostly the wrong thing, and what got slower is noticed by those who wait for
it. A load test says how many requests the service bears, a benchmark which change cost time, a profile where it goes.

## Bad
```python
# finding: project
# file: requirements-dev.txt
locust==2.32.0
pytest-benchmark==5.1.0
# file: Dockerfile
FROM python:3.13
COPY . .
CMD ["fastapi", "run", "app/main.py"]
# file: app/main.py
import time

import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(dsn="https://key@sentry.example.com/1", traces_sample_rate=0.1)
app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    started = time.perf_counter()
    return [str(started)]
```

## Good
```python
# file: benchmarks/locustfile.py
from locust import HttpUser, task


class Reader(HttpUser):
    @task
    def browse(self) -> None:
        self.client.get("/items")
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

```yaml
# file: .github/workflows/load.yml
on: [workflow_dispatch]
jobs:
  load:
    runs-on: ubuntu-latest
    steps:
      - run: docker run --network host grafana/k6 run - < script.js
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

sentry_sdk.init(dsn="https://key@sentry.example.com/1", traces_sample_rate=0.1, profiles_sample_rate=0.1)
app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

What runs nowhere but with its author is not slow for anybody:

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return []
```

## Fix
A `locustfile.py` or a script for k6 with the busiest routes, run before releases; or a profiler that is switched on in
production for a share of the requests.

## Limits
Load tests and benchmarks count by what they import, by their names, and by the commands of tasks and pipelines;
profilers where code, images and compose files start them. That a package is installed is no evidence. Where
nothing builds an image of the service, starts it elsewhere or runs it in a pipeline, as beside a tutorial, nobody waits
for it yet, and there is no subject. What is kept in another repository, and agents outside of the container, are not
seen; so the finding has medium confidence.

## References
Locust documentation; Grafana k6 documentation; Sentry documentation, Profiling; Google SRE Book, Testing for
Reliability, "Stress test".
"""

from fastapi_audit.rule_api import Confidence, Priority, Project, Severity, Verdict, fail, ok, rule, skip

from ._measuring import is_taken_further, measurements


@rule("PRF017", severity=Severity.WARNING, priority=Priority.P1)
def check(project: Project) -> Verdict:
    if not any(application.routes for application in project.applications):
        return skip
    found = next(measurements(project), None)
    if found is not None:
        return ok(*found)
    if not is_taken_further(project):
        return skip
    message = "no load test, benchmark or profiler shows how fast the service is"
    return fail(None, message, confidence=Confidence.MEDIUM)
