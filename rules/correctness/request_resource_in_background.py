r"""Work that outlives the request uses the request's database session.

## Why
The dependency that opened the session closes it when the request is over. A task or thread that is still running then
works on a closed session, or together with the handler on one that is not made for two: rows vanish, transactions mix,
and the connection never gets back to the pool. From FastAPI 0.106 to 0.117 background tasks run after the dependencies
have closed what they yielded, so there every such task fails.

## Bad
```python
# file: requirements.txt
fastapi==0.115.0
# file: app/main.py
import asyncio

from fastapi import BackgroundTasks, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()


async def send_invoice(order_id: int, session: AsyncSession) -> None: ...


@app.post("/orders/{order_id}")
async def create_order(order_id: int, session: AsyncSession) -> None:
    asyncio.create_task(send_invoice(order_id, session))  # finding


@app.post("/orders/{order_id}/reminders")
async def remind(order_id: int, session: AsyncSession, tasks: BackgroundTasks) -> None:
    tasks.add_task(send_invoice, order_id, session)  # finding
```

## Good
```python
import asyncio

from fastapi import BackgroundTasks, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

app = FastAPI()
make_session = async_sessionmaker()


async def send_invoice(order_id: int) -> None:
    async with make_session() as session:
        await session.commit()


async def count(session: AsyncSession) -> int:
    return 1


@app.post("/orders/{order_id}")
async def create_order(order_id: int, session: AsyncSession, tasks: BackgroundTasks) -> int:
    tasks.add_task(send_invoice, order_id)
    counting = asyncio.create_task(count(session))
    return await counting
```

## Fix
Hand over identifiers instead, and open a session inside the task.

## Limits
Looked at are parameters with a session of SQLAlchemy or SQLModel, in functions that requests reach, that are handed to
background tasks, or to tasks and threads that nobody waits for. Below FastAPI 0.106 and from 0.118 on, background tasks
run before the dependencies are closed: there, and when the version is not known, the finding has low confidence,
because the session is only held longer than the request needs it; likewise where no dependency with `yield` gives the
session, since then it is not FastAPI that closes it. Rows that are handed over are not looked at.

## References
FastAPI documentation, Advanced Dependencies: "Dependencies with yield and background tasks"; release notes of 0.106.0
and 0.118.0; SQLAlchemy documentation, "Is the Session thread-safe? Is AsyncSession safe to share in concurrent tasks?"
"""

import re

from fastapi_audit.rule_api import Call, Confidence, Function, Project, Severity, Verdict, fail, ok, rule, skip

from ._handed_on import runs_after_response, runs_unattended, sessions_of_request

CLOSES_FIRST, CLOSES_LAST = (0, 106), (0, 118)


@rule("COR006", severity=Severity.ERROR)
def check(call: Call, project: Project) -> Verdict:
    function = call.function
    is_background = runs_after_response(call, project)
    if function is None or not (is_background or runs_unattended(call, project)):
        return skip
    if not project.flow.serves(function):
        return skip
    session = next(sessions_of_request(call, project), None)
    if session is None:
        return ok(call.place)
    if not is_background:
        return fail(call.place, f"the task that `{function.name}` starts keeps using `{session}` after the request")
    if closes_before_tasks(project.versions.get("fastapi")) and is_closed_by_fastapi(function, session, project):
        return fail(call.place, f"`{session}` is closed before the background task of `{function.name}` uses it")
    message = f"`{session}` of the request is held until the background task of `{function.name}` ends"
    return fail(call.place, message, confidence=Confidence.LOW)


def closes_before_tasks(fastapi: str | None) -> bool:
    """Say whether this version of FastAPI closes dependencies before it runs background tasks."""
    release = tuple(int(part) for part in re.findall(r"\d+", fastapi or "")[:2])
    return CLOSES_FIRST <= release < CLOSES_LAST


def is_closed_by_fastapi(function: Function, name: str, project: Project) -> bool:
    """Say whether a dependency with `yield` gives a parameter; one of which that is not known is taken for one."""
    place = next(function.module.at(parameter) for parameter in function.node.params if parameter.name == name)
    given = [one for route in project.routes_of(function) for one in route.dependencies if one.place == place]
    inner = [below for one in given for below in one.walk()]
    return not inner or any(one.function is None or one.function.node.is_generator for one in inner)
