r"""Routes need authentication, and no test expects that somebody is refused.

## Why
A guard that lets everybody pass makes no other test fail: those send valid credentials, or replace the guard. Only a
test that shows none, or those of somebody else, sees that it is gone.

## Bad
```python
# finding: project
# file: app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBasic, HTTPBasicCredentials

app = FastAPI()


@app.get("/me")
def read_me(credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> str:
    return credentials.username
# file: tests/test_me.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_me_is_who_asks() -> None:
    assert client.get("/me", auth=("ada", "secret")).json() == "ada"


def test_nothing_else_is_found() -> None:
    assert client.get("/you").status_code == 404
```

## Good
```python
# file: app/main.py
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBasic, HTTPBasicCredentials

app = FastAPI()


@app.get("/me")
def read_me(credentials: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]) -> str:
    return credentials.username
# file: tests/test_me.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_me_is_who_asks() -> None:
    assert client.get("/me", auth=("ada", "secret")).json() == "ada"


def test_strangers_are_refused() -> None:
    assert client.get("/me").status_code in (401, 403)
```

## Fix
Send a request without credentials to every protected route and assert 401, and one of a user without the right to it
and assert 403. One parametrised test can go through all of them.

## Limits
One such test is enough, whatever route it asks for. A test that expects an exception which may become such an answer, a
redirect, or any error at all leaves it undecided. Projects whose tests send no requests are left out, and one without
tests is left to TST001.

## References
OWASP Application Security Verification Standard, Access Control; FastAPI documentation, Testing.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Project, Run, Severity, Verdict, fail, ok, rule, skip, unknown

REFUSALS = frozenset({401, 403})
REDIRECTS = frozenset({302, 303, 307})
TELLING = 10  # statuses that one assertion may allow to tell which it expects
OTHERS = ("alembic", "httpx", "pydantic", "pydantic_core", "sqlalchemy")  # their errors refuse nobody


@rule("TST015", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    exercise = project.exercise
    protected = [route for route in project.routes if route.authenticated_by]
    if not protected or not project.tests or not (exercise.requests or exercise.handlers):
        return skip
    if run := next((run for run in exercise.runs if expects_refusal(run)), None):
        return ok(run.function.place, f"`{run.function.qualname}` expects that somebody is refused")
    asking = {request.call.function for request in exercise.requests}
    if doubt := next((doubt for run in exercise.runs for doubt in doubts(run, run.function in asking)), None):
        return unknown(None, doubt)
    return fail(None, f"{len(protected)} routes need authentication and no test expects 401 or 403")


def expects_refusal(run: Run) -> bool:
    return any(len(group) <= TELLING and not group.isdisjoint(REFUSALS) for group in run.statuses)


def doubts(run: Run, is_asking: bool) -> Iterator[str]:
    """Yield how a test may expect a refusal in another way; `is_asking`: it sends requests itself."""
    test = f"`{run.function.qualname}`"
    for name in run.raised:
        package, dot, _ = (name or "?.").partition(".")
        if dot and package not in OTHERS:
            yield f"{test} expects {name or 'an exception'}, which may be a refusal"
    for group in run.statuses:
        if len(group) > TELLING and group <= frozenset(range(400, 600)):
            yield f"{test} expects any error"
        elif len(group) <= TELLING and not group.isdisjoint(REDIRECTS):
            yield f"{test} expects a redirect, which may be to where one logs in"
    if is_asking and not run.is_seen:
        yield f"what {test} expects is not seen"
