r"""A field of type `str` is compared with a fixed set of values.

## Why
The values are a type that nobody wrote down: any text is accepted, a misspelt one takes the wrong branch in silence,
and the OpenAPI document does not tell clients what they may send.

## Bad
```python
from pydantic import BaseModel


class Export(BaseModel):
    format: str  # finding


def suffix(export: Export) -> str:
    if export.format == "spreadsheet":
        return ".xlsx"
    return ".csv" if export.format == "text" else ".bin"
```

## Good
```python
from enum import Enum
from typing import Literal

from pydantic import BaseModel


class Size(str, Enum):
    SMALL = "small"
    LARGE = "large"


class Export(BaseModel):
    format: Literal["spreadsheet", "text"]
    size: Size
    name: str


def suffix(export: Export) -> str:
    if export.name == "root":
        return ""
    if export.size in ("small", "large"):
        return ".txt"
    return ".xlsx" if export.format == "spreadsheet" else ".csv"
```

## Fix
Declare the field as a `Literal` or an enumeration.

## Limits
Comparisons count where the object's type is known and the texts are written in them. One value alone may be a special
case of a free text and does not count; several may be, too, unless the field is called a kind, a status or the like.

## References
Pydantic documentation, Types; FastAPI documentation, Path Parameters - Predefined values.
"""

import re

from fastapi_audit.rule_api import ComparedField, Related, Severity, Verdict, fail, ok, rule, skip, unknown

from ._sensitive import words_of

# What is called so is one of a few: another name may be that of a free text with special cases.
CLOSED = frozenset({
    "backend", "direction", "engine", "env", "environment", "format", "kind", "level", "mode", "order", "phase", "role",
    "severity", "stage", "state", "status", "type",
})  # fmt: skip
SHOWN = 4


@rule("TYP018", severity=Severity.INFO)
def check(compared: ComparedField) -> Verdict:
    field = compared.field
    if field.type is None or not any(option.name == "str" for option in field.type.options):
        return ok(field.place, f"{compared} has a type of its own")
    values = sorted({text for _, text in compared.comparisons})
    if len(values) < 2:
        return skip
    if CLOSED.isdisjoint(words_of(field.name)[-1:]) or not all(re.fullmatch(r"[A-Za-z][\w-]*", one) for one in values):
        return unknown(field.place, "whether other texts are meant to be taken cannot be told")
    listed = ", ".join(f'"{value}"' for value in values[:SHOWN]) + (" …" if len(values) > SHOWN else "")
    related = tuple(Related(place, f'compared with "{text}"') for place, text in compared.comparisons[:SHOWN])
    return fail(field.place, f"{compared} is a text and compared with {listed}", related=related)
