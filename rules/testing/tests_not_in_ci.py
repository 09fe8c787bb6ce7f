r"""The project has tests, and no pipeline runs them.

## Why
Tests that run when somebody thinks of it do not keep anything from being merged or delivered, and they break unseen. In
the pipeline they are asked before every change.

## Bad
```yaml
# file: .github/workflows/build.yml
# finding: project
on: [push]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: docker build .
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_main.py
def test_one_is_one() -> None:
    assert 1 == 1
```

Whatever the tests say, this goes on:

```yaml
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      # finding
      - run: pytest || true
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_main.py
def test_one_is_one() -> None:
    assert 1 == 1
```

## Good
```yaml
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: docker compose run --rm api make test
# file: Makefile
test: database
        ./scripts/test.sh
# file: scripts/test.sh
#!/bin/sh
coverage run -m pytest tests
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_main.py
def test_one_is_one() -> None:
    assert 1 == 1
```

```yaml
# file: tox.ini
[testenv]
commands = pytest {posargs}
# file: .gitlab-ci.yml
.python:
  before_script:
    - pip install tox
test:
  extends: .python
  script:
    - tox run -e py313
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()
# file: tests/test_main.py
def test_one_is_one() -> None:
    assert 1 == 1
```

## Fix
Add a job that installs the project and runs `pytest`, for every push and every pull request.

## Limits
Targets of make, tox, nox, just, Task, Invoke, poe, PDM, Hatch and others are followed, and shell scripts of the
repository. Tests of something beside the service do not count. Where a pipeline uses one of another repository, or runs
a Python script that names pytest, the verdict is unknown; one that is configured at its provider is not seen.

## References
Humble and Farley, Continuous Delivery; pytest documentation, Good Integration Practices; DORA, Continuous integration.
"""

from fastapi_audit.rule_api import (
    Priority,
    Project,
    Severity,
    Verdict,
    fail,
    judged_by_pipelines,
    rule,
    run_elsewhere,
    skip,
    unknown,
)

from ._commands import scripts_of_tests, testing_commands

SESSIONS = frozenset({"hatch", "nox", "tox"})


@rule("TST012", severity=Severity.ERROR, priority=Priority.P0)
def check(project: Project) -> Verdict:
    if not project.tests:
        return skip
    commands = [(command, f"`{command}`") for command in testing_commands(project)]
    if said := judged_by_pipelines(commands, project, "runs the tests"):
        return said
    if session := next((one for one in project.automation.in_ci if one.program in SESSIONS), None):
        return unknown(session.place, f"what `{session}` runs is not known")
    if script := next(scripts_of_tests(project), None):
        return unknown(script.place, f"`{script}` may run the tests")
    return fail(None, "no pipeline runs the tests", related=run_elsewhere(commands))
