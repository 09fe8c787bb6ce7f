r"""A foreign key that rows are looked for by has no index.

## Why
PostgreSQL and SQLite make no index for a foreign key. Where the rows that belong to another one are looked for by it,
by a query or by a relationship, each look-up reads the whole table.

## Bad
```python
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))  # finding


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list[Order]] = relationship()


def spent(customer: Customer) -> int:
    return len(customer.orders)
```

```python
from sqlmodel import Field, Session, SQLModel, select


class Order(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")  # finding


def orders_of(customer_id: int, session: Session):
    return session.exec(select(Order).where(Order.customer_id == customer_id)).all()
```

## Good
```python
from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_shop", "shop_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    address: Mapped["Address"] = relationship()


class Address(Base):
    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)


class OrderItem(Base):
    __tablename__ = "order_items"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)


def orders_of(customer_id: int, shop_id: int):
    return select(Order).where(Order.customer_id == customer_id, Order.shop_id == shop_id)
```

`address_id` is only followed: an address is found by its primary key.

## Fix
`mapped_column(ForeignKey(…), index=True)`, or an `Index` that begins with the column; then a migration.

## Limits
An index counts that the model, an `Index` beside it or a migration makes. Columns that a `declared_attr` makes, and
tables without a class, are not looked at. Services that use MySQL or MariaDB only are left out: these make the index.

Rows are looked for by a key where application code compares it with a value or joins its table by it; where a
relationship of the other table that goes back by it is read, of an object whose class its annotation or its name tells;
and where the application deletes what it refers to and `ondelete` or a cascade takes the rows along. A query does not
count that compares another column of the table with a value, too, or adds the condition to a statement under an `if`:
an index on the key may not be the one that it needs. SQL given as text is not read. A key that is only followed to a
primary key needs no index. Neither does a small table, which is not told from others.

## References
PostgreSQL documentation, Constraints, "Foreign Keys"; SQLite documentation, SQLite Foreign Key Support, "Required and
Suggested Database Indexes"; MySQL documentation, FOREIGN KEY Constraints.
"""

from collections.abc import Mapping
from functools import lru_cache

from fastapi_audit.rule_api import (
    Class,
    ForeignKey,
    Project,
    Related,
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

from ._lookups import lookup_by

INDEXING_THEMSELVES = frozenset({"mysql", "mariadb"})
INDEX, CREATE_INDEX = "sqlalchemy.Index", "create_index"


@rule("DBS017", severity=Severity.INFO)
def check(key: ForeignKey, project: Project) -> Verdict:
    dialects = {dialect for engine in project.engines for dialect in engine.dialects}
    if dialects and dialects <= INDEXING_THEMSELVES:
        return skip
    if key.is_indexed or is_indexed_elsewhere(key, project):
        return ok(key.place)
    found = lookup_by(key, project)
    if found is None:
        return skip
    if key.is_indexed is None:
        return unknown(key.place, "which indexes the table has is not known")
    place, how = found
    return fail(
        key.place, f"rows are looked for by `{key.cls.name}.{key}`, and it has no index", related=(Related(place, how),)
    )


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
    functions = (node for node in outer if isinstance(node, syntax.FunctionDef))
    bodies = (node.statements() for node in functions if node.may_hold(CREATE_INDEX))
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
