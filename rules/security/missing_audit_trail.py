r"""Nobody can tell afterwards who changed what.

## Why
After a leak, a quarrel or a mistake the first question is who did it, and when. Rows that are overwritten do not say;
an audit trail does: a table or log that is only added to, with the user, the action and its object.

## Bad
```python
# finding: project
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
items: dict[int, str] = {}


@app.delete("/items/{item_id}")
def delete_item(item_id: int, token: Annotated[str, Depends(OAuth2PasswordBearer("token"))]) -> None:
    items.pop(item_id)
```

## Good
```python
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase): ...


class AuditEvent(Base):
    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]


app = FastAPI()
items: dict[int, str] = {}


def session() -> Session:
    return Session()


@app.delete("/items/{item_id}")
def delete_item(
    item_id: int,
    token: Annotated[str, Depends(OAuth2PasswordBearer("token"))],
    session: Annotated[Session, Depends(session)],
) -> None:
    items.pop(item_id)
    session.add(AuditEvent(action="delete"))
    session.commit()
```

```python
import logging
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
audit = logging.getLogger("shop.audit")
items: dict[int, str] = {}


@app.delete("/items/{item_id}")
def delete_item(item_id: int, token: Annotated[str, Depends(OAuth2PasswordBearer("token"))]) -> None:
    items.pop(item_id)
    audit.info("item deleted", extra={"item": item_id})
```

## Fix
A table of events that is written in the transaction of the change, or a logger of its own that goes to a store of its
own; or a library that keeps versions of rows.

## Limits
Tables, loggers, functions and log events are known by the word "audit", libraries by their names; that every change is
recorded is not checked. Where changes are logged, or tables look like a history, the verdict is unknown. Services that
authenticate nobody who changes data are left out.

## References
OWASP Top Ten 2021, A09; OWASP Cheat Sheet, Logging; CWE-778.
"""

from collections.abc import Iterator

from fastapi_audit.rule_api import (
    Call,
    Class,
    Confidence,
    Function,
    Known,
    Place,
    Project,
    Severity,
    Verdict,
    fail,
    names,
    ok,
    rule,
    secrecy,
    skip,
    unknown,
)

AUDIT = frozenset({"audit", "audits", "auditing", "auditlog", "audittrail"})
KEPT = frozenset(
    {"activities", "activity", "changelog", "event", "events", "history", "journal", "revision", "revisions"}
)
READING = frozenset({"build", "fetch", "find", "get", "has", "is", "list", "load", "parse", "read", "search"})
LOGS = frozenset({"critical", "debug", "error", "exception", "info", "log", "msg", "notice", "warn", "warning"})
LOGGERS = frozenset({"logging.getLogger", "loguru.logger.bind", "structlog.get_logger", "structlog.stdlib.get_logger"})


@rule("SEC035", severity=Severity.INFO)
def check(project: Project) -> Verdict:
    changing = [route for route in project.routes if route.changes_data and route.authenticated_by]
    if not changing:
        return skip
    found = next(trails(project), None)
    if found is not None:
        return ok(*found)
    handlers = [route.handler for route in changing if route.handler is not None]
    hint = next(hints(project, handlers), None)
    if hint is not None:
        return unknown(*hint)
    return fail(None, "nothing records who changed what", confidence=Confidence.MEDIUM)


def trails(project: Project) -> Iterator[tuple[Place, str]]:
    """Yield what writes an audit trail, with its place."""
    libraries = names("audit_trail", "libraries")
    yield from ((cls.place, f"{cls.name} keeps its events") for cls in project.classes if cls.is_a(*libraries))
    for call in project.calls:
        if call.name in libraries:
            yield call.place, f"{call.name} keeps versions"
        elif call.name in LOGGERS and names_audit(text_of(call)) and text_of(call) != call.module.name:
            yield call.place, "a logger of its own writes the trail"
        elif is_log(call) and names_audit(text_of(call)):
            yield call.place, "the event is logged as one of the trail"
        elif call.target is not None and writes_audit(name_of(call.target)):
            yield call.place, f"{name_of(call.target)} writes the trail"


def hints(project: Project, handlers: list[Function]) -> Iterator[tuple[Place, str]]:
    """Yield what may be an audit trail for all that can be told."""
    for table in project.tables:
        if not (AUDIT | KEPT).isdisjoint(secrecy.words_of(table.cls.name)):
            yield table.place, f"{table} may be the trail"
    for function in project.flow.reached(handlers):
        yield from ((call.place, "this log may be the trail") for call in project.calls_in(function) if is_log(call))


def is_log(call: Call) -> bool:
    owner, _, method = (call.name or "").rpartition(".")
    return method in LOGS and not {"log", "logger", "logging"}.isdisjoint(secrecy.words_of(owner))


def text_of(call: Call) -> str:
    first = call.positional[0] if call.positional else None
    return first.value if isinstance(first, Known) and isinstance(first.value, str) else ""


def name_of(target: Function | Class) -> str:
    """Return the name of a class, of a function, or of the class and name of a method."""
    return target.qualname.rpartition("<locals>.")[2]


def writes_audit(name: str) -> bool:
    """Say whether a class or function is named for audit events, and not for reading them."""
    return names_audit(name) and READING.isdisjoint(secrecy.words_of(name.rpartition(".")[2])[:1])


def names_audit(text: str) -> bool:
    return not AUDIT.isdisjoint(secrecy.words_of(text))
