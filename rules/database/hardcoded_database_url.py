r"""The address of a database is written into the code.

## Why
The service reaches one database, wherever it runs: every environment needs a change of the code, tests reach what
production uses, and a password in the address is known to all who can read the repository.

## Bad
```python
from sqlalchemy import create_engine

HOST = "db.shop.internal"
engine = create_engine(f"postgresql://shop@{HOST}/shop")  # finding
```

```python
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient("mongodb://localhost:27017")  # finding
```

## Good
```python
import os

from pydantic_settings import BaseSettings
from sqlalchemy import URL, create_engine


class Settings(BaseSettings):
    database_url: str = "postgresql://shop@localhost/shop"


engine = create_engine(Settings().database_url)
other = create_engine(URL.create("postgresql", host=os.environ["DB_HOST"], database="shop"))
reports = create_engine(os.getenv("REPORTS_URL") or "postgresql://localhost/reports")
local = create_engine("sqlite:///shop.db")
```

## Fix
A field of the settings that the environment fills, with a default for development at most.

## Limits
Judged is what engines, pools and clients of databases are given, through constants, f-strings and `URL.create`; for
the configuration of Alembic only an address with a password on another machine. A default that the environment may
replace is no finding; one that holds a password is another rule's subject (SEC001, SEC032). Files, and databases in
memory, are left out.

## References
The Twelve-Factor App, III: Config; SQLAlchemy documentation, Engine Configuration, "Database URLs".
"""

import re

from fastapi_audit.rule_api import (
    DatabaseAddress,
    ExternalObject,
    Known,
    Severity,
    Template,
    Unknown,
    Value,
    Verdict,
    fail,
    names,
    ok,
    options_of,
    rule,
    skip,
    unknown,
)

BUILDERS = ("URL.create", "Dsn.build", "Url.build")
MAKERS = ("sqlalchemy.engine.url.make_url", "sqlalchemy.make_url", "sqlalchemy.engine.make_url")
REMOTE_PASSWORD = re.compile(r"[a-z0-9+]+://[^\s:/@]+:[^\s:/@%${<]+@(?!localhost|127\.)[\w-]+(?:\.[\w-]+)+")


@rule("DBS015", severity=Severity.ERROR)
def check(address: DatabaseAddress) -> Verdict:
    if address.call is None:
        return check_configuration(address)
    options = options_of(address.url)
    written = [text for option in options if (text := written_in(option)) is not None]
    if len(written) < len(options):
        is_seen = any(written_in(option) is None and is_from_outside(option) for option in options)
        return ok(address.place) if is_seen else unknown(address.place, "where the address comes from is not known")
    servers = [scheme for text in written if (scheme := scheme_of(text)) is not None]
    if len(servers) < len(written):
        return skip
    user = address.call.name
    return fail(address.place, f"`{user}` is given an address that is written into the code: `{servers[0]}://…`")


def check_configuration(address: DatabaseAddress) -> Verdict:
    """Judge the address in a file that Alembic reads, which its environment may replace."""
    text = address.url.value if isinstance(address.url, Known) else None
    if isinstance(text, str) and REMOTE_PASSWORD.match(text):
        return fail(address.place, "the configuration of the migrations holds the password of a database")
    return skip


def written_in(value: Value) -> str | None:
    """Return the text that a value has, or begins with, when all of it is written into the code, else None."""
    if isinstance(value, Known):
        return value.value if isinstance(value.value, str) and not value.is_default else None
    if isinstance(value, Template):
        parts = [part if isinstance(part, str) else written_in(part) for part in value.parts]
        return None if None in parts or value.is_default else "".join(part or "" for part in parts)
    if not isinstance(value, ExternalObject):
        return None
    if value.type == "str" and len(value.arguments) == 1:
        return written_in(value.arguments[0])
    made = value.call
    if made is None or made.is_open:
        return None
    first = made.argument(0, "name_or_url", "drivername", "scheme")
    if made.name in MAKERS and first is not None:
        return written_in(first)
    is_built = made.name.endswith(BUILDERS) and "host" in made.named
    is_fixed = all(isinstance(one, Known) and not one.is_default for one in (*made.positional, *made.named.values()))
    return f"{first.value!s}://" if is_built and is_fixed and isinstance(first, Known) else None


def is_from_outside(value: Value) -> bool:
    """Say whether a value is known to come from the environment or the settings, in part at least."""
    if isinstance(value, (ExternalObject, Unknown)) and value.origin is not None:
        return value.origin.kind != "parameter"
    return isinstance(value, (Known, Template, ExternalObject))


def scheme_of(text: str) -> str | None:
    """Return what stands in front of the address of a server; None for a file, or for no URL at all."""
    scheme, separator, _ = text.partition("://")
    is_file = scheme.partition("+")[0].lower() in names("sessions", "embedded") or scheme == "mongomock"
    return scheme if separator and not is_file else None
