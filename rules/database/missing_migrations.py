r"""The project has tables and no migrations.

## Why
A schema that only `create_all` or a hand-typed statement makes cannot follow the code: existing tables keep their old
columns, nobody knows which version a database is at, and a deployment cannot be rehearsed or taken back.

## Bad
```python
# finding: project
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_engine("sqlite:///shop.db")


class Base(DeclarativeBase): ...


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)


Base.metadata.create_all(engine)
```

Tables made by SQL are tables too:

```python
# finding: project
import sqlite3

connection = sqlite3.connect("shop.db")
connection.execute("CREATE TABLE IF NOT EXISTS products (id INTEGER PRIMARY KEY)")
```

## Good
```python
# file: app/models.py
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
# file: migrations/versions/0001_products.py
'''products

Revision ID: 0001
Revises:
'''
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("products", sa.Column("id", sa.Integer, primary_key=True))
```

Documents have no schema to migrate:

```python
from beanie import Document


class Product(Document):
    name: str
```

## Fix
Set up the migration tool of your ORM: Alembic for SQLAlchemy and SQLModel, Aerich for Tortoise, Piccolo's own; let it
write the first migration, and run it before each deployment.

## Limits
Migrations that live in another repository are not seen. Documents of Beanie and ODMantic are no tables.

## References
Alembic documentation, Tutorial; Aerich; Piccolo documentation, Migrations; Evolutionary Database Design (Fowler).
"""

from fastapi_audit.rule_api import Place, Priority, Project, Severity, Verdict, fail, ok, rule, skip, unknown

from ._statements import creates_table

DOCUMENT_STORES = frozenset({"beanie", "odmantic"})


@rule("DBS002", severity=Severity.ERROR, priority=Priority.P0)
def check(project: Project) -> Verdict:
    if project.migrations.steps:
        return ok(Place(project.migrations.steps[0]))
    if project.migrations.files:
        return unknown(Place(project.migrations.files[0]), "a tool for migrations is set up, and no migration is there")
    tables = [table for table in project.tables if table.library not in DOCUMENT_STORES]
    if tables:
        return fail(None, f"{len(tables)} tables, among them `{tables[0]}`, and no migrations")
    created = next((access for access in project.data_accesses if creates_table(access)), None)
    return fail(None, f"{created.place} creates a table, and there are no migrations") if created else skip
