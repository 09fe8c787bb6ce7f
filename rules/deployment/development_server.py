r"""What is deployed starts a server that is made for development.

## Why
A server that reloads watches all files and restarts when one changes, in the middle of requests; it runs one process,
whatever it is told. `fastapi dev` shows tracebacks, and a debugger lets whoever reaches its port run code.

## Bad
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
# finding
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--reload"]

# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

A file that the image runs:

```python
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
CMD ["python", "main.py"]
# file: main.py
import uvicorn
from fastapi import FastAPI

app = FastAPI()

if __name__ == "__main__":
    uvicorn.run("main:app", host="0.0.0.0", reload=True)  # finding
```

```yaml
# file: Procfile
web: fastapi dev main.py  # finding
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
The compose file mounts the source: it is one for developers, and the image has a command of its own.

```yaml
# file: docker-compose.yml
services:
  api:
    build: .
    command: uvicorn app.main:app --host 0.0.0.0 --reload
    volumes:
      - ./app:/srv/app
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
ENTRYPOINT ["./start.sh"]
# file: start.sh
#!/bin/sh
exec fastapi run app/main.py --workers 4
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Leave `--reload` to the developer's own command line or to `compose.override.yml`; deploy `fastapi run` or `uvicorn`.

## Limits
Looked at are the commands of Dockerfiles, compose files, manifests of Kubernetes, units of systemd, supervisor and the
files of platforms, with the scripts and Python files that they run. Files named for development are left out, and so
are compose files that mount the source or stand beside one for production, and an image that only such files run, where
another carries the service. Where a script starts one server with
reloading and one without, it chooses, and the first is taken for the developer's.

## References
FastAPI documentation, FastAPI CLI; uvicorn documentation, Settings - Development; CWE-489.
"""

from fastapi_audit.rule_api import Confidence, Purpose, Runner, Severity, StartCommand, Verdict, fail, ok, rule, skip


@rule("DEP006", severity=Severity.ERROR)
def check(command: StartCommand) -> Verdict:
    if command.purpose is not Purpose.SERVER or command.is_for_development:
        return skip
    if not command.reloads:
        return ok(command.place)
    is_certain = command.is_kept or command.runner is not Runner.COMPOSE
    confidence = Confidence.HIGH if is_certain else Confidence.MEDIUM
    return fail(command.place, f"`{command.reloads}` makes this a server for development", confidence=confidence)
