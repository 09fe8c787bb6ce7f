r"""A coroutine is made and never awaited, or taken for the value that awaiting it would give.

## Why
Calling an `async def` runs nothing of it. Without `await` the mail is not sent and the row not saved, and nobody hears
of it but a warning on standard error; a condition on a coroutine is always true, so a check that forgets its `await`
lets everybody in.

## Bad
```python
# file: app/main.py
from fastapi import FastAPI, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from app.users import is_allowed, notify

app = FastAPI()


@app.post("/users/{user_id}")
async def create_user(user_id: int, session: AsyncSession):
    if not is_allowed(user_id):  # finding
        raise HTTPException(403)
    notify(user_id)  # finding
    session.commit()  # finding
# file: app/users.py
async def is_allowed(user_id: int) -> bool:
    return user_id == 1


async def notify(user_id: int) -> None: ...
```

## Good
```python
import asyncio

from fastapi import BackgroundTasks, FastAPI, HTTPException

app = FastAPI()


async def is_allowed(user_id: int) -> bool:
    return user_id == 1


async def notify(user_id: int) -> None: ...


@app.post("/users/{user_id}")
async def create_user(user_id: int, tasks: BackgroundTasks):
    if not await is_allowed(user_id):
        raise HTTPException(403)
    await asyncio.gather(notify(user_id), *(notify(other) for other in range(3)))
    waiting = notify(user_id)
    await waiting
    tasks.add_task(notify, user_id)
```

## Fix
Put `await` in front of the call; or hand the coroutine to `asyncio.gather`, a task group or `asyncio.create_task`.

## Limits
Reported is a call that stands alone as a statement, and one whose result is looked into, compared, tested, formatted or
iterated over at once. A coroutine that is stored, returned or handed on may be awaited later and is no finding, nor is
a call of a method that a subclass overrides with a plain function, or of a function with a decorator of unknown effect.
Motor's methods start without `await`.

## References
Python documentation, Developing with asyncio, "Detect never awaited coroutines"; FastAPI documentation, Concurrency
and async / await.
"""

from fastapi_audit.rule_api import Call, Function, Project, Severity, Verdict, fail, ok, rule, skip, syntax

# What a coroutine itself has, and what drives it.
OF_COROUTINES = frozenset({"close", "send", "throw", "__await__", "cr_await", "cr_code", "cr_frame", "cr_running"})
STARTING = "motor."


@rule("COR008", severity=Severity.ERROR)
def check(call: Call, project: Project) -> Verdict:
    if not gives_coroutine(call, project):
        return skip
    use = None if call.is_awaited else misuse(call)
    if use is None:
        return ok(call.place)
    if isinstance(call.target, Function) and is_overridden_otherwise(call.target, project):
        return skip
    return fail(call.place, f"`{short(call.name)}` gives a coroutine that {use}")


def gives_coroutine(call: Call, project: Project) -> bool:
    if call.is_of_coroutine_function or isinstance(call.target, Function):
        return call.is_of_coroutine_function
    if call.function is None or (call.name or "").startswith(STARTING):
        return False
    accesses = project.data_accesses_in(call.function)
    return any(access.call is call and access.is_async and access.waits for access in accesses)


def is_overridden_otherwise(function: Function, project: Project) -> bool:
    """Say whether a subclass puts something in the place of a method that gives no coroutine."""
    owner = function.owner
    if owner is None:
        return False
    heirs = (cls.methods.get(function.name) for cls in project.classes if owner in cls.ancestors)
    return any(heir is not None and (not heir.is_async or heir.node.is_generator) for heir in heirs)


def misuse(call: Call) -> str | None:
    """Return what is done with the result, if that can only be done with what an `await` gives."""
    node, around = call.node, call.parent
    match around:
        case syntax.ExprStmt():
            return "nobody awaits"
        case syntax.Attribute() if around.attr not in OF_COROUTINES:
            return f"has no `{around.attr}` before it is awaited"
        case syntax.Subscript() if around.value is node:
            return "has no items before it is awaited"
        case syntax.Compare():
            return "is compared before it is awaited"
        case syntax.UnaryOp(op="not") | syntax.Assert():
            return "is always true before it is awaited"
        case syntax.If() | syntax.While() | syntax.IfExp() if around.test is node:
            return "is always true before it is awaited"
        case syntax.BinaryOp() if around.op not in ("and", "or") or around.left is node:
            return "is taken for its result"
        case syntax.Interpolation():
            return "is formatted before it is awaited"
        case syntax.For(is_async=False) | syntax.Clause(is_async=False) if around.iter is node:
            return "cannot be iterated over before it is awaited"
        case _:
            return None


def short(name: str | None) -> str:
    return ".".join((name or "?").split(".")[-2:])
