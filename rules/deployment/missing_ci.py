r"""No pipeline of continuous integration is in the repository.

## Why
What is checked by hand is checked sometimes. A pipeline runs the tests on every change, before it is merged and before
it is delivered.

## Bad
```python
# finding: project
from fastapi import FastAPI

app = FastAPI()
```

## Good
```yaml
# file: .github/workflows/test.yml
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install -e .[dev]
      - run: pytest
# file: main.py
from fastapi import FastAPI

app = FastAPI()
```

## Fix
Add a pipeline that installs the project and runs its tests and linters: `.github/workflows/`, `.gitlab-ci.yml` or the
file of your provider.

## Limits
Any pipeline counts, whatever it runs. Those that are configured at the provider, or in a repository around this one,
are not seen.

## References
Humble and Farley, Continuous Delivery; DORA, Continuous integration.
"""

from fastapi_audit.rule_api import Pipeline, Place, Project, Severity, Verdict, fail, ok, rule

from ._checks import pipelines


@rule("DEP008", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    files = pipelines(project)
    if not files:
        return fail(None, "there is no pipeline of continuous integration")
    read = project.evidence_of(Pipeline)
    running = (path for path in files if path in read and any(step.run for step in read[path].steps))
    return ok(Place(next(running, files[0])))
