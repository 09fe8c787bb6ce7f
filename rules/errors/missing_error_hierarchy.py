r'''The project has no base error from which its own errors are derived.

## Why
Without errors of its own the domain can only speak in `HTTPException`, `ValueError` and `None`. Services then know
about HTTP, callers cannot catch what they mean, and no single handler can give all failures one shape.

## Bad
```python
# finding: project
from fastapi import FastAPI, HTTPException

app = FastAPI()
STOCK = {1: 0}


def take(item_id: int) -> int:
    if STOCK[item_id] == 0:
        raise HTTPException(409, "sold out")
    return item_id


@app.post("/orders")
def order(item_id: int) -> int:
    return take(item_id)
```

A hierarchy that nothing raises is none:

```python
# finding: project
from fastapi import FastAPI


class ShopError(Exception):
    """The base of all errors of the shop."""


class SoldOut(ShopError):
    """Nothing is left."""


app = FastAPI()


@app.get("/orders")
def read_orders() -> list[int]:
    return []
```

## Good
```python
# file: app/errors.py
class ShopError(Exception):
    """The base of all errors of the shop."""


class SoldOut(ShopError):
    """Nothing is left."""

# file: app/main.py
from fastapi import FastAPI

from app.errors import SoldOut

app = FastAPI()
STOCK = {1: 0}


@app.post("/orders")
def order(item_id: int) -> int:
    if STOCK[item_id] == 0:
        raise SoldOut(item_id)
    return item_id
```

## Fix
Define one base error for the application, derive an error for each thing that can go wrong in the domain, raise those
in services, and register one handler for the base.

## Limits
A hierarchy that comes from a library counts only when the project derives its own errors from it.

## References
Python documentation, Tutorial, User-defined Exceptions; FastAPI documentation, Install custom exception handlers.
'''

from fastapi_audit.rule_api import Project, Severity, Verdict, fail, ok, rule, skip, unknown

from ._hierarchy import base_errors


@rule("ERR003", severity=Severity.WARNING)
def check(project: Project) -> Verdict:
    if not project.is_service:
        return skip
    bases = base_errors(project)
    if not bases:
        return fail(None, "no error of the project is the base of others")
    raised = {item.cls for item in project.raises}
    used = {base: sum(error in raised for error in (base, *derived)) for base, derived in bases.items()}
    base = max(used, key=lambda error: used[error])
    if used[base]:
        return ok(base.place, f"{base.name} is the base of {len(bases[base])} errors")
    unclear = next((item for item in project.raises if item.name is None and item.value is not None), None)
    if unclear is not None:
        return unknown(unclear.place, "what is raised here is not known")
    return fail(None, f"nothing raises {base.name} or an error derived from it")
