r"""An `except` clause raises another exception without saying what caused it.

## Why
Without `from`, the traceback says that the second exception came up "during handling" of the first, as if the handling
had been at fault. `from error` says that one is the cause of the other, and `from None` that the first does not matter.

## Bad
```python
from fastapi import FastAPI, HTTPException

app = FastAPI()
ITEMS = {1: "lamp"}


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    try:
        return ITEMS[item_id]
    except KeyError:
        raise HTTPException(404, {"code": "ITEM_NOT_FOUND"})  # finding
```

## Good
```python
from fastapi import FastAPI, HTTPException

app = FastAPI()
ITEMS = {1: "lamp"}


@app.get("/items/{item_id}")
def read_item(item_id: int) -> str:
    try:
        return ITEMS[item_id]
    except KeyError as error:
        raise HTTPException(404, {"code": "ITEM_NOT_FOUND"}) from error


@app.get("/numbers/{text}")
def read_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise HTTPException(400, {"code": "NO_NUMBER"}) from None
    except OverflowError as error:
        raise error
    except Exception as error:
        error.add_note(text)
        raise
```

## Fix
`raise … from error`, or `from None` where the cause would only confuse.

## Limits
What a function raises that is called from the clause is not looked at.

## References
Python documentation, The raise statement; PEP 3134; flake8-bugbear, B904.
"""

from fastapi_audit.rule_api import Raise, Severity, Verdict, fail, ok, rule, skip, syntax

from ._error_responses import caught_in


@rule("ERR010", severity=Severity.INFO)
def check(raised: Raise) -> Verdict:
    clause = caught_in(raised)
    if clause is None or not isinstance(raised.node, syntax.Raise) or raised.node.exc is None:
        return skip
    if raised.node.cause is not None:
        return ok(raised.place)
    if _is_of_the_clause(raised.node.exc, raised):
        return skip
    return fail(raised.place, f"{raised} without `from`")


def _is_of_the_clause(exception: syntax.Expr, raised: Raise) -> bool:
    """Say whether what is raised is what was caught: `raise error`, `raise error.with_traceback(…)`."""
    if isinstance(exception, syntax.Call) and isinstance(exception.func, syntax.Attribute):
        return exception.func.attr == "with_traceback" and _is_of_the_clause(exception.func.value, raised)
    if isinstance(exception, syntax.Attribute):
        return _is_of_the_clause(exception.value, raised)
    caught = {block.name for block in raised.blocks if isinstance(block, syntax.Handler)}
    return isinstance(exception, syntax.Name) and exception.id in caught
