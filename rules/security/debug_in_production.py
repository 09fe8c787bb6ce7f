r"""What is deployed runs in debug mode, or reloads its code.

## Why
With `debug=True` every error shows its traceback, with code and values, to whoever caused it. A server that reloads
watches files and restarts in the middle of requests.

## Bad
```python
from fastapi import FastAPI

app = FastAPI(debug=True)  # finding
```

```dockerfile
# file: Dockerfile
FROM python:3.12-slim
COPY . .
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--reload"]  # finding

# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```python
from fastapi import FastAPI
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False


settings = Settings()
app = FastAPI(debug=settings.debug)
```

## Fix
Take the debug mode from the settings, off by default, and leave `--reload` to the developer's own command line.

## Limits
Of servers the commands of Dockerfiles are looked at; those of Dockerfiles for development are left out. A file that
calls `uvicorn.run(…, reload=True)` under `if __name__ == "__main__"` is taken for a developer's.

## References
Starlette documentation, Applications; uvicorn documentation, Settings; CWE-489; CWE-209.
"""

import re

from fastapi_audit.rule_api import (
    Application,
    ExternalObject,
    Image,
    Known,
    OneOf,
    Place,
    Project,
    Severity,
    Unknown,
    Verdict,
    fail,
    ok,
    rule,
    unknown,
)

DEVELOPMENT = re.compile(r"(?:^|[^a-z])(?:dev|development|devcontainer|local|test|debug)(?:[^a-z]|$)", re.IGNORECASE)
RELOADS = re.compile(r"\b(?:uvicorn|fastapi|gunicorn|hypercorn)\b.*\s--reload\b|\bfastapi\s+dev\b")


@rule("SEC024", severity=Severity.WARNING)
def check(application: Application, project: Project) -> Verdict:
    debug = application.arguments.get("debug")
    if isinstance(debug, Known) and debug.value is True:
        default = " by default" if debug.is_default else ""
        return fail(application.place, f"{application} runs in debug mode{default}")
    place = reloading_place(project) if application is project.applications[0] else None
    if place is not None:
        return fail(place, "the container reloads its code")
    if isinstance(debug, OneOf) or (isinstance(debug, (ExternalObject, Unknown)) and debug.origin is None):
        return unknown(application.place, "whether it runs in debug mode is not known")
    return ok(application.place, "it does not run in debug mode")


def reloading_place(project: Project) -> Place | None:
    """Return the command of a container that reloads the code, None when there is none."""
    for image in project.subjects(Image):
        commands = [line for line in image.dockerfile.instructions if line.keyword in ("CMD", "ENTRYPOINT")]
        if commands and not DEVELOPMENT.search(image.path) and RELOADS.search(text_of(commands[-1].value)):
            return image.at(commands[-1].pos)
    return None


def text_of(command: str) -> str:
    return re.sub(r"[\[\]\",]+", " ", command)
