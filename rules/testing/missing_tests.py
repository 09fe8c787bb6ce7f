r"""The project has no tests.

## Why
Without tests nobody knows whether a change broke something until a user says so, and every upgrade of a dependency is
a leap in the dark.

## Bad
```python
# finding: project
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def read() -> dict[str, str]:
    return {"say": "hello"}
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def read() -> dict[str, str]:
    return {"say": "hello"}
# file: tests/test_main.py
from fastapi.testclient import TestClient

from app.main import app


def test_it_says_hello() -> None:
    assert TestClient(app).get("/").json() == {"say": "hello"}
```

## Fix
Add `tests/` with a test for each route, first of all for those that change data.

## Limits
Functions and methods named `test…` in files of tests are counted. Where files are named for tests and hold none (their
tests may be inherited, or made when they run) it is undecided. Where a repository holds several services, tests of a
package that they share are no tests of the service. The rules that ask what tests there are like are silent here: this
says it all, and the lowest rung of testing is not reached.

## References
FastAPI documentation, Testing; pytest documentation, Conventions for Python test discovery.
"""

from fastapi_audit.rule_api import Module, Project, Role, Severity, Verdict, fail, ok, rule, unknown


@rule("TST001", severity=Severity.ERROR)
def check(project: Project) -> Verdict:
    if project.tests:
        return ok(project.tests[0].place, f"{len(project.tests)} tests")
    of_others = {function.module for function in project.suite.marks}
    for module in project.suite.modules:
        if is_test_file(module) and module not in of_others:
            return unknown(module.place, "no test function is seen in this file that is named for tests")
    return fail(None, "the project has no tests")


def is_test_file(module: Module) -> bool:
    """Say whether pytest would look into a file, and there is something in it."""
    name = module.path.rpartition("/")[2]
    is_named = name.startswith("test_") or name.endswith("_test.py")
    return module.role is Role.TEST and is_named and bool(module.facts.statements)
