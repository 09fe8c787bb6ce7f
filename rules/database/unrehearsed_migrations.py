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
Looked at are the commands of pipelines and the calls of the tests, with what they call of the service. Where the
service migrates when it starts, and a pipeline starts containers or the tests start the application, the verdict is
unknown. Whether there is a stage before production where deployments are tried first is not said in a repository.
Migrations beside a service that has no database are not its own.

## References
Alembic documentation, Tutorial - Running our First Migration; pytest-alembic documentation.
"""

from fastapi_audit.rule_api import (
    AutomatedCommand,
    Call,
    Function,
    Place,
    Project,
    Purpose,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._engines import AT_START

MIGRATING = frozenset({"migrate", "migrations", "upgrade"})
IN_TESTS = "pytest_alembic."
CLIENTS = (".TestClient", ".LifespanManager")
ENGINES = frozenset({"docker", "docker-compose", "podman", "podman-compose"})
DEPTH = 4


@rule("DBS025", severity=Severity.INFO)
def check(project: Project) -> Verdict:
    if not project.migrations.steps or not (project.migrations.all or project.tables or project.data_accesses):
        return skip
    if tried := next(iter(project.starting.migrating_in_ci), None):
        return ok(tried.command.place, f"`{tried.command}` runs in a pipeline")
    if place := tried_by_tests(project):
        return ok(place, "the tests run the migrations")
    if found := doubt(project):
        return unknown(*found)
    if project.automation.opaque:
        place, what = project.automation.opaque[0]
        return unknown(place, f"whether {what} runs the migrations is said elsewhere")
    return fail(None, "no pipeline and no test runs the migrations")


def tried_by_tests(project: Project) -> Place | None:
    """Return where the tests run the migrations: themselves, or by what they call of the service."""
    for call in project.suite.calls:
        if is_migrating(call) or (call.name or "").startswith(IN_TESTS):
            return call.place
    own = frozenset(project.functions)
    for call in project.suite.calls:
        if isinstance(call.target, Function) and call.target in own and leads_to_migrations(call.target, project):
            return call.place
    return None


def is_migrating(call: Call) -> bool:
    return call.name in names("starting", "migrating_calls")


def leads_to_migrations(function: Function, project: Project) -> bool:
    reached = project.reached([function], DEPTH)
    return any(is_migrating(call) for inner in reached for call in project.calls_in(inner))


def doubt(project: Project) -> tuple[Place, str] | None:
    """Return what may run the migrations, though nothing shows that it does, and why."""
    if command := own_command(project):
        return command.place, f"whether `{command}` of the project's own runs the migrations is not known"
    commands = [one for one in project.starting.commands if one.purpose is Purpose.MIGRATION]
    migrating = project.starting.migrating_calls
    if (commands or migrating) and (started := next((one for one in project.automation.in_ci if starts(one)), None)):
        return started.place, f"`{started}` may start the service, which migrates by itself"
    at_start = any(
        call.function is None or not project.flow.runs_in(call.function).isdisjoint(AT_START) for call in migrating
    )
    client = next((call for call in project.suite.calls if (call.name or "").endswith(CLIENTS)), None)
    return (client.place, "the tests may start the service, which migrates by itself") if at_start and client else None


def own_command(project: Project) -> AutomatedCommand | None:
    """Return a command of a pipeline that a program of the project's own may migrate by."""
    packages = {part for module in project.modules for part in module.path.split("/")[:-1]}
    own = (one for one in project.automation.in_ci if one.program.replace("-", "_") in packages)
    return next((one for one in own if not MIGRATING.isdisjoint(one.words)), None)


def starts(command: AutomatedCommand) -> bool:
    """Say whether a command starts containers: `docker compose up`, `docker run`."""
    written = command.written or command.words
    is_docker = any(word in ENGINES for word in (*written[:1], *command.words[:1]))
    return is_docker and any(word in ("up", "run") for word in (*written, *command.words))
