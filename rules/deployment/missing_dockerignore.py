r"""The whole directory is copied into the image, and nothing says what to leave out.

## Why
The history of Git, caches, virtual environments and a local `.env` are in the image then, whoever builds it has other
ones, and each change of a test or a note builds everything anew.

## Bad
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
WORKDIR /app
COPY . .  # finding
RUN pip install .
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
WORKDIR /app
COPY pyproject.toml ./
COPY app ./app
RUN pip install .
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Add a `.dockerignore` with `.git`, `.venv`, `.env`, `**/__pycache__` and the tests, or copy only what is needed.

## Limits
The directory is the one that compose files and build commands name, else the nearest one around the Dockerfile with
what it copies. A directory of sources that is copied as a whole is fine.

## References
Docker documentation, Build context, .dockerignore files.
"""

from posixpath import normpath

from fastapi_audit.rule_api import Image, Kind, Place, Project, Severity, Verdict, fail, ok, rule, skip

from ._images import building_stages, is_of_service


@rule("DEP012", severity=Severity.INFO)
def check(image: Image, project: Project) -> Verdict:
    if not is_of_service(image, project):
        return skip
    stages = building_stages(image)
    copies = (copy for copy in image.copies if copy.instruction.stage in stages)
    whole = next((copy for copy in copies if normpath(copy.source) in (".", "/")), None)
    if whole is None:
        return skip
    if any(found is not None for found in image.ignore_files):
        return ok(image.at(whole.instruction.pos))
    around = {f"{context}/".lstrip("/") for context in image.contexts}
    unread = [path for path in project.paths_of(Kind.DOCKERIGNORE) if path.rpartition(".")[0] in around]
    if unread:
        return ok(Place(unread[0]))
    return fail(image.at(whole.instruction.pos), "the whole directory is copied, and there is no `.dockerignore`")
