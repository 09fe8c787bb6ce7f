r"""Application code prints instead of logging.

## Why
What `print` writes has no level, no time and no request id. It cannot be filtered, searched or alerted on, and in a
container it may be buffered until the process dies.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    print(f"reading {item_id}")  # finding
    return {"id": item_id}
```

## Good
```python
import logging

from fastapi import FastAPI

logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    logger.info("reading an item", extra={"item_id": item_id})
    return {"id": item_id}
```

A function of one's own that is called `print` is something else:

```python
from fastapi import FastAPI

app = FastAPI()


def print(document: str) -> str:
    return document.upper()


@app.get("/")
async def read() -> str:
    return print("hello")
```

## Fix
Get a logger with `logging.getLogger(__name__)`, or structlog's, and log an event with its values as fields.

## Limits
Modules that are run as commands are meant to print: `__main__`, `cli`, `manage` and everything below `cli`, `commands`
or `scripts` is left out, and so is every file that asks whether its `__name__` is `__main__`, or that no application
loads and that ends the process at its top level (`sys.exit()`) or is run by a pipeline, a task or a script (`python3
report.py`), with what such files alone import. Calls that write to `sys.stdout` directly are not looked for.

## References
The Twelve-Factor App, XI: Logs; Python documentation, Logging HOWTO, When to use logging.
"""

from fastapi_audit.rule_api import (
    Call,
    External,
    Known,
    Project,
    Severity,
    Verdict,
    fail,
    modules_of_commands,
    ok,
    options_of,
    rule,
    skip,
)

LOGGING = ("logging.", "structlog.", "loguru.")
STREAMS = frozenset({"sys.stderr", "sys.stdout", "sys.__stderr__", "sys.__stdout__"})
METHODS = frozenset({"critical", "debug", "error", "exception", "info", "log", "warn", "warning"})


@rule("OBS001", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    if call.module.is_runnable or call.module.is_of_commands or call.module in modules_of_commands(project):
        return skip
    if call.name == "print":
        return skip if is_for_a_file(call) else fail(call.place, "`print` instead of a logger")
    return ok(call.place) if is_log_call(call) else skip


def is_for_a_file(call: Call) -> bool:
    """Say whether it writes to a file or a buffer, and not to the terminal."""
    target = call.argument(None, "file")
    if target is None or target == Known(None):
        return False
    return not any(isinstance(option, External) and option.name in STREAMS for option in options_of(target))


def is_log_call(call: Call) -> bool:
    name = call.name or ""
    return name.startswith(LOGGING) and name.rpartition(".")[2] in METHODS
