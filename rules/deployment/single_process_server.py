r"""One process serves all requests, and nothing runs more of them.

## Why
A process of Python uses one processor at a time. While it computes, everybody waits; when it is killed or restarted,
nobody is served. Several processes share the load and stand in for one another.

## Bad
```yaml
# file: docker-compose.yml
services:
  api:
    build: .
    restart: always
    command: uvicorn app.main:app --host 0.0.0.0  # finding
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
CMD ["fastapi", "run", "app/main.py", "--workers", "4"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

Where a cluster or a platform runs as many containers as are needed, one process in each is right:

```yaml
# file: deploy/service.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: api
          image: registry.example.org/shop:1.4.0
          command: ["uvicorn", "app.main:app"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Give the server `--workers`, or let compose run it several times with `deploy: replicas:`. What the processes share has
to live outside of them then: in the database or in Redis.

## Limits
Reported is what the repository keeps running on one machine: services of compose with a restart policy, units of
systemd, programs of supervisor. Who runs a bare image, and how often, is not said by it: that is undecided. A number of
processes that is computed or comes from the environment passes.

## References
FastAPI documentation, Deployments Concepts - Replication, and FastAPI in Containers - Number of Processes.
"""

from fastapi_audit.rule_api import (
    Confidence,
    Project,
    Purpose,
    Severity,
    StartCommand,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._delivery import infrastructure, platform


@rule("DEP013", severity=Severity.WARNING)
def check(command: StartCommand, project: Project) -> Verdict:
    if command.purpose is not Purpose.SERVER or command.is_for_development or command.reloads:
        return skip
    if command.workers != 1:
        return ok(command.place, f"{command.workers or 'several'} processes serve")
    if command.repeated:
        return ok(command.repeated, "it is run several times, or as often as is needed")
    if found := platform(project):
        return ok(found.place, f"{found} runs it as often as is needed")
    if place := infrastructure(project):
        return unknown(place, "how often it is run is said in code of the infrastructure")
    if not command.is_kept:
        return unknown(command.place, "how often it is run is not said in the repository")
    return fail(command.place, "one process serves all requests", confidence=Confidence.MEDIUM)
