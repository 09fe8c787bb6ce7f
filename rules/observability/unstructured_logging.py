r"""Nothing makes the logs of the service machine-readable.

## Why
Lines of text must be taken apart by patterns before they can be searched, counted or alerted on, and every pattern
breaks with the next wording. Records with fields keep the request id, the user and the duration as values.

## Bad
```python
# finding: project
import logging

from fastapi import FastAPI

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
app = FastAPI()


@app.get("/")
async def read() -> str:
    logging.getLogger(__name__).info("reading")
    return "hello"
```

Structlog that writes lines for people:

```python
# finding: project
import structlog
from fastapi import FastAPI

structlog.configure(processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer()])
app = FastAPI()
```

A formatter that nothing uses:

```python
# finding: project
import json
import logging

from fastapi import FastAPI

app = FastAPI()


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"message": record.getMessage()})
```

## Good
```python
import structlog
from fastapi import FastAPI

structlog.configure(processors=[structlog.processors.JSONRenderer()])
app = FastAPI()
```

A formatter in the standard library's configuration:

```python
import logging.config

from fastapi import FastAPI

logging.config.dictConfig(
    {
        "version": 1,
        "formatters": {"json": {"()": "pythonjsonlogger.json.JsonFormatter"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["out"]},
    }
)
app = FastAPI()
```

A formatter of one's own:

```python
import json
import logging

from fastapi import FastAPI


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps({"message": record.getMessage()})


handler = logging.StreamHandler()
handler.setFormatter(JsonLines())
app = FastAPI()
```

## Fix
Configure structlog with `JSONRenderer`, give the root handler a JSON formatter, or add loguru's sink with
`serialize=True`.

## Limits
Configuration in a file, or computed, is unknown. Whether each logger ends up at the configured handler is not followed.

## References
structlog documentation, Logging Best Practices; The Twelve-Factor App, XI: Logs.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Class,
    ClassValue,
    DictValue,
    External,
    Known,
    Place,
    Priority,
    Project,
    Severity,
    Value,
    Verdict,
    fail,
    names,
    ok,
    rule,
    skip,
    unknown,
    values_inside,
)

STRUCTLOG = "structlog."


@rule("OBS002", severity=Severity.WARNING, priority=Priority.P0)
def check(project: Project) -> Verdict:
    if not project.is_service:
        return skip
    formatters = {str(cls) for cls in project.classes if _writes_json(cls, project)} | names("logging", "formatters")
    evidence = next(_evidence(project, formatters), None)
    if evidence is not None:
        return ok(evidence)
    for call in project.calls:
        if call.name in ("logging.config.dictConfig", "logging.config.fileConfig") and not _is_plain(call):
            return unknown(call.place, "the logging configuration is not known")
    return fail(None, "nothing configures structured logging")


def _evidence(project: Project, formatters: set[str]) -> Iterator[Place]:
    direct = formatters | names("logging", "configures")
    if _is_for_people(project):
        direct = {name for name in direct if not name.startswith(STRUCTLOG)}
    for call in project.calls:
        if (
            call.name in direct
            or (call.name in names("logging", "loguru") and _serialises(call))
            or (
                call.name in names("logging", "configured_elsewhere")
                and any(_name(value) in formatters for value in _given(call))
            )
        ):
            yield call.place


def _is_for_people(project: Project) -> bool:
    """Say whether structlog is seen to write lines for people, and never anything for machines."""
    called = {call.name for call in project.calls if call.name is not None and call.name.startswith(STRUCTLOG)}
    return not called.isdisjoint(names("logging", "for_people")) and called.isdisjoint(names("logging", "for_machines"))


def _given(call: Call) -> Iterator[Value]:
    """Yield the arguments of a call with all that they hold."""
    return (value for argument in (*call.positional, *call.named.values()) for value in values_inside(argument))


def _writes_json(cls: Class, project: Project) -> bool:
    if cls.is_a(*names("logging", "formatters")):
        return True
    calls = [call for method in cls.methods.values() for call in project.calls_in(method)]
    return cls.is_a("logging.Formatter") and any(call.name in names("logging", "serialises") for call in calls)


def _serialises(call: Call) -> bool:
    inside = (value.get("serialize") for value in _given(call) if isinstance(value, DictValue))
    return any(isinstance(value, Known) and value.value is True for value in (call.named.get("serialize"), *inside))


def _name(value: Value) -> str | None:
    """Return the dotted name that a configuration gives a formatter by: a class, or its name as text."""
    if isinstance(value, ClassValue):
        return str(value.cls)
    if isinstance(value, External):
        return value.name
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _is_plain(call: Call) -> bool:
    """Say whether the whole configuration stands in the code."""
    given = call.argument(0, "config")
    return call.name == "logging.config.dictConfig" and isinstance(given, DictValue) and not given.is_open
