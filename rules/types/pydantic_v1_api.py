r"""Code written for Pydantic 1 runs on Pydantic 2.

## Why
What was renamed works for now, with a warning, and goes with Pydantic 3. What was removed does not fail either: a
configuration key or an argument of `Field` that Pydantic 2 does not know is ignored, and the constraint it stood for is
not checked any more.

## Bad
```python
from pydantic import BaseModel, Field, validator


class Order(BaseModel):
    code: str = Field(regex="^[A-Z]+$")  # finding

    @validator("code")  # finding
    def is_short(cls, value: str) -> str:
        return value[:10]

    class Config:  # finding
        orm_mode = True


def stored(order: Order) -> dict[str, object]:
    return order.dict(exclude_unset=True)  # finding
```

```python
from pydantic import BaseModel, BaseSettings, ConfigDict


class Settings(BaseSettings):  # finding
    region: str


class Order(BaseModel):
    model_config = ConfigDict(orm_mode=True)  # finding


def made(row: object) -> list[Order]:
    return [Order.from_orm(row)]  # finding
```

## Good
```python
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Order(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str = Field(pattern="^[A-Z]+$", json_schema_extra={"unit": "none"})

    @field_validator("code")
    @classmethod
    def is_short(cls, value: str) -> str:
        return value[:10]


class Config(BaseModel):
    copies: int


class Row(BaseModel):
    values: list[int]

    def dict(self) -> dict[str, object]:
        return self.model_dump(by_alias=True)


@dataclass
class Line:
    text: str

    def json(self) -> str:
        return self.text


def stored(order: Order, row: Row, line: Line, options: dict[str, int]) -> tuple[object, ...]:
    return order.model_dump(exclude_unset=True), row.dict(), line.json(), options.copy()
```

## Fix
Write what stands in its place: `model_config = ConfigDict(…)`, `field_validator`, `model_dump`, `pattern`. The tool
`bump-pydantic` does most of it.

## Limits
Methods are told by the type of what they are called on; where that is not known, nothing is said. Models of
`pydantic.v1` are meant to be old and left out, and so are calls in a branch that asks for Pydantic's version.

## References
Pydantic documentation, Migration Guide; Pydantic Settings documentation; FastAPI release notes, 0.100.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import PydanticUse, Severity, Verdict, fail, ok, rule


@rule("TYP009", severity=Severity.WARNING, requires={"pydantic": ">=2"})
def check(use: PydanticUse) -> Iterator[Verdict]:
    if not use.old:
        yield ok(use.place, "it is of Pydantic 2")
    for term in use.old:
        yield fail(term.place, f"`{term.written}` is of Pydantic 1; Pydantic 2 has `{term.instead}`")
