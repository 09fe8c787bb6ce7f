r"""More rows are loaded than are used: all of them to count them, or to take the first.

## Why
`len(….all())` and `.all()[0]` send every row over the network and make an object of each, for one number or one row. It
is not felt in a test with ten rows, and takes seconds with a million.

## Bad
```python
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Book

app = FastAPI()


@app.get("/count")
def count(session: Session) -> int:
    return len(session.scalars(select(Book)).all())  # finding


@app.get("/newest")
def newest(session: Session):
    return session.query(Book).order_by(Book.id.desc()).all()[0]  # finding
```

## Good
```python
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Book

app = FastAPI()


@app.get("/count")
def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Book))


@app.get("/newest")
def newest(session: Session):
    return session.scalars(select(Book).order_by(Book.id.desc()).limit(1)).first()


@app.get("/books")
def books(session: Session):
    found = session.scalars(select(Book)).all()
    return {"total": len(found), "items": found}
```

## Fix
`select(func.count())` for a number, `exists()` for a question, `.limit(1)` with `.first()` for one row.

## Limits
Looked at are `all()` and `fetchall()` of SQLAlchemy and SQLModel that stand in `len(…)` or before `[0]`, or whose
result has a name that is used for nothing else. A query with a `limit` is left out. Columns that are loaded and not
used are not looked for.

## References
SQLAlchemy documentation, ORM Querying Guide; SQLAlchemy, `Result.first` and `func.count`.
"""

from fastapi_audit.rule_api import Call, Function, Project, Severity, Verdict, fail, names, ok, rule, skip, syntax, tree

LIMITS = frozenset({"limit", "slice"})
AGGREGATES = "sqlalchemy.func."
OF = "sqlalchemy."


@rule("PRF012", severity=Severity.INFO)
def check(call: Call, project: Project) -> Verdict:
    if call.function is None or call.name not in names("collections", "reads") or not call.name.startswith(OF):
        return skip
    use = sole_use(call, call.function)
    if use is None or is_limited(call.function, project):
        return ok(call.place)
    return fail(call.place, f"all rows are loaded {use}")


def sole_use(call: Call, function: Function) -> str | None:
    """Return what for the rows are loaded, when that is but a number or the first of them."""
    node: syntax.Node = call.node
    for outer in call.around:
        if isinstance(outer, syntax.Assign) and len(outer.targets) == 1:
            return use_of_name(outer.targets[0], function)
        if not isinstance(outer, (syntax.Await, syntax.Argument)):
            return use_in(node, outer)
        node = outer if isinstance(outer, syntax.Await) else node
    return None


def use_of_name(target: syntax.Expr, function: Function) -> str | None:
    if not isinstance(target, syntax.Name):
        return None
    named = (node for node in function.nodes if tree.is_name(node, target.id))
    reads = [node for node in named if node is not target]
    uses = [use_in(node, outer_of(node, function)) for node in reads]
    return uses[0] if len(uses) == 1 else None


def outer_of(node: syntax.Node, function: Function) -> syntax.Node | None:
    outer = function.parents.get(id(node))
    return function.parents.get(id(outer)) if isinstance(outer, syntax.Argument) else outer


def use_in(node: syntax.Node, outer: syntax.Node | None) -> str | None:
    match outer:
        case syntax.Call(func=syntax.Name(id="len"), args=(argument,)) if argument.value is node:
            return "to count them"
        case syntax.Subscript(value=value, index=(syntax.Constant(value=0),)) if value is node:
            return "to take the first"
        case _:
            return None


def is_limited(function: Function, project: Project) -> bool:
    """Say whether a function limits a query or counts in it: that one, as far as anybody can tell."""
    calls = project.calls_in(function)
    return any(call.method in LIMITS or (call.name or "").startswith(AGGREGATES) for call in calls)
