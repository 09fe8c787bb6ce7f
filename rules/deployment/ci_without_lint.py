r"""The pipeline runs no linter.

## Why
A linter finds unused names, undefined ones, shadowed builtins and common traps in seconds, before a reader does. What
the pipeline does not ask for is skipped when it is in the way.

## Bad
```yaml
# file: .github/workflows/test.yml
# finding: project
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: ruff format --check .
      - run: pytest
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

```yaml
# file: .gitlab-ci.yml
check:
  allow_failure: true
  script:
    # finding
    - ruff check app
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
      - uses: pre-commit/action@v3.0.1
# file: .pre-commit-config.yaml
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.12.0
    hooks:
      - id: ruff-check
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

Without a pipeline there is none that could lint; `missing-ci` says so:

```python
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Run `ruff check` in the pipeline, as a step of its own or through pre-commit.

## Limits
Tasks, scripts, sessions and hooks are followed to what they run. What only formats or sorts imports is no linter. Where
a pipeline uses one of another repository, or an action that collects linters, the verdict is unknown.

## References
Ruff documentation, Integrations; flake8 documentation; pre-commit documentation, Usage in continuous integration.
"""

from fastapi_audit.rule_api import Project, Severity, Verdict, fail, judged_by_pipelines, rule, run_elsewhere, skip

from ._checks import linting, pipelines


@rule("DEP009", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not pipelines(project):
        return skip
    commands = list(linting(project))
    missing = fail(None, "no pipeline runs a linter", related=run_elsewhere(commands))
    return judged_by_pipelines(commands, project, "runs a linter") or missing
