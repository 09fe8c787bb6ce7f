r"""A task is started and nothing keeps it.

## Why
The event loop holds its tasks by weak references only: one that nothing else refers to may be collected in the middle
of its work. Whether it fails nobody learns, and at shutdown nobody waits for it or cancels it.

## Bad
```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


async def send_receipt(order: int) -> None:
    await asyncio.sleep(1)


@app.post("/orders/{order}")
async def pay(order: int) -> None:
    asyncio.create_task(send_receipt(order))  # finding


@app.put("/orders/{order}")
async def change(order: int) -> None:
    task = asyncio.create_task(send_receipt(order))  # finding
```

## Good
```python
import asyncio

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
running: set[asyncio.Task[None]] = set()


async def send_receipt(order: int) -> None:
    await asyncio.sleep(1)


@app.post("/orders/{order}")
async def pay(order: int) -> None:
    task = asyncio.create_task(send_receipt(order))
    running.add(task)
    task.add_done_callback(running.discard)


@app.put("/orders/{order}")
async def change(order: int, background: BackgroundTasks) -> None:
    background.add_task(send_receipt, order)
```

A task group waits for its tasks:

```python
import asyncio

from fastapi import FastAPI

app = FastAPI()


@app.post("/orders")
async def pay() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(1))
```

## Fix
Use `BackgroundTasks` for what follows a response and a task group for what is waited for. Keep other tasks in a set,
take them out in a done callback, and cancel them in the lifespan.

## Limits
A task whose name is read once, that is returned, stored, put into a collection or handed to a call counts as kept: what
becomes of it there is not followed. Exempt is what a `lambda` starts, because its caller gets the task. A name that is
never read fails in a generator too: the suspended generator keeps the task, but nobody cancels it or sees it fail.

## References
Python documentation, Coroutines and Tasks, `asyncio.create_task`; ruff, RUF006.
"""

from fastapi_audit.rule_api import Call, Function, Severity, Verdict, fail, names, ok, rule, skip, syntax, tree


@rule("PRF018", severity=Severity.WARNING)
def check(call: Call) -> Verdict:
    if call.name in names("concurrency", "groups"):
        return ok(call.place)
    if call.name not in names("concurrency", "starters") or call.function is None:
        return skip
    around = call.around[0]
    if isinstance(around, syntax.ExprStmt):
        return fail(call.place, f"nothing keeps the task that `{call.function.name}` starts")
    bound = _only_names(around)
    if bound and not any(_is_kept(name, call.function) for name in bound):
        return fail(call.place, f"the task is called `{bound[0]}`, and nothing reads that")
    return ok(call.place)


def _only_names(node: syntax.Node) -> tuple[str, ...]:
    """Return the names that a statement assigns to; none if it assigns to anything else or is no assignment."""
    if isinstance(node, syntax.Assign):
        targets = node.targets
    elif isinstance(node, syntax.AnnAssign):
        targets = (node.target,)
    else:
        targets = ()
    bound = tuple(target.id for target in targets if isinstance(target, syntax.Name))
    return bound if len(bound) == len(targets) else ()


def _is_kept(name: str, function: Function) -> bool:
    """Say whether a function reads a name, or shares it with the scopes around."""
    shared = (node.names for node in function.nodes if isinstance(node, syntax.Scope))
    return name in tree.names_read(function.statements) or any(name in declared for declared in shared)
