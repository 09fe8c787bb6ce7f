r"""A dependency with `yield` catches what the route raised, and does not raise it again.

## Why
FastAPI throws the exception of a route into the dependencies that are open. One that catches it and goes on leaves
FastAPI without a response: the client gets a bare "Internal Server Error", exception handlers see nothing, and no log
says what happened.

## Bad
```python
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

app = FastAPI()


def get_session():
    session = Session()
    try:
        yield session
        session.commit()
    except Exception:  # finding
        session.rollback()
    finally:
        session.close()


@app.post("/items")
def create_item(session: Session = Depends(get_session)) -> None: ...
```

## Good
```python
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.orm import Session

app = FastAPI()


class SoldOut(Exception):
    "Nothing is left."


def get_session():
    session = Session()
    try:
        yield session
        session.commit()
    except SoldOut as error:
        raise HTTPException(409, {"code": "SOLD_OUT"}) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def get_name(name: str):
    try:
        number = int(name)
    except ValueError:
        number = 0
    yield number


@app.post("/items")
def create_item(session: Session = Depends(get_session), number: int = Depends(get_name)) -> None: ...
```

## Fix
End the clause with `raise`, or raise another exception in its place.

## Limits
A clause that raises only sometimes passes. One that hands the exception to a function of the project that raises is
unknown. True since FastAPI 0.110: before, the exception went on by itself.

## References
FastAPI documentation, Dependencies with yield, "Always raise in dependencies with yield and except"; release notes,
0.110.0.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Confidence,
    ExceptClause,
    Function,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
    tree,
    unknown,
)

LEAVING = ("GeneratorExit", "asyncio.CancelledError", "asyncio.exceptions.CancelledError")


@rule("COR012", severity=Severity.ERROR, requires={"fastapi": ">=0.110"})
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if not function.node.is_generator or not project.is_dependency(function):
        yield skip
        return
    around = {id(handler) for attempt in _attempts_around_yield(function) for handler in attempt.handlers}
    clauses = [one for one in project.except_clauses_in(function) if id(one.handler) in around]
    yield from [_judge(clause, project) for clause in clauses] or [ok(function.place)]


def _attempts_around_yield(function: Function) -> Iterator[syntax.Try]:
    for node in function.nodes:
        if isinstance(node, syntax.Try) and any(isinstance(one, syntax.Yield) for one in tree.descendants(node.body)):
            yield node


def _judge(clause: ExceptClause, project: Project) -> Verdict:
    if all(name in LEAVING for name in clause.catches):
        return skip
    if any(isinstance(node, syntax.Raise) for node in tree.descendants(clause.handler.body)):
        return ok(clause.place)
    if clause.function is not None and _hands_on(clause, clause.function, project):
        return unknown(clause.place, "a function that is called here may raise")
    confidence = Confidence.HIGH if clause.is_broad else Confidence.MEDIUM
    return fail(clause.place, f"`{clause}` swallows what the route raised", confidence=confidence)


def _hands_on(clause: ExceptClause, function: Function, project: Project) -> bool:
    calls = [call for call in project.calls_in(function) if any(block is clause.handler for block in call.blocks)]
    targets = [call.target for call in calls if isinstance(call.target, Function)]
    return any(project.raises_in(target) for target in targets)
