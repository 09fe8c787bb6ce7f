r"""A foreign key has no index.

## Why
The rows that belong to another one are looked for by the foreign key, in every join and relationship. PostgreSQL and
SQLite make no index for it: each look-up reads the whole table, and so does each deletion of a row that is referred to.

## Bad
```python
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))  # finding
```

```python
from sqlmodel import Field, SQLModel


class Order(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")  # finding
```

## Good
```python
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_shop", "shop_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))


class OrderItem(Base):
    __tablename__ = "order_items"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
```

## Fix
`mapped_column(ForeignKey(…), index=True)`, or an `Index` that begins with the column; then a migration.

## Limits
An index counts that the model, an `Index` beside it or a migration makes. Columns that a `declared_attr` makes, and
tables without a class, are not looked at. Services that use MySQL or MariaDB only are left out: these make the index.
A key
to the same table is left out where its relationship is loaded by the primary key (`remote_side`), none leads back, and
no query compares it. A small table, or one that nothing looks up from that side, needs none.

## References
PostgreSQL documentation, Constraints, "Foreign Keys"; SQLite documentation, SQLite Foreign Key Support, "Required and
Suggested Database Indexes"; MySQL documentation, FOREIGN KEY Constraints.
"""

from collections.abc import Mapping
from functools import lru_cache

from fastapi_audit.rule_api import (
    Class,
    Comparison,
    ForeignKey,
    Project,
    Role,
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

INDEXING_THEMSELVES = frozenset({"mysql", "mariadb"})
INDEX, CREATE_INDEX = "sqlalchemy.Index", "create_index"


@rule("DBS017", severity=Severity.INFO)
def check(key: ForeignKey, project: Project) -> Verdict:
    dialects = {dialect for engine in project.engines for dialect in engine.dialects}
    if dialects and dialects <= INDEXING_THEMSELVES:
        return skip
    if key.is_indexed or is_indexed_elsewhere(key, project):
        return ok(key.place)
    if key.is_only_followed and (key.cls.name, key.name) not in compared_attributes(project):
        return skip
    if key.is_indexed is None:
        return unknown(key.place, "which indexes the table has is not known")
    return fail(key.place, f"`{key.cls.name}.{key}` refers to another table and has no index")


def is_indexed_elsewhere(key: ForeignKey, project: Project) -> bool:
    """Say whether an index beside the class, or one that a migration creates, begins with a column."""
    if (key.cls.name, key.name) in indexed_attributes(project):
        return True
    own = table_name(key.cls)
    tables = indexed_by_migrations(project).get(key.column, frozenset())
    return bool(tables) if own is None else not tables.isdisjoint((own, None))


def table_name(cls: Class) -> str | None:
    """Return the name that a class gives its table, None when it is computed."""
    named = cls.attributes.get("__tablename__")
    value = named.value if named is not None else None
    return value.value if isinstance(value, syntax.Constant) and isinstance(value.value, str) else None


@lru_cache(maxsize=1)
def compared_attributes(project: Project) -> frozenset[tuple[str, str]]:
    """Return the classes and attributes that application code compares or calls a method of, as queries do."""
    compared = [node for one in project.subjects(Comparison) for node in tree.descendants([one.node])]
    called = [one.node.func for one in project.calls if one.method and isinstance(one.node, syntax.Call)]
    owners = [func.value for func in called if isinstance(func, syntax.Attribute)]
    return frozenset(
        (one.value.id, one.attr)
        for one in (*compared, *owners)
        if isinstance(one, syntax.Attribute) and isinstance(one.value, syntax.Name)
    )


@lru_cache(maxsize=1)
def indexed_attributes(project: Project) -> frozenset[tuple[str, str]]:
    """Return the classes and attributes that an `Index(…)` outside of classes begins with."""
    nodes = [call.node for call in project.calls if call.name == INDEX and isinstance(call.node, syntax.Call)]
    first = [node.args[1].value for node in nodes if len(node.args) > 1]
    return frozenset(
        (one.value.id, one.attr)
        for one in first
        if isinstance(one, syntax.Attribute) and isinstance(one.value, syntax.Name)
    )


@lru_cache(maxsize=1)
def indexed_by_migrations(project: Project) -> Mapping[str, frozenset[str | None]]:
    """Return the columns that the indexes of migrations begin with, with their tables: None where that is not said."""
    found: dict[str, frozenset[str | None]] = {}
    migrations = (module for module in project.all_modules if module.role is Role.MIGRATION)
    outer = [node for module in migrations for node in tree.descendants(module.facts.statements)]
    bodies = (node.statements() for node in outer if isinstance(node, syntax.FunctionDef))
    for node in (node for body in bodies for node in tree.descendants(body)):
        column, table = first_column(node) if isinstance(node, syntax.Call) else (None, None)
        if column is not None:
            found[column] = found.get(column, frozenset()) | {table}
    return found


def first_column(node: syntax.Call) -> tuple[str | None, str | None]:
    """Return the first column of `op.create_index("name", "table", ["column", …])`, and the table unless in a batch."""
    if not isinstance(node.func, syntax.Attribute) or node.func.attr != CREATE_INDEX:
        return None, None
    values = [argument.value for argument in node.args]
    columns = next((value.items for value in values if isinstance(value, syntax.Sequence)), ())
    texts = [value.value if isinstance(value, syntax.Constant) else None for value in (*columns[:1], *values[1:2])]
    column, table = [text if isinstance(text, str) else None for text in (*texts, None, None)][:2]
    return column, table
