r"""A test replaces a dependency of the application and does not put it back.

## Why
The application lives as long as the run. What one test replaces stays replaced for all that come after it: they pass
or fail by the order in which they run, and some test a double without knowing it.

## Bad
```python
# file: app/main.py
from fastapi import Depends, FastAPI

app = FastAPI()


def get_user() -> str:
    return "somebody"


@app.get("/me")
def read_me(user: str = Depends(get_user)) -> str:
    return user
# file: tests/test_main.py
import pytest
from fastapi.testclient import TestClient

from app.main import app, get_user


@pytest.fixture
def client() -> TestClient:
    app.dependency_overrides[get_user] = lambda: "ann"  # finding
    return TestClient(app)


def test_ann(client: TestClient) -> None:
    assert client.get("/me").json() == "ann"


def test_bob() -> None:
    app.dependency_overrides[get_user] = lambda: "bob"  # finding
    assert TestClient(app).get("/me").json() == "bob"
```

## Good
```python
# file: app/main.py
from fastapi import Depends, FastAPI


def get_user() -> str:
    return "somebody"


def create_app() -> FastAPI:
    app = FastAPI()

    @app.get("/me")
    def read_me(user: str = Depends(get_user)) -> str:
        return user

    return app


app = create_app()
# file: tests/test_main.py
import pytest
from fastapi.testclient import TestClient

from app.main import app, create_app, get_user


@pytest.fixture
def client():
    app.dependency_overrides[get_user] = lambda: "ann"
    yield TestClient(app)
    app.dependency_overrides.clear()


@pytest.fixture
def own_app():
    return create_app()


def test_ann(client: TestClient) -> None:
    app.dependency_overrides[get_user] = lambda: "eve"
    assert client.get("/me").json() == "eve"


def test_bob() -> None:
    app.dependency_overrides[get_user] = lambda: "bob"
    try:
        assert TestClient(app).get("/me").json() == "bob"
    finally:
        del app.dependency_overrides[get_user]


def test_an_application_of_its_own(own_app) -> None:
    own_app.dependency_overrides[get_user] = lambda: "cat"
    assert TestClient(own_app).get("/me").json() == "cat"


def test_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.dependency_overrides, get_user, lambda: "dan")
    assert TestClient(app).get("/me").json() == "dan"
```

## Fix
Replace it in a fixture, and after its `yield` call `app.dependency_overrides.clear()`; or make the application anew for
each test.

## Limits
Judged are tests, fixtures that do not live for the whole run, and set-up methods. Whatever takes overrides back counts:
in the same function, in a fixture that the test gets, in a method of the same class. What is replaced at the top of a
module, in a fixture of scope session or package, or in an automatic fixture is taken for meant for all tests.

## References
FastAPI documentation, Testing Dependencies with Overrides; pytest documentation, Teardown/Cleanup.
"""

from fastapi_audit.rule_api import Override, Project, Severity, Verdict, fail, ok, rule, skip, unknown

from ._resetting import is_made_anew, is_reset


@rule("TST007", severity=Severity.WARNING)
def check(override: Override, project: Project) -> Verdict:
    function, suite = override.function, project.suite
    fixture = suite.fixtures.get(function) if function is not None else None
    if function is None or function.name.startswith("pytest_"):
        return skip
    if fixture is not None and (fixture.is_long_lived or fixture.is_autouse):
        return skip
    reset = is_reset(function, suite, project.tests)
    is_fresh = is_made_anew(override.application, function, suite)
    if reset or is_fresh:
        return ok(override.place)
    if is_fresh is None:
        return unknown(override.place, "whether each test gets an application of its own is not known")
    if reset is None:
        return unknown(override.place, f"whether those that call `{function.name}` take it back is not known")
    return fail(override.place, "this dependency stays replaced for all tests that come after")
