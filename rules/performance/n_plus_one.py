r"""A query runs once for each item of a loop.

## Why
A list of fifty orders makes fifty-one queries, each with its round trip to the database. It is fast with the ten rows
of a test and takes seconds with the rows of production, and it takes the connection away from other requests.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Order
from app.users import find_user

app = FastAPI()


@app.get("/orders")
async def read_orders(session: AsyncSession):
    orders = (await session.scalars(select(Order))).all()
    return [{"order": order, "user": await find_user(session, order.user_id)} for order in orders]  # finding


@app.post("/orders/cancel")
async def cancel_orders(ids: list[int], session: AsyncSession):
    for order_id in ids:
        order = await session.get(Order, order_id)  # finding
        order.state = "cancelled"
# file: app/users.py
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import User


async def find_user(session: AsyncSession, user_id: int):
    return await session.scalar(select(User).where(User.id == user_id))
```

## Good
```python
from itertools import batched

from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.models import Order

app = FastAPI()


@app.get("/orders")
async def read_orders(session: AsyncSession):
    orders = await session.scalars(select(Order).options(selectinload(Order.user)))
    return [{"order": order, "user": order.user} for order in orders]


@app.post("/orders/cancel")
async def cancel_orders(ids: list[int], session: AsyncSession):
    for batch in batched(ids, 1000):
        await session.execute(update(Order).where(Order.id.in_(batch)).values(state="cancelled"))


@app.get("/counts")
async def count_orders(session: AsyncSession):
    return {state: await session.scalar(select(Order).where(Order.state == state)) for state in ("new", "cancelled")}
```

## Fix
Ask once: `in_(…)` with all identifiers, a join, `selectinload` for what belongs to the rows, or one bulk statement.

## Limits
Looked at are `for` loops and comprehensions in functions that requests reach, around calls that wait for a database
and depend on the item, or that hand it on to such a query over up to three calls (medium confidence; low where they
write too, for doing several operations in turn is often meant). One finding stands for all queries of a loop. Left
out are loops over constants and what else a module holds, over tables, batches and pages, `while`, loops that look
for one item, items with a session of their own, what fills a cache, and `commit`, `flush`, `refresh` and `delete` of
a session. A relationship that a synchronous session loads when it is read counts too, of each row of a loop or of a
list that a handler returns for a response model, as far as PRF013 follows rows.

## References
SQLAlchemy documentation, Relationship Loading Techniques; AIP-231: Batch methods: Get.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    DataAccess,
    FoundRows,
    Function,
    Place,
    Project,
    Related,
    RowState,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
)

from ._queries import is_of_table, is_query, only_reads, query_behind
from ._repetition import Repetition, repetition
from ._rows import unloaded_fields

Found = tuple[Repetition, DataAccess]


@rule("PRF006", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Iterator[Verdict]:
    function = call.function
    if function is None or not project.flow.serves(function):
        yield skip
        return
    own = next((access for access in project.data_accesses_in(function) if access.call is call), None)
    found = repeated(call, own, project)
    if found is None:
        failures = list(lazy_loads(call, function, project))
        yield from failures or [ok(call.place) if own is not None and is_query(own) else skip]
    elif is_reported_before(call, found[0], function, project):
        yield skip
    else:
        yield in_loop(call, *found, found[1] is own, project)


def in_loop(call: Call, loop: Repetition, query: DataAccess, is_own: bool, project: Project) -> Verdict:
    short = ".".join((call.name or "?").split(".")[-2:])
    message = f"`{short}` asks the database once for each `{loop.item}`"
    around = Related(call.module.at(loop.node), "the loop")
    if is_own:
        return fail(call.place, message, related=(around,))
    is_read = isinstance(call.target, Function) and only_reads(call.target, project)
    confidence = Confidence.MEDIUM if is_read else Confidence.LOW
    return fail(call.place, message, related=(around, Related(query.place, "the query")), confidence=confidence)


def lazy_loads(call: Call, function: Function, project: Project) -> Iterator[Verdict]:
    """Yield a failure for each relationship that is loaded for each of the rows that a call finds, one by one."""
    for found in project.rows_found_in(function):
        if found.call is call and not found.query.is_async:  # where it is asynchronous it fails: PRF013
            for place, name in late_places(found, function, project):
                message = f"`{found.table.cls.name}.{name}` is loaded anew for each row"
                related = (Related(found.query.place, "the query"),)
                yield fail(place, message, related=related, confidence=Confidence.MEDIUM)


def late_places(found: FoundRows, function: Function, project: Project) -> Iterator[tuple[Place, str]]:
    """Yield where a relationship is read of each of many rows, each relationship once, or is read for a response."""
    first = {one.node.attr: one.node for one in reversed(found.readings) if one.is_repeated}
    yield from ((function.module.at(node), name) for name, node in sorted(first.items()))
    for route in project.routes_of(function):
        for returned, name in unloaded_fields(found, route, project, RowState.ROWS):
            yield function.module.at(returned), name


def repeated(call: Call, own: DataAccess | None, project: Project) -> Found | None:
    """Return the loop around a call and the query that it repeats: the call itself, or one that it leads to."""
    is_on_the_way = isinstance(call.target, Function) and call.target in project.reaching_data
    if not is_on_the_way and (own is None or not is_query(own)):
        return None
    loop = repetition(call)
    if loop is None or call.target is call.function or (own is not None and is_of_table(own, loop.dependent)):
        return None
    query = own or query_behind(call, loop.dependent, project)
    return (loop, query) if query is not None else None


def is_reported_before(call: Call, loop: Repetition, function: Function, project: Project) -> bool:
    """Say whether an earlier call of the same loop stands for it: what repeats is mended at the loop."""
    accesses = {id(access.call): access for access in project.data_accesses_in(function)}
    for other in project.calls_in(function):
        if other is call:
            return False
        if any(outer is loop.node for outer in other.around):
            found = repeated(other, accesses.get(id(other)), project)
            if found is not None and found[0].node is loop.node:
                return True
    return False
