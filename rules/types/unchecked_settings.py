r"""Settings take every number and text, and check none of them when the service starts.

## Why
A port of 0, a pool of -1 connections or an environment called `prodution` is taken as it is, and shows hours later, in
the middle of a request. What is checked when the settings are made stops the deployment instead.

## Bad
```python
from pydantic_settings import BaseSettings


class Settings(BaseSettings):  # finding
    environment: str = "production"
    port: int = 8000
    pool_size: int = 20
```

## Good
```python
from typing import Literal

from pydantic import Field, PostgresDsn, field_validator
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    environment: Literal["development", "production"] = "production"
    port: int = Field(default=8000, ge=1, le=65535)


class DatabaseSettings(BaseSettings):
    url: PostgresDsn
    pool_size: int = 20


class MailSettings(BaseSettings):
    sender: str

    @field_validator("sender")
    @classmethod
    def check_sender(cls, value: str) -> str:
        if "@" not in value:
            raise ValueError("name an address")
        return value
```

Parts are judged where they are put together:

```python
from pydantic import Field
from pydantic_settings import BaseSettings


class CacheSettings(BaseSettings):
    cache_host: str = "localhost"


class ServerSettings(BaseSettings):
    port: int = Field(default=8000, ge=1, le=65535)


class Settings(CacheSettings, ServerSettings): ...
```

What takes nothing but switches, paths and secrets has nothing to check:

```python
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False
    data: Path = Path("data")
    api_key: SecretStr
```

## Fix
Give numbers their bounds in `Field(…)`, name the values that a text may have in a `Literal` or an enumeration, use the
types that Pydantic has for addresses, and a `field_validator` for the rest.

## Limits
One check is taken as evidence that the settings are checked: whether each field has the one that it needs is for people
to say. Checks outside of the class are not seen.

## References
Pydantic documentation, Settings Management, Validators and Network Types.
"""

from fastapi_audit.rule_api import Field, Project, Settings, Severity, TypeRef, Verdict, fail, ok, rule, skip

from ._validators import OF_FIELDS, OF_MODELS, validators_of

OPEN = frozenset({"bytes", "dict", "float", "int", "list", "set", "str", "tuple"})
UNCHECKED = frozenset({"bool", "pathlib.Path", "pydantic.SecretBytes", "pydantic.SecretStr", "datetime.timedelta"})
CHECKS = frozenset({
    "ge", "gt", "le", "lt", "max_digits", "max_length", "min_length", "multiple_of", "pattern", "regex",
})  # fmt: skip


@rule("TYP021", severity=Severity.INFO)
def check(settings: Settings, project: Project) -> Verdict:
    if any(other.cls.inherits(settings.cls) for other in project.settings if other is not settings):
        return skip  # a part of others, which are judged as wholes
    validator = next(validators_of(settings.cls, OF_FIELDS | OF_MODELS), None)
    if validator is not None:
        return ok(validator.place, f"{validator.name} checks {settings}")
    checked = next((field for field in settings.fields if is_checked(field)), None)
    if checked is not None:
        return ok(checked.place, f"{checked} is checked when the service starts")
    open_fields = [field for field in settings.fields if is_open(field)]
    if not open_fields:
        return skip
    return fail(settings.place, f"{settings} checks none of its {len(open_fields)} numbers and texts")


def is_checked(field: Field) -> bool:
    """Say whether a field has a constraint, or a type that takes some values only."""
    if field.metadata or not CHECKS.isdisjoint(field.options):
        return True
    return field.type is not None and any(is_precise(option) for option in field.type.options)


def is_precise(option: TypeRef) -> bool:
    return option.name not in OPEN | UNCHECKED and option.name not in ("?", "object", "typing.Any")


def is_open(field: Field) -> bool:
    return field.type is not None and any(option.name in OPEN for option in field.type.options)
