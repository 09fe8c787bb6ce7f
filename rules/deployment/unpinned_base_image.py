r"""The image is built on whatever is the newest version of its base image on that day.

## Why
`python:latest` and `python:3` are another Python next year. The same Dockerfile then builds something else, which
nobody asked for and no test has seen, and what ran yesterday cannot be built again.

## Bad
```dockerfile
# file: Dockerfile
# finding
FROM python:3
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
ARG PYTHON=3.13
FROM docker.io/library/python:${PYTHON}-slim AS base

FROM base AS build
COPY . /app
RUN python -m venv /venv && /venv/bin/pip install /app

FROM base
COPY --from=build /venv /venv
CMD ["/venv/bin/uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Name the version, `python:3.13-slim`, or the digest as well, `python:3.13-slim@sha256:…`, and let a bot propose the
next one.

## Limits
An image of Python needs two numbers, any other one a tag that is not `latest` or a digest. What is copied out of an
image by its name (`COPY --from=ghcr.io/astral-sh/uv:latest`) is not looked at, nor are stages that nothing shipped is
taken from. Where a build argument without a default is part of the name, it is undecided.

## References
Docker documentation, Building best practices, Pin base image versions; hadolint DL3006 and DL3007.
"""

import re

from fastapi_audit.rule_api import (
    Image,
    Project,
    Related,
    Severity,
    Stage,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._images import building_stages, is_of_service, plain_name, tag_of

TWO_NUMBERS = re.compile(r"\d+\.\d+")


@rule("DEP005", severity=Severity.WARNING)
def check(image: Image, project: Project) -> Verdict:
    if not is_of_service(image, project):
        return skip
    bases = [stage for stage in stages_built_on_images(image) if not is_built_here(stage, project)]
    loose = [stage for stage in bases if stage.image is not None and not is_pinned(stage.image)]
    if loose:
        first, *others = loose
        related = tuple(Related(image.at(stage.pos), f"`{stage.image}` is not pinned either") for stage in others)
        return fail(image.at(first.pos), f"the version of `{first.image}` is not pinned", related=related)
    open_one = next((stage for stage in bases if stage.image is None), None)
    if open_one is not None:
        return unknown(image.at(open_one.pos), f"a build argument without a default is part of `{open_one.written}`")
    return ok(image.at(bases[-1].pos)) if bases else skip


def stages_built_on_images(image: Image) -> list[Stage]:
    stages = [image.dockerfile.stages[number] for number in building_stages(image)]
    return [stage for stage in stages if stage.parent is None and (stage.image or "").lower() != "scratch"]


def is_built_here(stage: Stage, project: Project) -> bool:
    """Say whether the base is an image of the repository, under a name that is no registry's."""
    name = (stage.image or "").partition(":")[0]
    return "/" not in name and any(name in other.names for other in project.subjects(Image))


def is_pinned(image: str) -> bool:
    if "@sha256:" in image:
        return True
    tag = tag_of(image)
    if not tag or tag in names("images", "moving"):
        return False
    repository = plain_name(image).partition(":")[0]
    return repository not in names("images", "versioned") or TWO_NUMBERS.match(tag) is not None
