r"""Awaits stand one after the other although none needs what another gives.

## Why
The time of such awaits adds up, where side by side they would take as long as the longest of them.

## Bad
```python
import httpx
from fastapi import FastAPI

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/dashboard")
async def dashboard() -> dict[str, object]:
    rates = await client.get("https://rates.example")  # finding
    news = await client.get("https://news.example")
    return {"rates": rates.json(), "news": news.json()}
```

## Good
```python
import asyncio

import httpx
from fastapi import FastAPI

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/dashboard")
async def dashboard() -> dict[str, object]:
    rates, news = await asyncio.gather(client.get("https://rates.example"), client.get("https://news.example"))
    return {"rates": rates.json(), "news": news.json()}
```

The second needs what the first gave:

```python
import httpx
from fastapi import FastAPI

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/newest")
async def newest() -> object:
    news = await client.get("https://news.example")
    newest = await client.get(news.json()["newest"])
    return newest.json()
```

## Fix
Await them together: `asyncio.gather(…)`, or a task group.

## Limits
Looked at are awaits in neighbouring statements that only read from another service: `get` and `head` of httpx and
aiohttp, reads of Redis, and functions of the project that await nothing else. Exempt are writes, whose order may
matter, and databases: one session serves one task at a time. Awaits in a loop are not looked at.

## References
Python documentation, Coroutines and Tasks, "Running Tasks Concurrently".
"""

from collections.abc import Iterator, Sequence

from fastapi_audit.rule_api import Call, Function, Project, Severity, Verdict, fail, names, ok, rule, skip, syntax, tree

STORED = (syntax.Attribute, syntax.Subscript)


@rule("PRF007", severity=Severity.INFO)
def check(function: Function, project: Project) -> Iterator[Verdict]:
    if not function.is_async or not project.flow.serves(function):
        yield skip
        return
    calls = {id(call.node): call for call in project.calls_in(function)}
    runs = [run for block in _blocks(function) for run in _runs(block, calls, project)]
    for run in runs:
        what = " and ".join(f"`{call.name}`" for call in run[:2])
        yield fail(run[0].place, f"{what} are awaited one after the other and need nothing of each other")
    if not runs:
        is_gathering = any(call.name in names("concurrency", "gatherers") for call in calls.values())
        yield ok(function.place) if is_gathering else skip


def _blocks(function: Function) -> Iterator[Sequence[syntax.Node]]:
    """Yield the blocks of statements of a function."""
    yield function.statements
    for node in function.nodes:
        blocks = (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
        yield from (block for block in blocks if isinstance(block, tuple))


def _runs(block: Sequence[syntax.Node], calls: dict[int, Call], project: Project) -> Iterator[list[Call]]:
    """Yield the awaits of neighbouring statements that only read, when none needs the names that others bind."""
    run: list[Call] = []
    bound: frozenset[str] = frozenset()
    for statement in (*block, None):
        call = _awaited(statement, calls)
        is_read = call is not None and _only_reads(call, project)
        if call is not None and is_read and bound.isdisjoint(tree.names_read([call.node])):
            run.append(call)
        else:
            if len(run) > 1:
                yield run
            run, bound = [call] if call is not None and is_read else [], frozenset()
        if run and statement is not None:
            bound |= tree.names_bound([statement])


def _awaited(statement: syntax.Node | None, calls: dict[int, Call]) -> Call | None:
    """Return the call that a statement awaits to bind names to what it gives."""
    if not isinstance(statement, (syntax.Assign, syntax.AnnAssign)) or not isinstance(statement.value, syntax.Await):
        return None
    targets = statement.targets if isinstance(statement, syntax.Assign) else (statement.target,)
    is_local = all(isinstance(target, (syntax.Name, syntax.Sequence)) for target in targets)
    return calls.get(id(statement.value.value)) if is_local else None


def _only_reads(call: Call, project: Project) -> bool:
    """Say whether a call asks another service and changes nothing, by itself or by all that a function awaits."""
    if call.name in names("concurrency", "reads"):
        return True
    target = call.target
    if not isinstance(target, Function) or not target.is_async or target in project.reaching_data:
        return False
    reached = project.reached([target])
    awaited = [inner for one in reached for inner in project.calls_in(one) if inner.is_awaited]
    is_read = [inner.name in names("concurrency", "reads") for inner in awaited]
    others = (inner.target for inner, reads in zip(awaited, is_read, strict=True) if not reads)
    return any(is_read) and all(other in reached for other in others) and not any(_stores(one) for one in reached)


def _stores(function: Function) -> bool:
    """Say whether a function assigns to something that is not its own."""
    for node in function.nodes:
        targets = node.targets if isinstance(node, syntax.Assign) else ()
        if isinstance(node, syntax.Scope) or any(
            isinstance(one, (syntax.Attribute, syntax.Subscript)) for one in targets
        ):
            return True
        if isinstance(node, syntax.AugAssign) and not isinstance(node.target, syntax.Name):
            return True
    return False
