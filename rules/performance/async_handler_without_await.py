r"""An `async def` handler awaits nothing, and calls what may take its time.

## Why
All of an `async def` runs on the event loop. When nothing in it is awaited, every other request waits until it is done.
A plain `def` runs in a thread: where it is not known how long something takes, that is the safe choice.

## Bad
```python
from fastapi import Depends, FastAPI
from pricing_engine import load_engine

app = FastAPI()


def get_engine():
    return load_engine()


@app.get("/prices/{item}")
async def read_price(item: int, engine=Depends(get_engine)) -> float:  # finding
    return engine.compute(item)
```

## Good
```python
from fastapi import Depends, FastAPI
from pricing_engine import load_engine

app = FastAPI()


def get_engine():
    return load_engine()


@app.get("/prices/{item}")
def read_price(item: int, engine=Depends(get_engine)) -> float:
    return engine.compute(item)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
```

## Fix
Make the handler a plain `def`, or await the asynchronous form of what it calls.

## Limits
Exempt is a handler that calls nothing but the standard library, FastAPI, Pydantic and functions of the project that do
no more: it is done at once, and `async def` is right. So is one that starts tasks, uses an asynchronous function or
overrides a method. What is known to block or to keep the processor busy is PRF001 to PRF003, and not said again. The
confidence is medium when the handler itself calls something that cannot be resolved, or that belongs to a library of
which other calls are known to take their time, and low otherwise.

## References
FastAPI documentation, Concurrency and async / await, "In a hurry?".
"""

import builtins
import sys

from fastapi_audit.rule_api import (
    Call,
    Confidence,
    Function,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    skip,
    syntax,
)

SUSPENDING = (syntax.Await, syntax.Yield)
HARMLESS = frozenset({"fastapi", "pydantic", "pydantic_core", "starlette", "structlog", "loguru", "typing_extensions"})
BUILTINS = frozenset(vars(builtins))
LOOPS = ("anyio.", "asyncio.", "contextvars.")
KINDS = ("blocking", "data", "processor")


@rule("PRF015", severity=Severity.INFO)
def check(function: Function, project: Project) -> Verdict:
    if not function.is_async or not project.routes_of(function) or project.flow.held_up_by(function, *KINDS):
        return skip
    calls = project.calls_in(function)
    if _suspends(function) or any(_is_asynchronous(call) for call in calls) or _overrides(function):
        return ok(function.place)
    unknown = [call for one in project.reached([function]) for call in _unknown_calls(one, project)]
    if not unknown:
        return ok(function.place)
    weighty = next((call for call in unknown if call.function is function and _may_take_time(call, project)), None)
    name = (weighty or unknown[0]).name
    confidence = Confidence.MEDIUM if weighty is not None else Confidence.LOW
    what = f"`{name}`" if name is not None else "something that is not known"
    return fail(function.place, f"`{function.name}` awaits nothing and calls {what}", confidence=confidence)


def _suspends(function: Function) -> bool:
    """Say whether a function awaits or yields anything, or defines an asynchronous function that may."""
    nodes = function.nodes
    return any(isinstance(node, SUSPENDING) or getattr(node, "is_async", False) for node in nodes)


def _is_asynchronous(call: Call) -> bool:
    is_of_project = isinstance(call.target, Function) and call.target.is_async
    return is_of_project or (call.name is not None and call.name.startswith(LOOPS))


def _overrides(function: Function) -> bool:
    """Say whether a method stands in for one of a base, which says that it is asynchronous."""
    bases = function.owner.ancestors if function.owner is not None else ()
    return any(isinstance(base, str) or function.name in base.methods for base in bases)


def _unknown_calls(function: Function, project: Project) -> list[Call]:
    """Return the calls in a function of which it is not known how long they take."""
    harmless = HARMLESS | BUILTINS | {module.name.partition(".")[0] for module in project.all_modules}
    calls = (call for call in project.calls_in(function) if call.target is None)
    packages = ((call, (call.name or "").partition(".")[0]) for call in calls)
    return [call for call, package in packages if package not in harmless | sys.stdlib_module_names]


def _may_take_time(call: Call, project: Project) -> bool:
    """Say whether a call cannot be resolved, or is one of a library of which other calls are known to take time."""
    known = (*project.known_calls.blocking_calls, *project.known_calls.processor_calls)
    return call.name is None or call.name.partition(".")[0] in {name.partition(".")[0] for name in known}
