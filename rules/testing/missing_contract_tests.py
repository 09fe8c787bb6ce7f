r"""No test holds the interface to its contract.

## Why
Clients are written against the OpenAPI document. A field that gets another name, or an answer that does not look as
documented, passes all tests that were changed along with it, and breaks the clients.

## Bad
```python
# finding: project
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return ["spoon"]
# file: tests/test_main.py
from fastapi.testclient import TestClient

from app.main import app

client = TestClient(app)


def test_items_are_listed() -> None:
    assert client.get("/items").json() == ["spoon"]


def test_there_is_a_document() -> None:
    assert client.get("/openapi.json").status_code == 200
```

## Good
```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return ["spoon"]
# file: tests/test_contract.py
import schemathesis

from app.main import app

schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@schema.parametrize()
def test_answers_are_as_documented(case) -> None:
    case.call_and_validate()
```

A document that is kept, and compared:

```python
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return ["spoon"]
# file: tests/contract.py
from app.main import app


def current() -> dict:
    return app.openapi()["paths"]
# file: tests/test_contract.py
import json
from pathlib import Path

from tests.contract import current


def test_the_contract_is_kept() -> None:
    assert current() == json.loads(Path("openapi.json").read_text())
```

```yaml
# file: .github/workflows/contract.yml
on: [push]
jobs:
  contract:
    runs-on: ubuntu-latest
    steps:
      - run: uvicorn app.main:app &
      - run: uvx schemathesis run http://localhost:8000/openapi.json
# file: app/main.py
from fastapi import FastAPI

app = FastAPI()


@app.get("/items")
def read_items() -> list[str]:
    return ["spoon"]
# file: tests/test_main.py
from app.main import app


def test_the_application_has_a_title() -> None:
    assert app.title
```

## Fix
Run Schemathesis over the document, in the tests or in the pipeline; or keep the document in the repository, and compare
it in a test.

## Limits
Known are Schemathesis, Pact, Dredd, Portman, Specmatic, openapi-core and hypothesis-jsonschema, programs that compare
two documents, and tests that look into the document of the application. Whether they look at all of it is not judged,
and contracts that another repository tests are not seen. A service without tests is left to TST001.

## References
Schemathesis documentation; Pact documentation; FastAPI documentation, Extending OpenAPI.
"""

from fastapi_audit.rule_api import Confidence, Project, Severity, Verdict, fail, ok, rule, skip, unknown

from ._contracts import contract_tests


@rule("TST009", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not project.tests or not any(route.is_documented for route in project.routes):
        return skip
    found = next(contract_tests(project), None)
    if found is not None:
        return ok(*found)
    if project.automation.opaque:
        place, name = project.automation.opaque[0]
        return unknown(place, f"{name} is not in the repository and may test the contract")
    return fail(None, "no test holds the interface to its contract", confidence=Confidence.MEDIUM)
