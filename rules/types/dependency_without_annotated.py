r"""A parameter has `Depends`, `Query` or their kin as its default instead of in `Annotated`.

## Why
The default is not the parameter's default: called without FastAPI, by a test or another function, the parameter is a
`Depends` object, and type checkers believe that it may be left out. In `Annotated` it is neither, and can be given a
name and used again.

## Bad
```python
from fastapi import Depends, FastAPI, Query

app = FastAPI()


def page(limit: int = Query(10, le=100)) -> int:  # finding
    return limit


@app.get("/items")
def list_items(limit: int = Depends(page)) -> list[str]:  # finding
    return []
```

## Good
```python
from typing import Annotated

from fastapi import Depends, FastAPI, Query

app = FastAPI()


def page(limit: Annotated[int, Query(le=100)] = 10) -> int:
    return limit


Page = Annotated[int, Depends(page)]


@app.get("/items", dependencies=[Depends(page)])
def list_items(limit: Page, q: str = "") -> list[str]:
    return []
```

## Fix
`limit: Annotated[int, Depends(page)]`; what was the marker's own default becomes the parameter's.

## Limits
Attributes of class-based views, which libraries read, are not looked at.

## References
FastAPI documentation, Dependencies - Share Annotated dependencies; Query Parameters and String Validations - Advantages
of Annotated; release notes, 0.95.
"""

from fastapi_audit.rule_api import MarkedParameter, Severity, Verdict, fail, ok, rule


@rule("TYP011", severity=Severity.INFO, requires={"fastapi": ">=0.95"})
def check(parameter: MarkedParameter) -> Verdict:
    if parameter.is_annotated:
        return ok(parameter.place)
    return fail(parameter.place, f"`{parameter.name}` has `{parameter.marker}` as its default, not in `Annotated`")
