r"""The pipeline checks no types, and the project has nothing that would.

## Why
A type checker finds calls that cannot work, and names that may be None, on every change and in all paths, those without
a test included.

## Bad
```yaml
# file: .github/workflows/test.yml
# finding: project
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: ruff check .
      - run: pytest
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
      - run: uvx ty check
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

A type checker that the project has and no pipeline runs is reported as `type-checker-not-in-ci`, and not here again:

```yaml
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
# file: mypy.ini
[mypy]
strict = true
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Set up mypy, pyright, ty or Pyrefly, and run it in the pipeline.

## Limits
Tasks, scripts, sessions and hooks are followed to what they run. Where a pipeline uses one of another repository, the
verdict is unknown. Without any pipeline there is nothing to say.

## References
mypy documentation, Using mypy with an existing codebase; FastAPI documentation, Python Types Intro.
"""

from fastapi_audit.rule_api import (
    Project,
    Severity,
    Verdict,
    checker_used,
    checking_commands,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

from ._checks import pipelines


@rule("DEP010", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not pipelines(project):
        return skip
    for command, name in checking_commands(project):
        if command.is_in_ci and not command.is_advisory:
            return ok(command.place, f"{name} runs in the pipeline")
    if checker_used(project) is not None:
        return skip
    if project.automation.opaque:
        place, what = project.automation.opaque[0]
        return unknown(place, f"whether {what} checks types is said elsewhere")
    return fail(None, "no pipeline checks types")
