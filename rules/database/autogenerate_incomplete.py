r"""Alembic does not know all tables when it compares the code with the database.

## Why
`alembic revision --autogenerate` compares what is registered in `target_metadata` when `env.py` runs. A table whose
module nobody has imported by then is not there: no migration is written for it, and one that the database already has
is dropped by the next migration, with its rows.

## Bad
```python
# file: app/base.py
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase): ...
# file: app/users.py
from sqlalchemy.orm import Mapped, mapped_column
from app.base import Base


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
# file: app/main.py
from fastapi import FastAPI
from app.users import User

app = FastAPI()
# file: migrations/env.py
from alembic import context
from app.base import Base

context.configure(url="sqlite://", target_metadata=Base.metadata)  # finding
```

```python
# file: app/main.py
from fastapi import FastAPI
from sqlmodel import Field, SQLModel

app = FastAPI()


class User(SQLModel, table=True):
    id: int = Field(primary_key=True)
# file: migrations/env.py
from alembic import context

target_metadata = None
context.configure(url="sqlite://", target_metadata=target_metadata)  # finding
```

## Good
```python
# file: app/base.py
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase): ...
# file: app/models/__init__.py
from app.models.users import User
# file: app/models/users.py
from sqlalchemy.orm import Mapped, mapped_column
from app.base import Base


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
# file: app/main.py
from fastapi import FastAPI
from app.models import User

app = FastAPI()
# file: migrations/env.py
from alembic import context
from app import models

context.configure(url="sqlite://", target_metadata=models.users.Base.metadata)
```

## Fix
Import the modules of all tables in `env.py`, best through one module that lists them: `import app.models  # noqa:
F401`.

## Limits
Followed are imports that run when their module is imported, from `env.py` on; tables that only a function imports are
missed. Undecided is what is imported by computed names, what a filter (`include_object`) leaves out, and what code of
the service compares after it has imported more than `env.py`. Tables of another base are reported where the service has
one engine and one environment; elsewhere they may belong to a database that is nobody's here. Left out are tables that
no application leads to, those that functions make, and `Table(…)` without a class.

## References
Alembic documentation, Auto Generating Migrations; SQLModel documentation, "Create the tables".
"""

from collections.abc import Sequence

from fastapi_audit.rule_api import (
    Autogeneration,
    Confidence,
    MigrationGraph,
    Project,
    Related,
    Severity,
    Table,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    unknown,
)

MAX_SHOWN = 5


@rule("DBS018", severity=Severity.WARNING)
def check(graph: MigrationGraph, project: Project) -> Verdict:
    found = graph.autogeneration
    if found is None:
        return skip
    if found.has_metadata is None:
        return unknown(found.place, "which metadata are compared is not known")
    if not found.tables:
        return skip
    if not found.has_metadata:
        return fail(found.place, "`target_metadata` is not given, so that autogenerate sees no table")
    if found.missed:
        reason = found.doubt
        return unknown(found.place, reason) if reason else missed(found, found.missed, "is not imported")
    if found.foreign and not found.doubt and has_one_database(project):
        return missed(found, found.foreign, "has another base", Confidence.MEDIUM)
    if not found.seen:
        return unknown(found.place, found.doubt or "the tables have another base, and perhaps another database")
    return ok(found.place, f"{len(found.seen)} tables are compared")


def missed(
    found: Autogeneration, tables: Sequence[Table], reason: str, confidence: Confidence = Confidence.HIGH
) -> Verdict:
    more = f", and so {len(tables) - 1} more" if len(tables) > 1 else ""
    related = tuple(Related(table.place, f"`{table}` {reason}") for table in tables[:MAX_SHOWN])
    message = f"autogenerate misses the table `{tables[0]}`, which {reason}{more}"
    return fail(found.place, message, related=related, confidence=confidence)


def has_one_database(project: Project) -> bool:
    """Say whether the service has one engine and one environment of Alembic, as far as is seen."""
    return len(project.engines) == 1 and len(project.migrations.graphs) == 1
