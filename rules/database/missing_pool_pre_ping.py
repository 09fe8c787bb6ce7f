r"""An engine hands out connections without asking whether they still live.

## Why
The database restarts, fails over, or a firewall drops what was idle: the connections in the pool are dead, and nobody
tells the pool. Each of them fails one request, with `server closed the connection unexpectedly`, until it is found out.

## Bad
```python
from sqlalchemy import create_engine

engine = create_engine("postgresql://db.example/shop", pool_size=10)  # finding
recycling = create_engine("mysql+pymysql://db.example/shop", pool_recycle=1800)  # finding
```

## Good
```python
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

options = {"pool_size": 10, "pool_pre_ping": True}
engine = create_engine("postgresql://db.example/shop", **options)
behind_pgbouncer = create_async_engine("postgresql+asyncpg://db.example/shop", poolclass=NullPool)
local = create_engine("sqlite:///shop.db")
```

## Fix
`create_engine(…, pool_pre_ping=True)`: one round trip for each connection that is handed out, or less.

## Limits
`pool_recycle` closes connections by their age and does not see a restart. Where a listener of the pool's or engine's
events may ask the connection itself, the verdict is unknown, and so it is where `**` brings options that are not known,
and where a setting decides that is off by default. Engines without a pool, engines of databases in a file, those that
are made for one piece of work and those that are named for the tests are left out.

## References
SQLAlchemy documentation, Connection Pooling, "Dealing with Disconnects".
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    Confidence,
    Engine,
    External,
    Known,
    Project,
    Severity,
    Value,
    Verdict,
    fail,
    ok,
    options_of,
    rule,
    skip,
    unknown,
)

from ._engines import is_kept_for_requests

LISTENERS = ("sqlalchemy.event.listen", "sqlalchemy.event.listens_for")
ASKING = frozenset({"checkout", "engine_connect"})
UNPOOLED = ("NullPool", "StaticPool", "AssertionPool")
QUEUES = ("QueuePool",)


@rule("DBS008", severity=Severity.WARNING)
def check(engine: Engine, project: Project) -> Verdict:
    if engine.reaches_server is False or not is_kept_for_requests(engine.call, project):
        return skip
    asked, pool_class = engine.option("pool_pre_ping"), engine.option("poolclass")
    if pool_class is not None and is_class(pool_class, UNPOOLED):
        return skip
    if asked is not None and is_true(asked):
        return ok(engine.place)
    if (reason := doubt(engine, project)) is not None:
        return unknown(engine.place, reason)
    confidence = Confidence.MEDIUM if engine.may_be_file else Confidence.HIGH
    return fail(engine.place, "this engine hands out connections that may be dead", confidence=confidence)


def doubt(engine: Engine, project: Project) -> str | None:
    """Return why it is not known whether an engine asks its connections."""
    asked, pool_class = engine.option("pool_pre_ping"), engine.option("poolclass")
    if asked is not None and (not isinstance(asked, Known) or asked.is_default):
        return "whether connections are asked is decided elsewhere"
    if engine.option("pool") is not None or (pool_class is not None and not is_class(pool_class, QUEUES)):
        return "the pool is one of its own"
    if asked is None and engine.is_open:
        return "which options it is given is not known"
    if engine.reaches_server is None:
        return "which database the engine reaches is not known"
    return "a listener may ask the connection" if may_ask_itself(project) else None


def is_class(value: Value, names: tuple[str, ...]) -> bool:
    """Say whether a value is one of SQLAlchemy's classes whose name ends in one of some."""
    return isinstance(value, External) and value.name.startswith("sqlalchemy.") and value.name.endswith(names)


def is_true(value: Value) -> bool:
    """Say whether a value is known to be true, by default at least."""
    return all(isinstance(option, Known) and bool(option.value) for option in options_of(value))


@lru_cache(maxsize=1)
def may_ask_itself(project: Project) -> bool:
    """Say whether a function listens to connections that are handed out."""
    listened = (call.argument(1, "identifier") for call in project.calls if call.name in LISTENERS)
    return any(isinstance(event, Known) and event.value in ASKING for event in listened)
