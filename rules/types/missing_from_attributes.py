r"""A schema is made from rows of a table and cannot read their attributes.

## Why
Pydantic validates dictionaries. Given an object with attributes, such as a row of an ORM, it raises a `ValidationError`
unless `from_attributes` is on: the route answers with 500 as soon as there is a row.

## Bad
```python
from pydantic import BaseModel
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)


class OrderRead(BaseModel):  # finding
    id: int


def shown(order: Order) -> OrderRead:
    return OrderRead.model_validate(order)
```

## Good
```python
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)


class Output(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrderRead(Output):
    id: int


class OrderLine(BaseModel):
    id: int


def shown(order: Order) -> OrderRead:
    return OrderRead.model_validate(order)


def line(order: Order) -> OrderLine:
    return OrderLine.model_validate(order, from_attributes=True)


def also(order: Order) -> OrderLine:
    return OrderLine.model_validate({"id": order.id})
```

## Fix
Set `model_config = ConfigDict(from_attributes=True)` on the schema or a common base of all that are made from rows.

## Limits
FastAPI itself reads attributes when it serialises a `response_model`, so only schemas that are made by hand are
subjects, where it is known that they are made from a row. `TypeAdapter` is not followed.

## References
Pydantic documentation, Models - Arbitrary class instances; FastAPI documentation, Response Model.
"""

from fastapi_audit.rule_api import (
    Call,
    Class,
    Instance,
    Known,
    Project,
    Related,
    Schema,
    Severity,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    unknown,
)

SETTINGS = ("from_attributes", "orm_mode")


@rule("TYP010", severity=Severity.WARNING)
def check(schema: Schema, project: Project) -> Verdict:
    tables = {table.cls for table in project.tables}
    call = next((call for call in project.schema_graph.made_by(schema) if _takes_row(call, tables)), None)
    if call is None:
        return skip
    if schema.cls.is_a("sqlmodel.SQLModel"):
        return ok(schema.place, "SQLModel reads attributes by itself")
    related = Related(call.place, f"{schema} is made from a row here")
    said = [schema.config[name] for name in SETTINGS if name in schema.config]
    if not said or said[0] == Known(False):
        message = f"{schema} is made from a row and does not say `from_attributes=True`"
        return fail(schema.place, message, related=(related,))
    if said[0] == Known(True):
        return ok(schema.place, f"{schema} reads attributes")
    return unknown(schema.place, "whether it reads attributes is computed")


def _takes_row(call: Call, tables: set[Class]) -> bool:
    value = call.argument(0, "obj")
    if value is None or "from_attributes" in call.named:
        return False
    return any(isinstance(option, Instance) and option.cls in tables for option in options_of(value))
