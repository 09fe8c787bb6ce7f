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
that ends in `raise` or `return`) counts from the third on, because refusing a request is what a handler is for. A
`match` or a chain of `elif` that only chooses which call answers counts once. More than two make a finding, and so do
more than 25 statements, `with` and `pass` left out. `try`, comprehensions, conditional expressions and functions inside
the handler are no decisions, and neither is what stands in a `with` of a library that builds HTML, which is a page.
What a helper in the same module does is not
looked at.

## References
FastAPI documentation, Bigger Applications; Martin Fowler, Patterns of Enterprise Application
Architecture, Service Layer.
"""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import Project, Route, Severity, Verdict, fail, ok, rule, skip, syntax

from ._rendering import rendering_blocks

MAX_DECISIONS, MAX_STATEMENTS, FREE_GUARDS = 2, 25, 2
LONGEST_GUARD = 3
LOOPS = (syntax.For, syntax.While)
LEAVING = (syntax.Raise, syntax.Return)
GIVEN = (syntax.Call, syntax.Constant, syntax.Name)
FRAMES = (syntax.With, syntax.Jump)


@rule("ARC003", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    handler = route.handler
    if handler is None or next(other for other in project.routes if other.handler is handler) is not route:
        return skip
    statements = list(_statements(handler.statements, rendering_blocks(handler, project)))
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
    matches = [statement for statement in statements if isinstance(statement, syntax.Match)]
    cases = sum(1 if _is_dispatch(statement) else len(statement.cases) for statement in matches)
    return branches + loops + cases + max(0, guards - FREE_GUARDS)


def _is_guard(statement: syntax.Stmt) -> bool:
    """Say whether a statement only turns requests away: an `if` without `else` that says so and leaves."""
    return (
        isinstance(statement, syntax.If)
        and not statement.orelse
        and len(statement.body) <= LONGEST_GUARD
        and isinstance(statement.body[-1], LEAVING)
    )


def _is_dispatch(statement: syntax.Stmt) -> bool:
    """Say whether a statement only chooses who answers: each of its branches gives what one call gives, or refuses."""
    if isinstance(statement, syntax.Match):
        return all(case.guard is None and _hands_over(case.body) for case in statement.cases)
    if not isinstance(statement, syntax.If) or not _hands_over(statement.body) or not statement.orelse:
        return False
    rest = statement.orelse
    is_last = isinstance(rest[0], syntax.If) and not rest[0].orelse and _hands_over(rest[0].body)
    return _hands_over(rest) or (len(rest) == 1 and (is_last or _is_dispatch(rest[0])))


def _hands_over(body: Sequence[syntax.Stmt]) -> bool:
    if len(body) != 1 or not isinstance(body[0], LEAVING):
        return False
    value = body[0].value if isinstance(body[0], syntax.Return) else body[0].exc
    value = value.value if isinstance(value, syntax.Await) else value
    return value is None or isinstance(value, GIVEN)


def _statements(body: Sequence[syntax.Stmt], rendering: frozenset[int]) -> Iterator[syntax.Stmt]:
    """Yield the statements of a body and those inside them, but not those of definitions, pages and dispatches."""
    for statement in body:
        yield statement
        if id(statement) not in rendering and not _is_dispatch(statement):
            for block in _blocks(statement):
                yield from _statements(block, rendering)


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
