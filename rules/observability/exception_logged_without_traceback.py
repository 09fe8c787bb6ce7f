r"""Something failed that nobody expected, and the log keeps its message only.

## Why
A broad `except` catches what nobody has thought of. The message alone, `'NoneType' object has no attribute 'id'`, does
not say where it comes from. The traceback does, and it is gone with the end of the clause.

## Bad
```python
import logging

from fastapi import FastAPI, HTTPException

logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> float:
    try:
        return 1 / item_id
    except Exception as error:
        logger.error("the item could not be read: %s", error)  # finding
        logger.error("it was item %s", item_id)
        raise HTTPException(500, "failed") from error


def count_items() -> int:
    try:
        return len(open("items.txt").readlines())
    except Exception:
        logger.error("the items could not be counted")  # finding
        return 0
```

```python
import structlog
from loguru import logger

events = structlog.get_logger()


def count_items() -> int:
    try:
        return len(open("items.txt").readlines())
    except Exception as error:
        events.error("count_failed", error=str(error))  # finding
    try:
        return len(open("items.txt").readlines())
    except:
        logger.error("the items could not be counted")  # finding
    return 0
```

## Good
```python
import logging
import traceback

import sentry_sdk
from fastapi import FastAPI, HTTPException

logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> float:
    try:
        return 1 / item_id
    except ZeroDivisionError as error:
        logger.error("there is no item 0: %s", error)
        raise HTTPException(404, "unknown") from error
    except Exception as error:
        logger.exception("the item could not be read")
        raise HTTPException(500, "failed") from error


def count_items() -> int:
    try:
        return len(open("items.txt").readlines())
    except Exception as error:
        logger.error("the items could not be counted", exc_info=error)
        return 0


def count_again() -> int:
    try:
        return count_items()
    except Exception as error:
        logger.error("failed: %s", "".join(traceback.format_exception(error)))
    try:
        return count_items()
    except Exception as error:
        logger.error("failed: %s", error)
        sentry_sdk.capture_exception(error)
    try:
        return count_items()
    except Exception:
        logger.warning("the items are not counted")
    try:
        return count_items()
    except Exception as error:
        logger.error("failed: %s", error)
        raise
```

## Fix
`logger.exception(…)` logs at the same level with the traceback; so does `exc_info=True`, and with loguru
`logger.opt(exception=True)`.

## Limits
Narrow clauses expect what they catch and are left out, and so are warnings, probes, commands, and clauses that raise
an error again or hand it on, for then somebody else may log it. Of several logs in one clause the one that says most
is judged. An `HTTPException` of status 500 or more is logged by nobody, and does not count as raising again. Whoever
logs the kind of an exception alone is taken to mean it. Processors that add tracebacks to every error are not seen.

## References
Python documentation, `Logger.exception`; OWASP Logging Cheat Sheet; ruff TRY400.
"""

from fastapi_audit.rule_api import Confidence, LogCall, Project, Severity, Verdict, fail, ok, rule, skip, syntax, tree

from ._probes import functions_of_probes
from ._tracebacks import goes_on, is_told_otherwise, shows_traceback

LOUD = frozenset({"error", "exception", "critical"})


@rule("OBS011", severity=Severity.WARNING)
def check(log: LogCall, project: Project) -> Verdict:
    clause = clause_of(log)
    if clause is None or log.level not in LOUD or is_left_out(log, project) or not is_broad(clause, log, project):
        return skip
    if log is not most_telling_in(clause, log, project):
        return skip
    if shows_traceback(log):
        return ok(log.place, "the traceback is logged")
    if goes_on(clause, log, project) or is_told_otherwise(clause, log, project):
        return ok(log.place, "the exception is told in another way")
    what = "the message of the exception and not its traceback" if tells_of(clause, log) else "nothing of the exception"
    return fail(log.place, f"`{log.call.method}` logs {what}", confidence=Confidence.MEDIUM)


def clause_of(log: LogCall) -> syntax.Handler | None:
    """Return the innermost `except` clause around a log call."""
    return next((block for block in reversed(log.blocks) if isinstance(block, syntax.Handler)), None)


def most_telling_in(clause: syntax.Handler, log: LogCall, project: Project) -> LogCall | None:
    """Return the log call of a clause that says most of the exception, the first of those that say as much: what
    stands beside it tells of the same error.
    """
    logs = project.log_calls_in(log.function) if log.function is not None else ()
    inside = [one for one in logs if one.level in LOUD and clause_of(one) is clause]
    ranks = {one: (not shows_traceback(one), not tells_of(clause, one), one.node.pos) for one in inside}
    return min(inside, key=lambda one: ranks[one], default=None)


def tells_of(clause: syntax.Handler, log: LogCall) -> bool:
    """Say whether a log call is given the exception, or what the clause has made of it."""
    return not texts_of(clause).isdisjoint(tree.names_read([log.node]))


def texts_of(clause: syntax.Handler) -> set[str]:
    """Return the name of the exception, and of the variables that the clause fills with something of it."""
    known = {clause.name} if clause.name is not None else set()
    for node in tree.descendants(clause.body):
        if isinstance(node, (syntax.Assign, syntax.AnnAssign)) and not known.isdisjoint(tree.names_read([node])):
            known |= tree.names_bound([node])
    return known


def is_left_out(log: LogCall, project: Project) -> bool:
    """Say whether a message is enough: for whoever runs a command, or asks a probe."""
    is_of_command = log.module.is_runnable or log.module.is_of_commands
    return is_of_command or log.function in functions_of_probes(project)


def is_broad(clause: syntax.Handler, log: LogCall, project: Project) -> bool:
    clauses = project.except_clauses_in(log.function) if log.function is not None else ()
    return any(one.handler is clause and one.is_broad for one in clauses)
