r"""The service runs as root in its container.

## Why
Whoever gets into the service owns all that is in the container, can install tools there, and is root on the host as
soon as there is one hole in the isolation or one volume too many.

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

A user that is given up again:

```dockerfile
# file: Dockerfile
FROM python:3.13-slim
RUN useradd app
USER app
COPY . /app
# finding
USER root
RUN pip install /app
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```dockerfile
# file: Dockerfile
FROM python:3.13-slim AS base
ARG UID=10001
RUN useradd --uid ${UID} app
USER ${UID}

FROM base
COPY . /app
RUN pip install /app
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

Its entry point goes on as another user:

```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /app
RUN pip install /app
ENTRYPOINT ["/app/start.sh"]
# file: start.sh
#!/bin/sh
chown -R app /data
exec gosu app uvicorn app.main:app --host 0.0.0.0
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Make a user in the last stage and change to it with `USER` after everything is installed. What the service writes to
must belong to that user.

## Limits
A `user` of a compose file and `runAsNonRoot` or `runAsUser` of Kubernetes count as well, also in the values of a chart
of Helm that a template inserts. Where the base image is not
known to run as root, or the entry point is a script that is not in the repository, it is undecided.

## References
Docker documentation, Building best practices, USER; OWASP Docker Security Cheat Sheet, rule 2; CWE-250.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Image,
    Place,
    Project,
    Severity,
    Verdict,
    Workload,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._images import is_listed, is_of_service
from ._serving import runs_image
from ._starting import start_of

ROOT = frozenset({"root", "0"})


@rule("DEP003", severity=Severity.WARNING)
def check(image: Image, project: Project) -> Verdict:
    if not is_of_service(image, project):
        return skip
    user, base = image.in_force("USER"), image.base
    if user is not None and not is_root(user.filled or user.value):
        if user.filled is None:
            return unknown(image.at(user.pos), "a build argument without a default says which user that is")
        return ok(image.at(user.pos))
    if base is None:
        return skip
    if user is None and is_listed(base.image or "", "unprivileged"):
        return ok(image.at(base.pos), "the base image has a user of its own")
    start = start_of(image, project)
    workloads = [one for one in project.subjects(Workload) if runs_image(one, image, project)]
    elsewhere = next((place for place in (*set_by_compose(image), *(one.user for one in workloads)) if place), None)
    if elsewhere is not None:
        return ok(elsewhere, "it is run as another user")
    computed = next((one for one in workloads if one.is_user_computed), None)
    if computed is not None:
        return unknown(computed.place, "the values of the chart may set another user for it")
    if start.runs(names("images", "droppers")):
        return ok(start.place, "the entry point goes on as another user")
    if start.unseen:
        return unknown(start.place, f"`{start.unseen}` is not in the repository and may change the user")
    if user is not None:
        return fail(image.at(user.pos), "the image runs as root")
    if base.image is None or not is_listed(base.image, "root"):
        return unknown(image.at(base.pos), f"it is not known as whom `{base.written}` runs")
    return fail(image.place, "nothing changes the user: the image runs as root")


def is_root(user: str) -> bool:
    return user.strip("\"'").partition(":")[0] in ROOT


def set_by_compose(image: Image) -> Iterator[Place]:
    for one in image.composed:
        if one.service.user is not None and not is_root(one.service.user):
            yield one.place
