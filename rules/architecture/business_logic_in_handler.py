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
Control flow is counted, not lines. A branch, a loop and a case count one each, a guard clause that returns something
from the third on. A `match` or a chain of `elif` that only chooses which call answers, or the value of one variable,
counts once. More than two make a finding, and so do more than 25 statements.

What belongs to a handler counts for neither: an `if` that raises to refuse the request or returns nothing, one that
asks for the request's method, branches that only give what the request says another form (no number, no arithmetic),
build a query step by step (`query = query.where(…)`), read what belongs to something where there is any, choose or
complete the response, or log, loops that only fill a collection, and what stands in a `with` of a library that builds
HTML, which is a page. `try`, comprehensions, conditional expressions and functions inside the handler are no decisions,
nor is what stands in an `except` clause, which turns an error into an answer. What a helper in the same module does is
not looked at.

## References
FastAPI documentation, Bigger Applications; Martin Fowler, Patterns of Enterprise Application
Architecture, Service Layer.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from fastapi_audit.rule_api import Function, Project, Route, Severity, Verdict, fail, ok, rule, skip, syntax

from ._translation import Translation, translation_of

MAX_DECISIONS, MAX_STATEMENTS, FREE_GUARDS = 2, 25, 2
LONGEST_GUARD = 3
LEAVING = (syntax.Raise, syntax.Return)
GIVEN = (syntax.Call, syntax.Constant, syntax.Name)
FRAMES = (syntax.With, syntax.Raise, syntax.Jump)


@lru_cache(maxsize=1)
def _first_routes(project: Project) -> dict[Function, Route]:
    """Return the first route of each handler, where it is judged."""
    return {route.handler: route for route in reversed(project.routes) if route.handler is not None}


@rule("ARC003", severity=Severity.WARNING)
def check(route: Route, project: Project) -> Verdict:
    handler = route.handler
    if handler is None or _first_routes(project)[handler] is not route:
        return skip
    translation = translation_of(route, handler, project)
    statements = list(_statements(handler.statements, translation))
    decisions = _decisions(statements, translation)
    if decisions > MAX_DECISIONS:
        return fail(handler.place, f"the handler {handler.name} makes {decisions} decisions of its own")
    length = sum(not isinstance(statement, FRAMES) for statement in statements)
    if length > MAX_STATEMENTS:
        return fail(handler.place, f"the handler {handler.name} takes {length} steps of its own")
    return ok(handler.place)


def _decisions(statements: Sequence[syntax.Stmt], translation: Translation) -> int:
    branches = [statement for statement in statements if isinstance(statement, syntax.If)]
    deciding = [one for one in branches if not _refuses(one, translation) and not translation.asks_for_method(one.test)]
    guards = sum(_is_guard(statement) for statement in deciding)
    loops = sum(_is_loop(statement, translation) for statement in statements)
    matches = [statement for statement in statements if isinstance(statement, syntax.Match)]
    cases = sum(1 if _is_one_choice(statement, translation) else len(statement.cases) for statement in matches)
    return len(deciding) - guards + loops + cases + max(0, guards - FREE_GUARDS)


def _is_loop(statement: syntax.Stmt, translation: Translation) -> bool:
    if isinstance(statement, syntax.For):
        return not translation.is_comprehension(statement)
    return isinstance(statement, syntax.While)


def _refuses(statement: syntax.If, translation: Translation) -> bool:
    """Say whether one of the branches only turns the request away: it says so and raises, or does nothing."""
    otherwise = () if len(statement.orelse) == 1 and isinstance(statement.orelse[0], syntax.If) else statement.orelse
    return any(_turns_away(block, translation) for block in (statement.body, otherwise) if block)


def _turns_away(block: Sequence[syntax.Stmt], translation: Translation) -> bool:
    *before, last = block
    if isinstance(last, syntax.Return) and (last.value is None or _is_none(last.value)):
        return all(translation.is_free(statement, by_request=False) for statement in before)
    return isinstance(last, syntax.Raise) and len(block) <= LONGEST_GUARD


def _is_none(value: syntax.Expr) -> bool:
    return isinstance(value, syntax.Constant) and value.value is None


def _is_guard(statement: syntax.If) -> bool:
    """Say whether a statement only answers some requests at once: an `if` without `else` that says so and returns."""
    is_short = not statement.orelse and len(statement.body) <= LONGEST_GUARD
    return is_short and isinstance(statement.body[-1], syntax.Return)


def _is_one_choice(statement: syntax.Stmt, translation: Translation) -> bool:
    """Say whether the branches of a statement only differ in which call answers, or in the value of one variable."""
    return _is_dispatch(statement) or translation.chooses(statement)


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


def _statements(body: Sequence[syntax.Stmt], translation: Translation) -> Iterator[syntax.Stmt]:
    """Yield the statements that do more than translate, and those inside them, but not those of dispatches."""
    for statement in body:
        if not translation.is_free(statement):
            yield statement
            if not _is_one_choice(statement, translation):
                for block in _blocks(statement):
                    yield from _statements(block, translation)


def _blocks(statement: syntax.Stmt) -> Iterator[Sequence[syntax.Stmt]]:
    match statement:
        case syntax.If() | syntax.For() | syntax.While():
            yield from (statement.body, statement.orelse)
        case syntax.With():
            yield statement.body
        case syntax.Try():
            yield from (statement.body, statement.orelse, statement.finalbody)
        case syntax.Match():
            yield from (case.body for case in statement.cases)
        case _:
            pass
