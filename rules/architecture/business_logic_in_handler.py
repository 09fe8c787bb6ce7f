r"""A route handler decides what happens instead of handing the request to a service.

## Why
Logic inside a handler can be reached through HTTP only: no job, command or second route can use it, and each test of a
rule of the business needs a client, a request and a database.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.post("/orders/{quantity}")
async def create_order(quantity: int, country: str, coupon: str = "") -> float:  # finding
    total = 0.0
    for position in range(quantity):
        if position > 10:
            total += 8.0
        else:
            total += 10.0
    if country == "CH":
        total *= 1.08
    elif coupon:
        total -= 5
    return total
```

## Good
```python
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

app = FastAPI()


class Order(BaseModel):
    quantity: int


class Orders:
    async def place(self, order: Order) -> float:
        return 10.0 * order.quantity


@app.post("/orders")
async def create_order(order: Order, orders: Orders = Depends()) -> float:
    if not order.quantity:
        raise HTTPException(422, {"code": "empty_order"})
    return await orders.place(order)
```

## Fix
Move the decisions to a function or class of a service, and let the handler translate between HTTP and it.

## Limits
Control flow is counted, not lines. A branch, a loop and a case count one each; a guard clause (an `if` without `else`
that ends in `raise` or `return`) counts from the third on, because refusing a request is what a handler is for. More
than two make a finding, and so do more than 25 statements, `with` and `pass` left out. `try`, comprehensions,
conditional expressions and functions inside the handler are no decisions. What a helper in the same module does is not
looked at.

## References
FastAPI documentation, Bigger Applications; Martin Fowler, Patterns of Enterprise Application
Architecture, Service Layer.
"""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import Project, Route, Severity, Verdict, fail, ok, rule, skip, syntax

MAX_DECISIONS, MAX_STATEMENTS, FREE_GUARDS = 2, 25, 2
LONGEST_GUARD = 3
LOOPS = (syntax.For, syntax.While)
LEAVING = (syntax.Raise, syntax.Return)
FRAMES = (syntax.With, syntax.Jump)


@rule("ARC003", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    handler = route.handler
    if handler is None or next(other for other in project.routes if other.handler is handler) is not route:
        return skip
    statements = list(_statements(handler.statements))
    decisions = _decisions(statements)
    if decisions > MAX_DECISIONS:
        return fail(handler.place, f"the handler {handler.name} makes {decisions} decisions of its own")
    length = sum(not isinstance(statement, FRAMES) for statement in statements)
    if length > MAX_STATEMENTS:
        return fail(handler.place, f"the handler {handler.name} has {length} statements")
    return ok(handler.place)


def _decisions(statements: Sequence[syntax.Stmt]) -> int:
    guards = sum(_is_guard(statement) for statement in statements)
    branches = sum(isinstance(statement, syntax.If) for statement in statements) - guards
    loops = sum(isinstance(statement, LOOPS) for statement in statements)
    cases = sum(len(statement.cases) for statement in statements if isinstance(statement, syntax.Match))
    return branches + loops + cases + max(0, guards - FREE_GUARDS)


def _is_guard(statement: syntax.Stmt) -> bool:
    """Say whether a statement only turns requests away: an `if` without `else` that says so and leaves."""
    return (
        isinstance(statement, syntax.If)
        and not statement.orelse
        and len(statement.body) <= LONGEST_GUARD
        and isinstance(statement.body[-1], LEAVING)
    )


def _statements(body: Sequence[syntax.Stmt]) -> Iterator[syntax.Stmt]:
    """Yield the statements of a body and those inside them, but not those of definitions."""
    for statement in body:
        yield statement
        for block in _blocks(statement):
            yield from _statements(block)


def _blocks(statement: syntax.Stmt) -> Iterator[Sequence[syntax.Stmt]]:
    match statement:
        case syntax.If() | syntax.For() | syntax.While():
            yield from (statement.body, statement.orelse)
        case syntax.With():
            yield statement.body
        case syntax.Try():
            yield from (statement.body, *(handler.body for handler in statement.handlers))
            yield from (statement.orelse, statement.finalbody)
        case syntax.Match():
            yield from (case.body for case in statement.cases)
        case _:
            pass
