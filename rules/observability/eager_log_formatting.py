r"""A log message is put together before the logger has seen it.

## Why
The text is made even when the level is switched off. And every record gets a text of its own: what groups or counts
events by their message, an error tracker say, sees a thousand messages instead of one with a thousand values, and the
values are no fields that can be searched.

## Bad
```python
import logging

from fastapi import FastAPI

logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> int:
    logger.info(f"reading item {item_id}")  # finding
    logger.info("reading item %s" % item_id)  # finding
    logger.info("reading item {}".format(item_id))  # finding
    logger.info("reading item " + str(item_id))  # finding
    return item_id
```

```python
import structlog
from loguru import logger

events = structlog.get_logger()


def read_item(item_id: int) -> int:
    events.info(f"reading item {item_id}")  # finding
    logger.bind(item=item_id).debug(f"reading item {item_id}")  # finding
    return item_id
```

## Good
```python
import logging

import structlog
from loguru import logger as sink

logger = logging.getLogger(__name__)
events = structlog.get_logger()


class Journal:
    def info(self, text: str) -> None: ...


def read_item(item_id: int, journal: Journal, text: str) -> int:
    logger.info("reading item %s", item_id)
    logger.info("reading " "an item", extra={"item": f"{item_id}"})
    logger.log(logging.INFO, "reading item %s", f"{item_id:04}")
    logger.info(text)
    logger.info(f"reading")
    events.info("item_read", item=item_id)
    sink.info("reading item {}", item_id)
    journal.info(f"reading item {item_id}")
    return item_id
```

## Fix
Give the values to the logger: `logger.info("reading item %s", item_id)`; as fields with structlog, for braces with
loguru.

## Limits
Loggers of the standard library, structlog and loguru are known, also what their methods give (`bind`, `getChild`).
Messages that were put together earlier are not followed.

## References
Python documentation, Logging HOWTO, Optimization; structlog documentation, Logging Best Practices; loguru
documentation, `loguru.logger`; ruff G001 to G004.
"""

from fastapi_audit.rule_api import LogCall, Severity, Verdict, fail, ok, rule, skip, syntax

INSTEAD = {
    "logging": "give the values as arguments, for `%s`",
    "structlog": "give the values as fields",
    "loguru": "give the values as arguments, for `{}`",
}


@rule("OBS009", severity=Severity.INFO)
def check(log: LogCall) -> Verdict:
    if log.message is None:
        return skip
    way = way_of_formatting(log.message)
    if way is None:
        return ok(log.place)
    return fail(log.place, f"the message is made by {way} before it is logged: {INSTEAD[log.library]}")


def way_of_formatting(message: syntax.Expr) -> str | None:
    """Return what puts a text together out of values, None when nothing does."""
    if isinstance(message, syntax.FString):
        return "an f-string" if any(isinstance(part, syntax.Interpolation) for part in message.parts) else None
    if isinstance(message, syntax.BinaryOp) and message.op == "%":
        return "`%`" if is_text(message.left) else None
    if isinstance(message, syntax.BinaryOp) and message.op == "+":
        parts = summands(message)
        return "`+`" if any(map(is_text, parts)) and not all(map(is_constant, parts)) else None
    if isinstance(message, syntax.Call) and isinstance(message.func, syntax.Attribute):
        return "`format`" if message.func.attr == "format" and is_text(message.func.value) else None
    return None


def summands(node: syntax.Expr) -> list[syntax.Expr]:
    if isinstance(node, syntax.BinaryOp) and node.op == "+":
        return [*summands(node.left), *summands(node.right)]
    return [node]


def is_text(node: syntax.Expr) -> bool:
    return isinstance(node, syntax.FString) or is_constant(node)


def is_constant(node: syntax.Expr) -> bool:
    return isinstance(node, syntax.Constant) and isinstance(node.value, str)
