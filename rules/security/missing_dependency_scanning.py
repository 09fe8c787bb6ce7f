r"""Nobody looks whether the packages that the service uses have known vulnerabilities.

## Why
Most of what runs is not the project's own code. A hole in a package is published with its remedy, and scanned for by
others within hours; whoever does not look learns of it last.

## Bad
```yaml
# finding: project
# file: .github/workflows/test.yml
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install pip-audit pytest
      - run: pytest
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

A bot that watches other things than Python's packages:

```yaml
# finding: project
# file: .github/dependabot.yml
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
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
      - uses: actions/checkout@v4
      - run: |
          pip install pip-audit
          make audit
# file: Makefile
audit:
        pip-audit --strict
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

```yaml
# file: .github/dependabot.yml
version: 2
updates:
  - package-ecosystem: uv
    directory: /
    schedule:
      interval: weekly
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
`pip-audit` or `uv audit` in the pipeline, on every change and once a week, or Dependabot or Renovate for the packages.

## Limits
Pipelines with the tasks, scripts and sessions that they run, hooks of pre-commit and the files of bots are looked at.
What is switched on at the host of the repository is not seen; where a pipeline uses one of another repository, the
verdict is unknown.

## References
OWASP Top Ten 2021, A06; OWASP Dependency-Check; PyPA, pip-audit; CWE-1395.
"""

from fastapi_audit.rule_api import Confidence, Priority, Project, Severity, Verdict, fail, ok, rule, unknown

from ._scanning import scanners


@rule("SEC012", severity=Severity.WARNING, priority=Priority.P1)
def check(project: Project) -> Verdict:
    found = next(scanners(project), None)
    if found is not None:
        return ok(*found)
    if project.automation.opaque:
        place, name = project.automation.opaque[0]
        return unknown(place, f"{name} is not in the repository and may scan the dependencies")
    return fail(None, "nothing scans the dependencies for known vulnerabilities", confidence=Confidence.MEDIUM)
