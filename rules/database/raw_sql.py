r"""A query is written as SQL text although the project uses an ORM.

## Why
The ORM knows the tables: it keeps queries in step with renamed columns, lets a type checker see them, quotes what comes
from outside and speaks the dialect of every database in use. Text beside it does none of that and is found by no search
for the model.

## Bad
```python
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


async def find_user(session: AsyncSession, email: str):
    statement = text("SELECT * FROM users WHERE email = :email")
    return await session.execute(statement, {"email": email})  # finding
```

## Good
```python
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


async def find_user(session: AsyncSession, email: str):
    return await session.scalar(select(User).where(User.email == email))


async def ping(session: AsyncSession) -> None:
    await session.execute(text("SELECT 1"))
```

Text is right for what the ORM has no words for, and for reports:

```python
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Sale(Base):
    __tablename__ = "sales"
    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str]


def revenue(session: Session):
    session.execute(text("REFRESH MATERIALIZED VIEW totals"))
    return session.execute(text("SELECT region, count(*) FROM sales GROUP BY region")).all()


def sales(session: Session):
    return session.scalars(select(Sale)).all()
```

## Fix
State the query with the ORM: `select(User).where(User.email == email)`.

## Limits
Counted are queries that are run. Text is accepted where it is no everyday work on rows: statements that begin otherwise
than with SELECT, INSERT, UPDATE, DELETE, REPLACE or MERGE (so also WITH), a SELECT without FROM, the database's own
tables, and reports (GROUP BY, window functions, UNION). Text that is not known here is undecided. A project without
an ORM is not judged, nor one whose mapped classes only Alembic reads: application code has to use a session, or to run
statements of the ORM; migrations, tests and scripts are left out.

## References
SQLAlchemy documentation, ORM Querying Guide; SQLModel documentation, Select.
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    DataAccess,
    Project,
    Severity,
    Verdict,
    fail,
    modules_of_commands,
    names,
    ok,
    rule,
    skip,
    unknown,
)

from ._statements import is_everyday, sql_of

DOCUMENT_STORES = frozenset({"beanie", "odmantic"})
IN_SESSIONS = frozenset({"sqlalchemy", "sqlmodel"})  # the libraries whose mapped classes do nothing without a session


@rule("DBS001", severity=Severity.WARNING)
def check(access: DataAccess, project: Project) -> Verdict:
    if not access.waits or not access.moves_data or not uses_orm(project):
        return skip
    if access.module in modules_of_commands(project):
        return skip
    if not access.is_raw_sql:
        return ok(access.place) if access.is_orm else skip
    sql = sql_of(access)
    if sql is None:
        return unknown(access.place, "the text of this statement is not known here")
    if not is_everyday(sql):
        return skip
    return fail(access.place, f"SQL text beside the ORM: `{' '.join(sql.split())[:60]}`")


@lru_cache(maxsize=1)
def uses_orm(project: Project) -> bool:
    """Say whether the service itself works with an ORM: mapped classes alone may be there for Alembic."""
    if any(access.is_orm and access.moves_data and not access.is_raw_sql for access in project.data_accesses):
        return True
    libraries = {table.library for table in project.tables} - DOCUMENT_STORES
    return not libraries <= IN_SESSIONS or (bool(libraries) and has_sessions(project))


def has_sessions(project: Project) -> bool:
    """Say whether application code makes or uses sessions, which look after rows of mapped classes."""
    known = names("sessions", "sessions") | names("sessions", "with_rows")
    if any((access.call.name or "").rpartition(".")[0] in known for access in project.data_accesses):
        return True
    makers = known | names("sessions", "factories")
    return any(call.name in makers for call in project.calls)
