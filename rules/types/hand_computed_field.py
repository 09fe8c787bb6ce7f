r"""A field of a response is derived from the others by hand, in a validator.

## Why
A field that a validator fills in can also be given, and then says something else than the fields it is made of; it is
stale as soon as one of them changes; and the document calls it input. `@computed_field` is derived each time that the
model is serialised, and cannot be given.

## Bad
```python
from fastapi import FastAPI
from pydantic import BaseModel, model_validator

app = FastAPI()


class OrderRead(BaseModel):
    price: int
    quantity: int
    total: int = 0

    @model_validator(mode="after")
    def add_up(self) -> "OrderRead":
        self.total = self.price * self.quantity  # finding
        return self


@app.get("/orders/{order_id}")
def read_order(order_id: int) -> OrderRead:
    raise NotImplementedError
```

## Good
```python
from fastapi import FastAPI
from pydantic import BaseModel, computed_field, model_validator

app = FastAPI()


class OrderRead(BaseModel):
    price: int
    quantity: int

    @computed_field
    @property
    def total(self) -> int:
        return self.price * self.quantity


class LabelRead(BaseModel):
    name: str
    slug: str | None = None

    @model_validator(mode="after")
    def tidy(self) -> "LabelRead":
        self.name = self.name.strip()
        if self.slug is None:
            self.slug = self.name.lower()
        return self


@app.get("/orders/{order_id}")
def read_order(order_id: int) -> OrderRead:
    raise NotImplementedError


@app.get("/labels/{label_id}")
def read_label(label_id: int) -> LabelRead:
    raise NotImplementedError
```

## Fix
Make the field a property under `@computed_field`.

## Limits
Looked at are validators of whole models that set a field from other fields of the model, whatever was given for it; one
that only stands in for what was not given is a default and none of this. What is derived where the model is made is not
looked at. A derivation that is expensive may be made once on purpose.

## References
Pydantic documentation, Fields - The computed_field decorator (since 2.0).
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import Class, Function, Project, Schema, Severity, Verdict, fail, ok, rule, syntax, tree

from ._validators import OF_MODELS, validators_of

COMPUTED = "pydantic.computed_field"


@rule("TYP022", severity=Severity.INFO, requires={"pydantic": ">=2"})
def check(schema: Schema, project: Project) -> Iterator[Verdict]:
    if not project.schema_graph.sent_by(schema):
        return
    for method in computed_in(schema.cls):
        yield ok(method.place, f"{method.name} is computed")
    names = {field.name for field in schema.fields}
    for method in validators_of(schema.cls, OF_MODELS):
        for name, node in derived_in(method, names):
            yield fail(method.module.at(node), f"{schema}.{name} is derived from other fields by hand")


def computed_in(cls: Class) -> Iterator[Function]:
    for one in cls.lineage:
        yield from (method for method in one.methods.values() if COMPUTED in method.decorators)


def derived_in(method: Function, names: set[str]) -> Iterator[tuple[str, syntax.Node]]:
    """Yield the fields that a method always sets from other fields of its object, and from nothing else."""
    own = method.node.params[0].name if method.node.params else ""
    for statement in method.statements:
        if not isinstance(statement, syntax.Assign) or len(statement.targets) != 1:
            continue
        name = field_of(statement.targets[0], own)
        read = {field_of(node, own) for node in tree.descendants((statement.value,))} & names
        if name in names and read and name not in read:
            yield str(name), statement


def field_of(node: syntax.Node, own: str) -> str | None:
    """Return the field that an expression reads or sets: an attribute of the object itself."""
    is_own = isinstance(node, syntax.Attribute) and isinstance(node.value, syntax.Name) and node.value.id == own
    return node.attr if is_own and isinstance(node, syntax.Attribute) else None
