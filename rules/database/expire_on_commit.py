r"""Rows of asynchronous sessions expire when they are committed.

## Why
After `commit()` a session forgets what its rows hold and asks the database again when an attribute is read. With
`AsyncSession` that read is no `await`: it raises `MissingGreenlet`, often only while the response is made of the row.

## Bad
```python
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

engine = create_async_engine("postgresql+asyncpg://db.example/shop")
make_session = async_sessionmaker(engine)  # finding
older_style = sessionmaker(engine, class_=AsyncSession)  # finding


async def get_session():
    async with AsyncSession(engine) as session:  # finding
        yield session
```

## Good
```python
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import sessionmaker

engine = create_async_engine("postgresql+asyncpg://db.example/shop")
make_session = async_sessionmaker(engine, expire_on_commit=False)
older_style = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
blocking = sessionmaker(create_engine("postgresql://db.example/shop"))


async def get_session():
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session
```

## Fix
`async_sessionmaker(engine, expire_on_commit=False)`, and `await session.refresh(row)` where the database sets values.

## Limits
Where a factory is configured later, where its sessions are given the option one by one, and where `**` brings options
that are not known, the verdict is unknown. Sessions that block are left out: they may ask again at any time.

## References
SQLAlchemy documentation, Asynchronous I/O (asyncio), "Preventing Implicit IO when Using AsyncSession".
"""

from functools import lru_cache

from fastapi_audit.rule_api import (
    Call,
    Class,
    ClassValue,
    External,
    ExternalObject,
    Known,
    Project,
    Severity,
    Value,
    Verdict,
    fail,
    names,
    ok,
    options_of,
    rule,
    skip,
    texts,
    unknown,
)

OPTION = "expire_on_commit"


@rule("DBS009", severity=Severity.WARNING)
def check(call: Call, project: Project) -> Verdict:
    if not makes_asynchronous_sessions(call):
        return skip
    value = call.named.get(OPTION)
    if value is None:
        reason = doubt(call, project)
        return unknown(call.place, reason) if reason else fail(call.place, message_for(call))
    found = {option.value if isinstance(option, Known) else None for option in options_of(value)}
    if found == {False}:
        return ok(call.place)
    return fail(call.place, message_for(call)) if found == {True} else unknown(call.place, "the option is not known")


def makes_asynchronous_sessions(call: Call) -> bool:
    """Say whether a call makes a factory of asynchronous sessions, or one such session by its class."""
    kind = texts("sessions", "factories").get(call.name or "")
    if kind == "sync":
        made = call.argument(1, "class_")
        return made is not None and is_asynchronous(made)
    if isinstance(call.target, Class):
        return call.target.is_a(*names("sessions", "asynchronous"))
    return kind == "async" or call.name in names("sessions", "asynchronous")


def is_asynchronous(value: Value) -> bool:
    """Say whether a value is the class of asynchronous sessions, or one derived from it."""
    if isinstance(value, ClassValue):
        return value.cls.is_a(*names("sessions", "asynchronous"))
    return isinstance(value, External) and value.name in names("sessions", "asynchronous")


def doubt(call: Call, project: Project) -> str | None:
    """Return why it is not known whether the rows of these sessions expire."""
    made = call.target if isinstance(call.target, Class) else class_of(call.argument(1, "class_"))
    if made is not None and made.find_method("__init__") is not None:
        return "the sessions set up themselves"
    given = call.result.call if isinstance(call.result, ExternalObject) else None
    if given is not None and given.is_open:
        return "which options it is given is not known"
    return "the option is given later" if is_given_later(project) else None


def class_of(value: Value | None) -> Class | None:
    return value.cls if isinstance(value, ClassValue) else None


@lru_cache(maxsize=1)
def is_given_later(project: Project) -> bool:
    """Say whether a factory is configured, or called, with the option."""
    later = {f"{factory}{how}" for factory in texts("sessions", "factories") for how in (".configure", "()")}
    return any(call.name in later and OPTION in call.named for call in project.calls)


def message_for(call: Call) -> str:
    what = "the sessions of this factory" if texts("sessions", "factories").get(call.name or "") else "this session"
    return f"rows of {what} expire at the commit, and reading them raises"
