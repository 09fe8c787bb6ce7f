r"""The project has a type checker, and no pipeline runs it.

## Why
Annotations that nothing checks become wrong, and mislead more than none. What only runs on a developer's machine is
skipped when it is in the way.

## Bad
```yaml
# finding: project
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pip install mypy
      - run: pytest
# file: mypy.ini
[mypy]
strict = true
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

```yaml
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      # finding
      - run: mypy app || true
# file: main.py
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
      - run: uv run mypy app
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

Targets, scripts and hooks are followed:

```yaml
# file: .gitlab-ci.yml
check:
  script:
    - make check
# file: Makefile
check: types
        pytest

types:
        ./scripts/types.sh
# file: scripts/types.sh
#!/bin/sh
python -m mypy app
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

A project without a type checker has nothing to run: that is `ci-without-type-check` where there is a pipeline, and
`type-checker-not-strict`.

```yaml
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Run the type checker in the pipeline, as a step of its own or with the other checks.

## Limits
Targets of make, tox, nox, just, Task, Invoke, poe, taskipy, PDM, Hatch, Rye and Pixi are followed, hooks of pre-commit,
and shell scripts of the repository. Conditions are not evaluated. A workflow of another repository is not seen.

## References
mypy documentation, Using mypy with an existing codebase - Run mypy consistently; pyright documentation, CI integration.
"""

from fastapi_audit.rule_api import (
    Project,
    Severity,
    Verdict,
    checker_used,
    checking_commands,
    fail,
    judged_by_pipelines,
    rule,
    run_elsewhere,
    skip,
)


@rule("TYP014", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    checker = checker_used(project)
    if checker is None:
        return skip
    commands = checking_commands(project)
    missing = fail(None, f"no pipeline runs {checker}, which the project has", related=run_elsewhere(commands))
    return judged_by_pipelines(commands, project, "runs a type checker") or missing
