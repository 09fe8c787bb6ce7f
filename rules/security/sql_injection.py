r"""An SQL statement is put together from values instead of taking them as parameters.

## Why
What is written into the text of a statement becomes part of the statement: a caller who chooses the value chooses
what the database does, and reads or deletes what is not his.

## Bad
```python
import sqlite3

from fastapi import FastAPI

app = FastAPI()


@app.get("/users")
def find_users(name: str) -> list[str]:
    connection = sqlite3.connect("app.db")
    return connection.execute(f"SELECT name FROM users WHERE name = '{name}'").fetchall()  # finding
```

Also step by step, and with SQLAlchemy's `text`:

```python
from fastapi import Depends, FastAPI
from sqlalchemy import text
from sqlalchemy.orm import Session

app = FastAPI()


def open_session() -> Session: ...


@app.get("/users")
def find_users(order: str, session: Session = Depends(open_session)) -> list[str]:
    sql = "SELECT name FROM users"
    sql += " ORDER BY " + order
    return session.execute(text(sql)).all()  # finding
```

## Good
```python
import sqlite3

from fastapi import FastAPI

app = FastAPI()


@app.get("/users")
def find_users(name: str) -> list[str]:
    connection = sqlite3.connect("app.db")
    return connection.execute("SELECT name FROM users WHERE name = ?", (name,)).fetchall()
```

Names of columns cannot be parameters: they come from a fixed set. Generated placeholders are fine, too:

```python
import sqlite3

from fastapi import FastAPI

COLUMNS = {"name": "users.name", "age": "users.age"}
app = FastAPI()


@app.post("/users")
def find_users(names: list[str], order: str) -> list[str]:
    connection = sqlite3.connect("app.db")
    marks = ", ".join("?" * len(names))
    column = COLUMNS[order]
    return connection.execute(f"SELECT name FROM users WHERE name IN ({marks}) ORDER BY {column}", names).fetchall()
```

## Fix
Hand values over as parameters; take names of tables and columns from a fixed set.

## Limits
Only statements given as text to a known driver or session are looked at, not fragments inside queries of an ORM. What
is compared with `in`, or with a whole pattern, counts as one of a fixed set. Where a part comes from is followed
through the project; when that cannot be told, when it was stored before, or when a validator looks at it, the verdict
is unknown. A parameter that nothing is seen to give is reported with medium confidence.

## References
OWASP Top Ten 2021, A03; CWE-89; SQLAlchemy documentation, text() and bound parameters.
"""

from fastapi_audit.rule_api import Confidence, Priority, Severity, Sink, Verdict, fail, ok, rule, skip, unknown

from ._taint import reported, way

WHAT = "the text of an SQL statement"


@rule("SEC011", severity=Severity.ERROR, priority=Priority.P0)
def check(sink: Sink) -> Verdict:
    if sink.kind != "sql":
        return skip
    harmful = sink.harmful()
    if harmful:
        return reported(sink, harmful, WHAT)
    for reach in sink.suspected():
        message = f"the {reach.input} is written into {WHAT}"
        return fail(sink.place, message, related=way(sink, reach), confidence=Confidence.MEDIUM)
    for reach in sink.validated():
        return unknown(sink.place, f"what the validator of the {reach.input} lets through is not known")
    if sink.gaps:
        return unknown(sink.place, f"the statement holds a part that is not known: {sink.gaps[0].reason}")
    return ok(sink.place, sink.excuse() or "the statement holds no values")
