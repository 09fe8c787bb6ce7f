r"""Nothing in the repository says how the service is packed for production.

## Why
A service that is started by hand on a machine depends on whatever happens to be installed there. An image, or a
platform's own description, makes every deployment the same and lets one go back to the last.

## Bad
```python
# finding: project
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def read() -> str:
    return "hello"
```

## Good
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /app
RUN pip install /app
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

A platform that builds the image itself:

```toml
# file: fly.toml
app = "shop"
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Add a Dockerfile, or the file of your platform: `Procfile`, `fly.toml`, `render.yaml`, `app.yaml`, `serverless.yml`.

## Limits
Files made for development or tests by their name are not counted. It is undecided for an image that is an example by
its name, for a package that a pipeline publishes, and for a service that its own code binds to the machine that it runs
on (`uvicorn.run(app, host="localhost")` in a function). Where there are only Dockerfiles in which no Python
is seen, it is undecided whether one of them is the service's. Images that are built in another repository are not seen.

## References
FastAPI documentation, FastAPI in Containers; The Twelve-Factor App, V: Build, release, run.
"""

from fastapi_audit.rule_api import (
    Image,
    Kind,
    Place,
    Project,
    Severity,
    Verdict,
    fail,
    is_named_for_development,
    is_named_for_showing,
    ok,
    published_by,
    rule,
    served_to_itself,
    skip,
    unknown,
)

from ._images import runs_python

STARTED_BY_HAND = (".service", ".conf", ".ini")


@rule("DEP001", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not project.is_service:
        return skip
    images = [image for image in project.subjects(Image) if not is_named_for_development(image.path)]
    carrier = next((image for image in images if runs_python(image) and image.carries_service is not False), None)
    if carrier:
        return ok(carrier.place)
    platforms = [path for path in project.paths_of(Kind.PLATFORM) if not path.endswith(STARTED_BY_HAND)]
    if platforms:
        return ok(Place(platforms[0]))
    if images:
        return unknown(images[0].place, "this image is not seen to carry the service")
    shown = [image for image in project.subjects(Image) if is_named_for_showing(image.path) and runs_python(image)]
    if shown:
        return unknown(shown[0].place, "this image shows how the service may be packed")
    if place := served_to_itself(project):
        return unknown(place, "the service is served on the machine of whoever starts it")
    if place := published_by(project):
        return unknown(place, "the service is published as a package, which others deploy")
    return fail(None, "there is no container image and no file of a platform")
