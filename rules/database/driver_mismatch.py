r"""An engine is given the URL of a driver of the other kind.

## Why
`create_async_engine` refuses a driver that blocks, with `InvalidRequestError` when the module is imported.
`create_engine` takes an asynchronous one and fails at the first query, with `MissingGreenlet`: a URL that was copied
from another service stops this one.

## Bad
```python
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+psycopg2://shop@db/shop")  # finding
local_engine = create_engine("sqlite+aiosqlite:///shop.db")  # finding
```

## Good
```python
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import create_engine as create_sqlmodel_engine

engine = create_async_engine("postgresql+asyncpg://shop@db/shop")
newer_engine = create_async_engine("postgresql+psycopg://shop@db/shop")
local_engine = create_engine("sqlite:///shop.db")
wrapped = AsyncEngine(create_sqlmodel_engine("sqlite+aiosqlite:///shop.db"))
```

## Fix
Name the driver in the URL: `postgresql+asyncpg`, `sqlite+aiosqlite`, `mysql+asyncmy` for `create_async_engine`,
`postgresql+psycopg`, `sqlite`, `mysql+pymysql` for `create_engine`.

## Limits
Judged are URLs that are known: constants, f-strings that begin with the driver, `URL.create` and Pydantic's DSNs. A
default that the environment may replace has medium confidence; a URL that comes from the environment alone, or whose
driver the code puts in later, stays unknown. Drivers for both ways (`postgresql+psycopg`, `oracle+oracledb`) always
pass, and so does plain `postgresql` where psycopg 3 is installed, which SQLAlchemy 2.1 uses for it.

## References
SQLAlchemy documentation, Asynchronous I/O (asyncio) and Engine Configuration, "Database URLs".
"""

from fastapi_audit.rule_api import (
    Confidence,
    Engine,
    Project,
    Severity,
    Verdict,
    fail,
    ok,
    rule,
    texts,
    unknown,
)

DEFAULT, NEWER = "postgresql", "psycopg"
KINDS = {"sync": "a driver that blocks", "async": "an asynchronous driver"}


@rule("DBS019", severity=Severity.ERROR)
def check(engine: Engine, project: Project) -> Verdict:
    wrong = [driver for driver in engine.drivers if is_wrong(driver, engine.kind, project)]
    if None in engine.drivers or 0 < len(wrong) < len(engine.drivers):
        return unknown(engine.place, "the driver of the URL is not known")
    if not wrong:
        return ok(engine.place)
    maker = (engine.call.name or "").rpartition(".")[2]
    other = KINDS["async" if engine.kind == "sync" else "sync"]
    confidence = Confidence.MEDIUM if engine.is_url_replaceable else Confidence.HIGH
    return fail(engine.place, f"`{maker}` is given `{wrong[0]}://`, {other}", confidence=confidence)


def is_wrong(driver: str | None, kind: str, project: Project) -> bool:
    if driver == DEFAULT and (NEWER in project.dependencies or NEWER in project.versions):
        return False
    return texts("sessions", "drivers").get(driver or "", kind) != kind
