r"""Nothing tries the migrations before they meet the data.

## Why
A migration that nobody has run fails when it is deployed: on a constraint, on a type that the database does not know,
on a revision that two branches both follow. In a pipeline the same failure costs a red build.

## Bad
```python
# finding: project
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
# file: migrations/versions/0001_items.py
revision = "0001"
down_revision = None
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Good
```yaml
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: alembic upgrade head
      - run: alembic downgrade base
# file: migrations/versions/0001_items.py
revision = "0001"
down_revision = None
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

A test may do it as well:

```python
# file: migrations/versions/0001_items.py
revision = "0001"
down_revision = None
# file: tests/test_migrations.py
from alembic import command
from alembic.config import Config


def test_migrations_run() -> None:
    command.upgrade(Config("alembic.ini"), "head")
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Run `alembic upgrade head` in the pipeline, against a database of the kind that serves in production.

## Limits
Looked at are the commands of pipelines and the calls of the tests. Whether there is a stage before production where
deployments are tried first is not said in a repository.

## References
Alembic documentation, Tutorial - Running our First Migration; pytest-alembic documentation.
"""

from fastapi_audit.rule_api import (
    AutomatedCommand,
    Place,
    Project,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

MIGRATING = frozenset({"migrate", "migrations", "upgrade"})
IN_TESTS = "pytest_alembic."


@rule("DBS025", severity=Severity.INFO)
def check(project: Project) -> Verdict:
    if not project.migrations.steps:
        return skip
    if found := next(iter(project.starting.migrating_in_ci), None):
        return ok(found.command.place, f"`{found.command}` runs in a pipeline")
    if place := tried_by_tests(project):
        return ok(place, "the tests run the migrations")
    if command := own_command(project):
        return unknown(command.place, f"whether `{command}` of the project's own runs the migrations is not known")
    if project.automation.opaque:
        place, what = project.automation.opaque[0]
        return unknown(place, f"whether {what} runs the migrations is said elsewhere")
    return fail(None, "no pipeline and no test runs the migrations")


def own_command(project: Project) -> AutomatedCommand | None:
    """Return a command of a pipeline that a program of the project's own may migrate by."""
    packages = {part for module in project.modules for part in module.path.split("/")[:-1]}
    own = (one for one in project.automation.in_ci if one.program.replace("-", "_") in packages)
    return next((one for one in own if not MIGRATING.isdisjoint(one.words)), None)


def tried_by_tests(project: Project) -> Place | None:
    """Return where the tests run the migrations."""
    migrating = names("starting", "migrating_calls")
    for call in project.suite.calls:
        if call.name in migrating or (call.name or "").startswith(IN_TESTS):
            return call.place
    return None
