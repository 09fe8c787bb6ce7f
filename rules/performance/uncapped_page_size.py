r"""A client may ask for a page of any size.

## Why
Pagination protects nobody when `?limit=1000000` is allowed: one request reads the whole table, and a few of them at
once take the service down.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()
ITEMS = ["lamp", "table"]


@app.get("/items")
def read_items(offset: int = 0, limit: int = 50) -> list[str]:  # finding
    return ITEMS[offset : offset + limit]
```

## Good
```python
from typing import Annotated

from fastapi import FastAPI, Query

app = FastAPI()
ITEMS = ["lamp", "table"]


@app.get("/items")
def read_items(offset: int = 0, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> list[str]:
    return ITEMS[offset : offset + limit]
```

A size that is cut in the body, and one of a fixed set:

```python
from typing import Literal

from fastapi import FastAPI

app = FastAPI()
ITEMS = ["lamp", "table"]


@app.get("/items")
def read_items(limit: int = 50) -> list[str]:
    return ITEMS[: min(limit, 100)]


@app.get("/tables")
def read_tables(page_size: Literal[10, 50] = 10) -> list[str]:
    return ITEMS[:page_size]
```

## Fix
`limit: Annotated[int, Query(ge=1, le=100)] = 50`.

## Limits
Looked at are integer query parameters called limit, page_size, per_page, size and the like, on GET routes that return a
list or a page of one. A cap in the body is `min(…)` or an `if` that compares it, in the function that declares it or in
one that is called with the same name. Fields of models that query parameters fill are not looked at.

## References
FastAPI documentation, Query Parameters and Numeric Validations; OWASP API Security 2023, API4; CWE-770.
"""

from fastapi_audit.rule_api import Function, Parameter, Project, Severity, Verdict, fail, names, ok, rule, skip, syntax

from ._lists import plain, returns_collection

CAPS = ("le", "lt")
ABOVE = frozenset({">", ">="})


@rule("PRF005", severity=Severity.WARNING)
def check(parameter: Parameter, project: Project) -> Verdict:
    if parameter.source != "query" or plain(parameter.name) not in names("collections", "page_sizes"):
        return skip
    routes = [route for route in project.routes if any(one.place == parameter.place for one in route.all_parameters)]
    if parameter.type is None or not any(returns_collection(route, project) for route in routes):
        return skip
    if any(cap in parameter.options for cap in CAPS):
        return ok(parameter.place)
    options = parameter.type.options
    if options and all(
        option.name == "typing.Literal" or option.is_a("enum.Enum", "enum.IntEnum") for option in options
    ):
        return ok(parameter.place)
    if not any(option.name == "int" for option in options):
        return skip
    entries = [parameter.function, *(route.handler for route in routes)]
    reached = project.reached([function for function in entries if function is not None])
    if any(_cuts(function, parameter.variable, project) for function in reached):
        return ok(parameter.place)
    return fail(parameter.place, f"`{parameter.name}` has no upper bound")


def _cuts(function: Function, variable: str, project: Project) -> bool:
    """Say whether a function takes the minimum of a variable and something, or compares it from above."""
    least = (call.node for call in project.calls_in(function) if call.name == "min")
    if any(
        _names(argument.value, variable) for node in least if isinstance(node, syntax.Call) for argument in node.args
    ):
        return True
    tests = (statement.test for statement in function.statements if isinstance(statement, syntax.If))
    return any(
        _names(test.left, variable) and test.ops[0] in ABOVE for test in tests if isinstance(test, syntax.Compare)
    )


def _names(node: syntax.Expr, variable: str) -> bool:
    if isinstance(node, syntax.Attribute):
        return node.attr == variable
    return isinstance(node, syntax.Name) and node.id == variable
