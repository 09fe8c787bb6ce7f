r"""Nothing in the repository says how to go back to the version before.

## Why
The fastest remedy for a bad deployment is the last good one. It is there at once when images are tagged by commit or
version, and when what deploys them keeps its history; with `latest` it has been overwritten.

## Bad
```yaml
# finding: project
# file: docker-compose.yml
services:
  api:
    build: .
    restart: always
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```yaml
# file: .github/workflows/deploy.yml
on: [push]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: |
          docker build --tag registry.example.org/shop:${{ github.sha }} .
          docker push registry.example.org/shop:${{ github.sha }}
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Tag images by commit or version, and deploy by that tag: the one before is then a tag away. Kubernetes, Helm and most
platforms keep the last releases themselves.

## Limits
A way back is: a workload of Kubernetes or a platform, which keep their releases; a step that says `rollback`,
`--atomic` or `rollout undo`; an image that is tagged by commit or version, or run by a tag from outside. Without any
description of a deployment there is nothing to say.

## References
Kubernetes documentation, Deployments - Rolling Back; Helm documentation, helm rollback; Humble and Farley, Continuous
Delivery.
"""

import re
from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Compose,
    Image,
    Kind,
    Pipeline,
    Place,
    Project,
    Resources,
    Severity,
    Verdict,
    fail,
    is_named_for_development,
    ok,
    place_at,
    rule,
    skip,
    unknown,
)

from ._delivery import infrastructure, platform

UNDOES = re.compile(
    r"\brollback\b|\brollout\s+undo\b|--atomic\b|--rollback-on-failure\b|\bcircuit[-_]?breaker\b", re.IGNORECASE
)
BUILDS = re.compile(r"\b(docker|podman|buildah|buildx|kaniko|pack)\b")
TAGGED = re.compile(
    r"github\.(sha|ref_name)|GITHUB_(SHA|REF_NAME)|CI_COMMIT_(SHA|SHORT_SHA|TAG)|CIRCLE_(SHA1|TAG)|BITBUCKET_(COMMIT|TAG)"
    r"|Build\.(BuildId|SourceVersion)|BUILD_(NUMBER|TAG)|GIT_COMMIT|SHORT_SHA|COMMIT_SHA|git\s+(describe|rev-parse)|TAG|VERSION"
)
TAGGING_ACTIONS = ("docker/metadata-action", "crazy-max/ghaction-docker-meta")


@rule("DEP015", severity=Severity.INFO)
def check(project: Project) -> Verdict:
    if found := platform(project):
        return ok(found.place, f"{found} keeps the releases before")
    if way := next(ways_back(project), None):
        return ok(*way)
    if place := infrastructure(project):
        return unknown(place, "what is deployed, and how one goes back, is said in code of the infrastructure")
    images = [image for image in project.subjects(Image) if not is_named_for_development(image.path)]
    if not images and not project.paths_of(Kind.PLATFORM):
        return skip
    return fail(None, "nothing says how to go back to the version before")


def ways_back(project: Project) -> Iterator[tuple[Place, str]]:
    for path, resources in project.evidence_of(Resources).items():
        for resource in resources.resources:
            if resource.kind in ("Deployment", "StatefulSet", "DaemonSet", "Rollout"):
                yield place_at(path, resource.pos), f"{resource.kind} keeps its history"
    for path, pipeline in project.evidence_of(Pipeline).items():
        for step in pipeline.steps:
            text = step.run or ""
            if UNDOES.search(text):
                yield place_at(path, step.pos), "the pipeline can go back"
            if (BUILDS.search(text) and TAGGED.search(text)) or (step.uses or "").partition("@")[0] in TAGGING_ACTIONS:
                yield place_at(path, step.pos), "images are tagged by commit or version"
    for path, compose in project.evidence_of(Compose).items():
        for service in compose.services:
            if service.image and re.search(r":\$\{?\w+", service.image) and not is_named_for_development(path):
                yield place_at(path, service.pos), "the tag of the image is given from outside"
