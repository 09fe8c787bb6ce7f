r"""The image that is shipped holds what was only needed to build it.

## Why
Compilers, package managers and their caches make an image large, slow to pull and easy to attack. In a second stage
that takes over only what was built, none of them is left.

## Bad
```dockerfile
# file: Dockerfile
# finding
FROM python:3.13-slim
RUN apt-get update && apt-get install -y build-essential
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
FROM python:3.13-slim AS build
RUN apt-get update && apt-get install -y build-essential
COPY . /app
RUN python -m venv /venv && /venv/bin/pip install /app

FROM python:3.13-slim
COPY --from=build /venv /venv
CMD ["/venv/bin/uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Install into a virtual environment in a first stage and `COPY --from` it into the last.

## Limits
An image with several stages passes when the last takes over something from another one, whatever it still installs
itself. Left out are images that install nothing, in which no Python is seen, that carry other code than the service's,
or that are made for development or tests by their path; a last stage that is named so is passed over for the one before
it.

## References
Docker documentation, Multi-stage builds; FastAPI documentation, FastAPI in Containers.
"""

import re

from fastapi_audit.rule_api import Image, Project, Severity, Verdict, fail, ok, rule, skip

from ._images import FROM_STAGE, is_of_service

INSTALLS = re.compile(
    r"\b(apt(-get)?|apk|yum|dnf|microdnf|pip[0-9.]*|pipx|pipenv|poetry|pdm|conda|micromamba)\s[^;&|]*\b(install|add|sync)\b"
    r"|\buv\s[^;&|]*\b(sync|install)\b|\bsetup\.py\s+install\b"
)


@rule("DEP002", severity=Severity.WARNING)
def check(image: Image, project: Project) -> Verdict:
    if not is_of_service(image, project):
        return skip
    if takes_over(image):
        return ok(image.place)
    if not installs(image):
        return skip
    return fail(image.place, "the image is built and shipped in one stage")


def takes_over(image: Image) -> bool:
    """Say whether the shipped stages copy or mount something from another stage of the file."""
    named = {(stage.name or "").lower() for stage in image.dockerfile.stages}
    numbered = {str(number) for number in range(len(image.dockerfile.stages))}
    copied = (item.value for item in image.shipped_instructions)
    return any(name.lower() in named | numbered for value in copied for name in FROM_STAGE.findall(value))


def installs(image: Image) -> bool:
    """Say whether the shipped stages install packages."""
    run = (item.value for item in image.shipped_instructions if item.keyword == "RUN")
    return any(INSTALLS.search(value) for value in run)
