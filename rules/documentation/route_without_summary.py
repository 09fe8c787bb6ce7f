r"""A route says nothing about itself: it has neither a docstring nor a summary or description.

## Why
The documentation then shows the name of the function, "Read Items", and nothing else. What the route does, for whom and
when it refuses has to be found out by trying.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")  # finding
def list_orders() -> list[int]:
    return [1]
```

Nothing before a form feed is nothing at all, and a comment is for readers of the code:

```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/orders", summary="")  # finding
def list_orders() -> list[int]:
    "\fFor us only."
    return [1]


@app.get("/prices", response_description="All prices")  # finding
def list_prices() -> list[int]:
    # Lists the prices.
    return [1]
```

## Good
```python
from fastapi import FastAPI

app = FastAPI()
ABOUT = "The orders of the last year, the newest first."


@app.get("/orders")
def list_orders() -> list[int]:
    "List the orders."
    return [1]


@app.get("/prices", summary="List the prices")
def list_prices() -> list[int]:
    return [1]


@app.get("/archive", description=ABOUT)
def list_archive() -> list[int]:
    return [1]


@app.get("/stock", openapi_extra={"summary": "Count the stock"})
def count_stock() -> int:
    return 1


@app.get("/health", include_in_schema=False)
def check_health() -> str:
    return "ok"
```

## Fix
Write a docstring: its text, up to a form feed, becomes the description of the operation.

## Limits
What the text says is not judged. A handler that is no function of the project is unknown when the route itself says
nothing.

## References
FastAPI documentation, Path Operation Configuration, Summary and description, and Path Operation Advanced Configuration.
"""

from fastapi_audit.rule_api import DictValue, Route, Severity, Verdict, fail, may_be_true, ok, rule, skip, unknown

TEXTS = ("summary", "description")


@rule("API003", severity=Severity.INFO)
def check(route: Route) -> Verdict:
    if not route.is_documented:
        return skip
    extra = route.options.get("openapi_extra")
    given = [route.options.get(name) for name in TEXTS]
    given += [extra.get(name) for name in TEXTS] if isinstance(extra, DictValue) else []
    if any(may_be_true(value) for value in given):
        return ok(route.place)
    if route.handler is None:
        return unknown(route.place, "its handler is not known")
    if (route.handler.node.docstring or "").split("\f")[0].strip():
        return ok(route.handler.place)
    return fail(route.place, f"{route} has neither a docstring nor a summary")
