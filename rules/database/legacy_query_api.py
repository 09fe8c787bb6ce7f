r"""A query is stated with `session.query`, which SQLAlchemy keeps for old code.

## Why
`Query` gets no new features, type checkers see little of what it returns, and `AsyncSession` does not have it at all:
each of these queries has to be written anew before the service can use an asynchronous engine.

## Bad
```python
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)


def find(session: Session, item_id: int) -> Item | None:
    return session.query(Item).filter(Item.id == item_id).first()  # finding
```

## Good
```python
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)


def find(session: Session, item_id: int) -> Item | None:
    return session.scalars(select(Item).where(Item.id == item_id)).first()
```

## Fix
`select(…)` with `session.scalars`, `session.execute` or `session.get`; `update(…)` and `delete(…)` for many rows.

## Limits
Sessions are known by their types. With SQLAlchemy before 2.0 `Query` is the way to do it; a version that is not known
is taken for a new one.

## References
SQLAlchemy documentation, ORM Querying Guide, "Legacy Query API", and 2.0 Migration Guide, "ORM Query Unified with Core
Select".
"""

from fastapi_audit.rule_api import DataAccess, Project, Severity, Verdict, fail, names, ok, rule, skip

LEGACY, SINCE = "query", "2.0"
STATING = frozenset({"exec", "execute", "get", "get_one", "scalar", "scalars"})


@rule("DBS012", severity=Severity.INFO)
def check(access: DataAccess, project: Project) -> Verdict:
    owner, _, method = (access.call.name or "").rpartition(".")
    if owner not in names("sessions", "with_rows") or not project.is_since("sqlalchemy", SINCE):
        return skip
    if method == LEGACY:
        return fail(access.place, "`session.query` is the legacy interface: `select` takes its place")
    return ok(access.place) if method in STATING and not access.is_raw_sql else skip
