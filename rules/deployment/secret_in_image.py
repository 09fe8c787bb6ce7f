r"""A secret is built into the image.

## Why
Whoever can pull the image can read the secret: the environment, the build arguments and every layer stay in it, also
those whose files a later instruction deletes.

## Bad
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
ENV SESSION_SECRET=8Fq2xLw90vTzKd71  # finding
ARG PRIVATE_INDEX_TOKEN
# finding
RUN pip install --index-url https://ci:${PRIVATE_INDEX_TOKEN}@pypi.example.com/simple shop-events
COPY app /app
# finding
COPY .env /app/.env
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

A file of the repository that comes along with everything else:

```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /app  # finding
RUN pip install /app
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: .env
SESSION_SECRET=8Fq2xLw90vTzKd71
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```dockerfile
# file: Dockerfile
FROM python:3.13-slim AS build
ARG SESSION_SECRET=build-time-dummy
RUN --mount=type=secret,id=index_token pip wheel --wheel-dir /wheels shop-events

FROM python:3.13-slim
ENV SESSION_SECRET_FILE=/run/secrets/session ACCESS_TOKEN_URL=/token
COPY --from=build /wheels /wheels
COPY . /app
COPY .env.example /app/.env
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: .dockerignore
.git
**/.env
# file: .env
SESSION_SECRET=8Fq2xLw90vTzKd71
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Give secrets to the container when it starts, and to a build step with `RUN --mount=type=secret`. Replace the secret: it
is known to everybody who has the image.

## Limits
Secrets are told by the shape of a value, and by names together with values that are more than words. A build argument
with a default that is no secret is taken for a dummy. In stages that are not shipped only values with the shape of a
well-known token are reported. What is in a `.env` that is not in the repository is not known, and its finding is less
sure.

## References
Docker documentation, Build secrets, and Build checks, SecretsUsedInArgOrEnv; CWE-538; CWE-798.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import basename

from fastapi_audit.rule_api import (
    BuildVariable,
    Confidence,
    Copy,
    Environment,
    Image,
    Priority,
    Project,
    Related,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    place_at,
    rule,
    secrecy,
    skip,
)

from ._images import is_of_service

FOR_BROWSERS = ("VITE_", "NEXT_PUBLIC_", "REACT_APP_", "PUBLIC_")


@rule("DEP011", severity=Severity.ERROR, priority=Priority.P0)
def check(image: Image, project: Project) -> list[Verdict]:
    if not is_of_service(image, project):
        return [skip]
    found = [*written_secrets(image), *secret_arguments(image), *secret_files(image, project)]
    return found or [ok(image.place)]


def written_secrets(image: Image) -> Iterator[Verdict]:
    """Yield the variables whose values are secrets themselves."""
    shipped = image.shipped_stages
    for variable in image.dockerfile.variables:
        value = variable.written or ""
        is_one = secrecy.is_secret(variable.name, value) if variable.stage in shipped else secrecy.shape_of(value)
        if is_one and "$" not in value:
            yield fail(image.at(variable.pos), f"the value of {variable.name} is written into the image")


def secret_arguments(image: Image) -> Iterator[Verdict]:
    """Yield where a build argument that is a secret gets into the history or the environment of the image."""
    shipped = image.shipped_stages
    for argument in image.dockerfile.variables:
        if argument.is_argument and argument.stage in shipped and is_given_secret(argument):
            use = re.compile(rf"\$(?:{argument.name}\b|\{{{argument.name}\b)")
            for item in image.dockerfile.instructions:
                is_after = item.stage == argument.stage and item.pos > argument.pos
                if is_after and item.keyword in ("RUN", "ENV") and use.search(item.value):
                    kept = "history" if item.keyword == "RUN" else "environment"
                    yield fail(
                        image.at(item.pos), f"the build argument {argument.name} stays in the {kept} of the image"
                    )
                    break


def is_given_secret(argument: BuildVariable) -> bool:
    """Say whether whoever builds the image gives a secret: it is named so, and there is no default."""
    is_named = secrecy.kind_of(argument.name) is not None and not argument.name.startswith(FOR_BROWSERS)
    return is_named and not argument.written


def secret_files(image: Image, project: Project) -> Iterator[Verdict]:
    """Yield what is copied with secrets in it, the last stage's files only."""
    shipped = image.shipped_stages
    environments = project.evidence_of(Environment)
    for copy in image.copies:
        if copy.instruction.stage in shipped:
            yield from (verdict for verdict in (judged(image, copy, environments),) if verdict is not None)


def judged(image: Image, copy: Copy, environments: dict[str, Environment]) -> Verdict | None:
    place = image.at(copy.instruction.pos)
    name = basename(copy.source.rstrip("/"))
    if any(fnmatchcase(name, pattern) for pattern in names("images", "secret_files")) and not is_harmless(name):
        return fail(place, f"`{name}` is copied into the image, and holds a secret by its name")
    inside = {path: facts for path, facts in environments.items() if image.takes(copy, path)}
    for path, facts in inside.items():
        secret = next((one for one in facts.variables if secrecy.is_secret(one.name, one.value or "")), None)
        if secret is not None and not secrecy.is_template(path):
            related = (Related(place_at(path, secret.pos), f"the value of {secret.name}"),)
            return fail(place, f"`{path}` is copied into the image with the secrets in it", related=related)
    if not inside and re.fullmatch(r"\.env(?:\.\w+)?", name) and not is_harmless(name):
        return fail(place, f"`{name}` is copied into the image with all that is in it", confidence=Confidence.MEDIUM)
    return None


def is_harmless(name: str) -> bool:
    return name.endswith(".pub") or secrecy.is_template(name)
