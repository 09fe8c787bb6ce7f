r"""Nothing asks whether the service in the container still answers.

## Why
A process that hangs is still a process: it counts as running, keeps its place behind the proxy, and is never started
anew. Only somebody who asks for an answer notices.

## Bad
```dockerfile
# file: Dockerfile
# finding
FROM python:3.13-slim
COPY . /app
RUN pip install /app
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /app
RUN pip install /app
HEALTHCHECK CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8000/health')"]
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: worker.Dockerfile
FROM python:3.13-slim
COPY . /app
RUN pip install /app
CMD ["celery", "--app", "app.tasks", "worker"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

Whoever runs the image may ask as well:

```yaml
# file: compose.yaml
services:
  api:
    build: .
    healthcheck:
      test: ["CMD", "curl", "--fail", "http://localhost:8000/health"]
# file: Dockerfile
FROM python:3.13-slim
COPY . /app
RUN pip install /app
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Add a `HEALTHCHECK` that asks the liveness endpoint, or a check in the file of whatever runs the image.

## Limits
Looked at are images that are seen to start a server; workers and images started by a program of their own are left
out. Checks that compose files, Kubernetes and the files of platforms set up count. An image that runs on Kubernetes
without probes is the subject of DEP018. Where the service is deployed to a platform by a pipeline, or infrastructure is
described in other files (Terraform), it is undecided; where nothing says how the image is run, less sure.

## References
Docker documentation, HEALTHCHECK; Compose specification, healthcheck.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    Configuration,
    Image,
    Kind,
    Place,
    Project,
    Severity,
    Verdict,
    Workload,
    fail,
    names,
    ok,
    place_at,
    rule,
    skip,
    texts,
    unknown,
)

from ._images import is_of_service
from ._serving import serves_api, serves_http


@rule("DEP004", severity=Severity.WARNING)
def check(image: Image, project: Project) -> Verdict:
    if not is_of_service(image, project) or not serves_http(image, project):
        return skip
    asked = next(
        (place for found in (own_check(image), by_compose(image), by_platform(project)) for place in found), None
    )
    if asked is not None:
        return ok(asked)
    workloads = [one for one in project.subjects(Workload) if serves_api(one, project)]
    probed = next((place for one in workloads for place in one.probes.values()), None)
    if probed is not None:
        return ok(probed)
    if workloads:
        return skip
    deployed = next((gateway for gateway in project.gateways if gateway.kind in platforms()), None)
    if deployed is not None:
        return unknown(deployed.place, f"{deployed.kind} may be told elsewhere how to ask the service")
    infrastructure = project.paths_of(Kind.INFRASTRUCTURE)
    if infrastructure:
        return unknown(Place(infrastructure[0]), "the infrastructure that is described here may ask the service")
    is_run_here = image.composed or project.gateways
    return fail(
        image.place,
        "nothing asks whether the server in this image still answers",
        confidence=Confidence.HIGH if is_run_here else Confidence.MEDIUM,
    )


def own_check(image: Image) -> Iterator[Place]:
    """Yield the check of the image, unless a later one takes it away."""
    found = image.in_force("HEALTHCHECK")
    if found is not None and found.value.strip().upper() != "NONE":
        yield image.at(found.pos)


def by_compose(image: Image) -> Iterator[Place]:
    for one in image.composed:
        if one.service.health_check is not None and not one.service.health_check.is_disabled:
            yield place_at(one.path, one.service.health_check.pos)


def by_platform(project: Project) -> Iterator[Place]:
    for path, configuration in project.evidence_of(Configuration).items():
        for setting in configuration.settings:
            if not names("images", "checks").isdisjoint(setting.path):
                yield place_at(path, setting.pos)


def platforms() -> frozenset[str]:
    """Return the platforms to which pipelines deploy, and which may have checks of their own."""
    return frozenset(texts("gateways", "deploying").values())
