r"""A list, dict or set is a default, and all calls or all objects share it.

## Why
Defaults are made once, when the function or class is defined. What one call adds, the next one finds: in a service that
is data of one request that shows up in another.

## Bad
```python
def collected(item: str, into: list[str] = []) -> list[str]:  # finding
    into.append(item)
    return into


class Basket:
    items: list[str] = []  # finding

    def add(self, item: str) -> None:
        self.items.append(item)
```

## Good
```python
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel

app = FastAPI()


def collected(item: str, into: list[str] | None = None) -> list[str]:
    return [*(into or []), item]


def copied(extra: dict[str, str] = {}) -> dict[str, str]:
    extra = dict(extra)
    extra["seen"] = "yes"
    return extra


class Order(BaseModel):
    lines: list[str] = []


@dataclass
class Line:
    tags: list[str] = field(default_factory=list)


class Basket:
    colours = ["red", "blue"]
    items: list[str] = []

    def __init__(self) -> None:
        self.items = []

    def add(self, item: str) -> None:
        self.items.append(item)


@app.get("/orders")
def list_orders(tags: Annotated[list[str], Query()] = []) -> list[str]:
    tags.append("all")
    return tags
```

## Fix
Default to `None` and make a new one inside, or in `__init__`.

## Limits
FastAPI and Pydantic copy defaults, so what they fill is left out. What is changed where it is defined counts with high
confidence, what is returned or kept on an object with medium, as does a value of a class, of which there may be but one
object; a default that is only read harms nobody. What other functions do with it is not followed.

## References
Python documentation, Programming FAQ - Why are default values shared between objects?; flake8-bugbear, B006.
"""

from fastapi_audit.rule_api import Confidence, DefaultValue, Project, Severity, Treatment, Verdict, fail, ok, rule

SAID: dict[Treatment | None, tuple[str, Confidence]] = {
    Treatment.CHANGED: ("changed", Confidence.HIGH),
    Treatment.HANDED_ON: ("returned or kept", Confidence.MEDIUM),
}


@rule("TYP016", severity=Severity.WARNING)
def check(default: DefaultValue, project: Project) -> Verdict:
    function = default.function
    is_filled = function is not None and (bool(project.routes_of(function)) or project.is_dependency(function))
    if is_filled or default.treatment not in SAID:
        return ok(default.place)
    what, confidence = SAID[default.treatment]
    shared = "objects" if function is None else "calls"
    confidence = min(confidence, Confidence.MEDIUM) if function is None else confidence
    return fail(default.place, f"`{default.name}` is shared by all {shared} and {what}", confidence=confidence)
