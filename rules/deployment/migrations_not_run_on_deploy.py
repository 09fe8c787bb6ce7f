r"""The project has migrations, and no deployment runs them.

## Why
New code meets the old schema until somebody remembers to migrate by hand. What deploys the code has to bring the
database along, before the first request reaches it.

## Bad
```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
# finding
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0"]
# file: migrations/versions/0001_products.py
'''products'''
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE TABLE products (id integer)")
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

Migrating the database of the tests is not migrating the one that serves:

```yaml
# file: alembic.ini
[alembic]
script_location = migrations
# file: migrations/versions/0001_items.py
revision = "0001"
down_revision = None
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: alembic upgrade head
      - run: pytest
# file: Procfile
# finding
web: uvicorn main:app --host 0.0.0.0 --port $PORT
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```yaml
# file: Procfile
release: alembic upgrade head
web: uvicorn main:app --host 0.0.0.0 --port $PORT
# file: alembic.ini
[alembic]
script_location = migrations
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

An entry point that is a script, or a file of the project:

```dockerfile
# file: Dockerfile
FROM python:3.13-slim
COPY . /srv
ENTRYPOINT ["/srv/scripts/start.sh"]
# file: scripts/start.sh
#!/bin/sh
set -e
python -m app.migrate
exec uvicorn app.main:app --host 0.0.0.0
# file: app/migrate.py
from alembic import command
from alembic.config import Config


def run() -> None:
    command.upgrade(Config("alembic.ini"), "head")


run()
# file: alembic.ini
[alembic]
script_location = migrations
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Run `alembic upgrade head` before the new code takes requests: as the release command of the platform, in a job or an
init container of Kubernetes, in the entry point of the image, or in the pipeline that deploys.

## Limits
Looked at are the commands of images, compose files, Kubernetes and platforms with the scripts and Python files that
they run, what the application does when it starts, and the jobs of pipelines that are named for delivery. It is
undecided where the deployment is described in another repository or in code, or goes through a command of the project's
own. Migrations that belong to another repository are not seen.

## References
Alembic documentation, Tutorial; Heroku, Release Phase; fly.io, release_command; Kubernetes documentation, Init
Containers.
"""

from fastapi_audit.rule_api import (
    Confidence,
    Place,
    Priority,
    Project,
    Purpose,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._delivery import infrastructure, is_handed_over, platform, start_of
from ._migrations import doubtful_start, migrates_at_start


@rule("DEP014", severity=Severity.WARNING, priority=Priority.P0)
def check(project: Project) -> Verdict:
    if not project.migrations.files:
        return skip
    started = [one for one in project.starting.commands if one.purpose is Purpose.MIGRATION]
    if command := next((one for one in started if not one.is_for_development), None):
        return ok(command.place, f"`{command}` runs where the service is deployed")
    if call := migrates_at_start(project):
        return ok(call.place, "the application migrates when it starts")
    if found := next((one for one in project.starting.migrating_in_ci if one.is_delivering), None):
        return ok(found.command.place, f"`{found.command}` runs in the pipeline that delivers")
    if doubt := doubtful_start(project):
        return unknown(*doubt)
    if place := infrastructure(project):
        return unknown(place, "what is run at a deployment is said in code of the infrastructure")
    if not project.migrations.steps:
        return unknown(Place(project.migrations.files[0]), "a tool for migrations is set up, and no migration is there")
    return without_migration(project)


def without_migration(project: Project) -> Verdict:
    start = start_of(project)
    if start is None:
        return unknown(None, "nothing in the repository says how the service is deployed")
    if platform(project) is None and not start.is_kept and (place := is_handed_over(project)):
        return unknown(place, "the image is delivered to where its deployment is described")
    message = "what starts the service runs no migrations, and nothing that deploys it does"
    return fail(start.place, message, confidence=Confidence.MEDIUM)
