r'''Nothing makes the logs of the service machine-readable.

## Why
Lines of text must be taken apart by patterns before they can be searched, counted or alerted on, and every pattern breaks
with the next wording. Records with fields keep the request id, the user and the duration as values.

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
Configure structlog with `JSONRenderer`, give the root handler a JSON formatter, or add loguru's sink with `serialize=True`.

## Limits
Configuration in a file, or computed, is unknown. Whether each logger ends up at the configured handler is not followed.

## References
structlog documentation, Logging Best Practices; The Twelve-Factor App, XI: Logs.
'''

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Class,
    ClassValue,
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
    unknown,
    values_inside,
)


@rule("OBS002", severity=Severity.WARNING, priority=Priority.P0)
def check(project: Project) -> Verdict:
    formatters = {str(cls) for cls in project.classes if _writes_json(cls, project)} | names("logging", "formatters")
    evidence = next(_evidence(project, formatters), None)
    if evidence is not None:
        return ok(evidence)
    for call in project.calls:
        if call.name in ("logging.config.dictConfig", "logging.config.fileConfig") and not _is_plain(call):
            return unknown(call.place, "the logging configuration is not known")
    return fail(None, "nothing configures structured logging")


def _evidence(project: Project, formatters: set[str]) -> Iterator[Place]:
    loguru, configures = names("logging", "loguru"), names("logging", "configures")
    elsewhere = names("logging", "configured_elsewhere")
    for call in project.calls:
        arguments = (*call.positional, *call.named.values())
        if call.name in configures or call.name in formatters:
            yield call.place
        elif call.name in loguru and _serialises(call):
            yield call.place
        elif call.name in elsewhere and any(_name(value) in formatters for item in arguments for value in values_inside(item)):
            yield call.place
