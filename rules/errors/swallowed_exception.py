r"""A broad `except` clause lets every exception vanish without a word.

## Why
`except Exception: pass` hides the error that was expected and every mistake in the code as well: a typo, a full disk, a
lost connection. The request goes on with half of its work done, and nobody ever learns why.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


def notify(item_id: int) -> None:
    raise ConnectionError


@app.post("/items/{item_id}")
def create_item(item_id: int) -> int:
    try:
        notify(item_id)
    except Exception:  # finding
        pass
    return item_id
```

`contextlib.suppress` says the same in other words:

```python
from contextlib import suppress

from fastapi import FastAPI

app = FastAPI()


@app.delete("/items/{item_id}")
def delete_item(item_id: int) -> None:
    with suppress(Exception):  # finding
        print(1 / item_id)
```

## Good
```python
import logging
from contextlib import suppress
from pathlib import Path

from fastapi import FastAPI

logger = logging.getLogger(__name__)
app = FastAPI()


@app.delete("/items/{item_id}")
def delete_item(item_id: int) -> None:
    with suppress(FileNotFoundError):
        Path(f"{item_id}.json").unlink()
    try:
        print(1 / item_id)
    except Exception:
        logger.exception("the item could not be counted")
```

A probe that reports the failure has not swallowed it:

```python
from fastapi import FastAPI

app = FastAPI()


def ping() -> None:
    raise ConnectionError


@app.get("/ready")
def ready() -> dict[str, str]:
    try:
        ping()
    except Exception:
        return {"database": "down"}
    return {"database": "up"}
```

## Fix
Catch the exceptions that are expected, by name. Where everything must be caught, log it with its traceback.

## Limits
Silent is a clause that only passes, goes on, leaves with nothing or with an empty value, rolls back or closes. One that
gives or keeps another value has a fallback, and is taken to mean it. A clause behind which the function raises anyway,
because no attempt has returned, is not silent.

## References
PEP 20, "Errors should never pass silently"; CWE-390, Detection of Error Condition Without Action.
"""

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    ExceptClause,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    syntax,
    unknown,
)

CLEANING = frozenset({"rollback", "close", "aclose"})


@rule("ERR006", severity=Severity.WARNING)
def check(clause: ExceptClause, project: Project) -> Verdict:
    if not _is_silent(clause, project) or _is_one_attempt(clause, project):
        return ok(clause.place)
    if clause.is_broad:
        gives = any(isinstance(statement, syntax.Return) for statement in clause.handler.body)
        confidence = Confidence.MEDIUM if gives else Confidence.HIGH
        return fail(clause.place, f"`{clause}` swallows every error", confidence=confidence)
    return unknown(clause.place, "what is caught here is not known") if None in clause.catches else ok(clause.place)


def _is_silent(clause: ExceptClause, project: Project) -> bool:
    calls = project.calls_in(clause.function) if clause.function is not None else ()
    cleaning = {id(call.node) for call in calls if _cleans(call)}
    return all(_says_nothing(statement, cleaning) for statement in clause.handler.body)


def _cleans(call: Call) -> bool:
    return call.name is not None and "." in call.name and call.name.rpartition(".")[2] in CLEANING


def _says_nothing(statement: syntax.Stmt, cleaning: set[int]) -> bool:
    if isinstance(statement, syntax.Jump):
        return True
    if isinstance(statement, syntax.Return):
        return statement.value is None or _is_empty(statement.value)
    if not isinstance(statement, syntax.ExprStmt):
        return False
    value = statement.value.value if isinstance(statement.value, syntax.Await) else statement.value
    return isinstance(value, (syntax.Constant, syntax.EllipsisLiteral)) or id(value) in cleaning


def _is_empty(value: syntax.Expr) -> bool:
    if isinstance(value, (syntax.Sequence, syntax.Dict)):
        return not value.items
    return isinstance(value, syntax.Constant) and (value.value is None or value.value == "")


def _is_one_attempt(clause: ExceptClause, project: Project) -> bool:
    """Say whether the function raises behind the clause: what failed here was tried and is reported there."""
    raises = project.raises_in(clause.function) if clause.function is not None else ()
    leaves = any(isinstance(statement, syntax.Return) for statement in clause.handler.body)
    around = set(map(id, clause.blocks))
    return not leaves and any(
        item.node.pos > clause.node.pos and all(id(block) in around for block in item.blocks) for item in raises
    )
